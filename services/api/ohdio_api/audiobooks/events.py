"""What watchers are told of books."""

from __future__ import annotations

from collections.abc import Sequence

from ohdio_api.audiobooks.service import AudiobookService
from ohdio_api.events.projection import Projection, Rows
from ohdio_core.schemas.audiobooks import AudiobookView
from ohdio_core.work.stages import BOOKS


def audiobook_events(audiobooks: AudiobookService) -> Sequence[Projection]:
    """Return what is told when books change."""
    return (Rows("audiobook", AudiobookView, BOOKS, audiobooks.books),)
