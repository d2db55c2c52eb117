"""Which items start next."""

from __future__ import annotations

from collections.abc import Mapping

from ohdio_api.queue.service import QueueService

_MOST = 100  #: further back a place says little


def places_of(queue: QueueService) -> Mapping[int, int]:
    """Return the place of each item that starts soon, from 1, by its id."""
    return {item: place for place, item in enumerate(queue.order(_MOST), start=1)}
