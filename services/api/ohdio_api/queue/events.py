"""What watchers are told of the queue."""

from __future__ import annotations

from collections.abc import Sequence

from ohdio_api.events.projection import Projection, Rows, SnapshotPart, Value
from ohdio_api.queue.service import QueueService
from ohdio_core.collection.control import LIMIT, PAUSE
from ohdio_core.schemas.queue import LimitView, ProgressFrame, QueueItemView, QueueState, QueueStats
from ohdio_core.work.stages import DOWNLOADS

_MOST_SHOWN = 500  # running items
_STATS_INTERVAL = 1.0
_PROGRESS_INTERVAL = 0.5


def queue_events(queue: QueueService) -> Sequence[Projection]:
    """Return what is told when items, the pause or the limit change."""
    return (
        Rows("queue_item", QueueItemView, DOWNLOADS.topic, queue.items, interrupted=queue.interrupted),
        Value("pause", QueueState, queue.state, frozenset({PAUSE})),
        Value("limit", LimitView, queue.limit, frozenset({LIMIT}), is_looked_at=True),
        Value(
            "progress",
            ProgressFrame,
            lambda: queue.frame(_MOST_SHOWN),
            frozenset({DOWNLOADS.topic}),
            interval=_PROGRESS_INTERVAL,
        ),
        Value("stats", QueueStats, queue.stats, frozenset({DOWNLOADS.topic, PAUSE, LIMIT}), interval=_STATS_INTERVAL),
    )


def queue_snapshot(queue: QueueService) -> Sequence[SnapshotPart]:
    """Return what a watcher begins with: the numbers, what runs, and how much may run."""
    return (
        SnapshotPart("stats", queue.stats),
        SnapshotPart("items", lambda: queue.running(_MOST_SHOWN)),
        SnapshotPart("limit", queue.limit),
    )
