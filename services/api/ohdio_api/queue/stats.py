"""The queue in numbers."""

from __future__ import annotations

from ohdio_api.overview import Overview
from ohdio_core.domain.queue import WorkStatus
from ohdio_core.schemas.queue import QueueStats
from ohdio_core.work.stages import DOWNLOADS


def show_stats(overview: Overview, disk_free_bytes: int | None) -> QueueStats:
    """Return the numbers of the queue, with an estimate when it is done."""
    counts = overview.counts
    queued = counts.get(WorkStatus.QUEUED, 0)
    eta: float | None = None
    if overview.speed > 0 and overview.usual is not None:
        eta = round((overview.remaining + queued * overview.usual) / overview.speed, 1)
    return QueueStats(
        total=sum(counts.values()),
        queued=queued,
        processing=counts.get(WorkStatus.PROCESSING, 0),
        paused=counts.get(WorkStatus.PAUSED, 0),
        completed=counts.get(WorkStatus.COMPLETED, 0),
        failed=counts.get(WorkStatus.FAILED, 0),
        is_paused=overview.is_paused,
        max_concurrent_downloads=overview.limit,
        downloader_threads=overview.workers_of(DOWNLOADS.service).threads,
        bytes_per_second=round(overview.speed, 1),
        eta_seconds=eta,
        disk_free_bytes=disk_free_bytes,
        trash_bytes=overview.trash.bytes,
    )
