"""Books that somebody has begun to hear."""

from __future__ import annotations

from ohdio_api.audiobooks.service import AudiobookService
from ohdio_api.positions.service import PositionService
from ohdio_api.web.library.shelf import BookCard, show_book
from ohdio_api.web.words import Words

_MOST = 6


def show_begun(positions: PositionService, audiobooks: AudiobookService, listener: int, words: Words) -> list[BookCard]:
    """Return the books that a listener goes on with, the last one first, each with what is left of it."""
    heard = dict(positions.begun(listener, _MOST))
    books = {book.id: book for book in audiobooks.books(list(heard))} if heard else {}
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
