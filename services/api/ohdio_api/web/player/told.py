"""What the page of a book tells the player."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ohdio_api.web.player.timeline import TimelinePart, places_in
from ohdio_core.schemas.audiobooks import AudiobookDetail
from ohdio_core.schemas.listening import PositionView


def tell_player(
    book: AudiobookDetail, timeline: Sequence[TimelinePart], position: PositionView, *, is_one: bool
) -> dict[str, Any] | None:
    """Return what there is to hear; None of a book that is not in the library, or whose length nobody knows.

    Args:
        is_one: All parts can be had as one file.
    """
    if book.library_path is None or not timeline or not all(part.seconds for part in timeline):
        return None
    return {
        "id": book.id,
        "title": book.title or book.url,
        "by": ", ".join(book.authors),
        "parts": [part.seconds for part in timeline],
        "chapters": [{"name": place.name, "start": place.start} for place in places_in(timeline)],
        "isOne": is_one,
        "seconds": position.seconds,
        "revision": position.revision,
    }
