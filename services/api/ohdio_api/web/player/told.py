"""What the page of a book tells the player."""

from __future__ import annotations

from typing import Any

from ohdio_api.audiobooks.joined import JoinedBook
from ohdio_api.web.words import Words
from ohdio_core.schemas.audiobooks import AudiobookDetail
from ohdio_core.schemas.listening import PositionView


def tell_player(
    book: AudiobookDetail, joined: JoinedBook | None, position: PositionView, words: Words
) -> dict[str, Any] | None:
    """Return what there is to hear; None of a book that is not in the library, or whose length nobody knows.

    Lengths are those of the files, where they are known: those that a page or feed tells may be others.

    Args:
        joined: All parts as one file, where they can be.
    """
    if joined is not None:
        measured = {number: stretch.seconds for number, stretch in enumerate(joined.stretches, 1)}
    else:
        measured = {file.part: file.duration_seconds for file in book.files if file.duration_seconds is not None}
    parts = [
        {"name": _name(part.part, part.title, words), "seconds": measured.get(part.part) or part.duration_seconds}
        for part in book.parts
    ]
    if book.library_path is None or not parts or not all(part["seconds"] for part in parts):
        return None
    return {
        "id": book.id,
        "title": book.title or book.url,
        "by": ", ".join(book.authors),
        "parts": parts,
        "isOne": joined is not None,
        "seconds": position.seconds,
        "revision": position.revision,
    }


def _name(number: int, title: str | None, words: Words) -> str:
    return title or words.gettext("Part %(number)s") % {"number": words.number(number)}
