"""Books that somebody has begun to hear."""

from __future__ import annotations

from collections.abc import Mapping

from ohdio_api.web.library.shelf import BookCard, show_book
from ohdio_api.web.words import Words
from ohdio_core.schemas.audiobooks import AudiobookView


def show_begun(heard: Mapping[int, float], books: Mapping[int, AudiobookView], words: Words) -> list[BookCard]:
    """Return the books that a listener goes on with, each with what is left of it.

    Args:
        heard: Seconds, by the book's id, in the order in which they are shown.
        books: Those that are there, by their ids.
    """
    shown = []
    for audiobook_id, seconds in heard.items():
        if (book := books.get(audiobook_id)) is None:
            continue
        card = show_book(book, words, seconds)
        if book.duration_seconds:
            left = words.gettext("%(time)s left") % {"time": words.length(book.duration_seconds - seconds)}
            card = card._replace(length=left)
        shown.append(card)
    return shown
