"""The queue in numbers, read so that a million rows do not make it slow."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from ohdio_api.queue.schemas import QueueStats
from ohdio_api.queue.view import Capacity
from ohdio_core.domain.queue import WorkStatus

# Counted from the index alone. A tombstone is always still processing, so those few are taken off afterwards.
_COUNTS = text("SELECT status, count(*) AS items FROM queue_items GROUP BY status")

_RUNNING = text(
    """
    SELECT count(*) FILTER (WHERE deleted_at IS NOT NULL) AS buried,
           coalesce(sum(bytes_per_second), 0) AS speed,
           coalesce(sum(greatest(bytes_total - progress, 0)) FILTER (WHERE deleted_at IS NULL), 0)::bigint AS remaining,
           avg(bytes_total) AS usual
    FROM queue_items WHERE status = 'processing'
    """
)

# What books weighed lately tells what those will weigh of which nothing is known yet.
_USUAL = text(
    """
    SELECT avg(progress) FROM (
        SELECT progress FROM queue_items WHERE status = 'completed' AND progress > 0 ORDER BY id DESC LIMIT 100
    ) AS lately
    """
)


def read_stats(session: Session, capacity: Capacity, disk_free_bytes: int | None) -> QueueStats:
    """Count the queue, and estimate when it is done."""
    counts: dict[str, int] = {row.status: row.items for row in session.execute(_COUNTS)}
    running = session.execute(_RUNNING).one()
    processing = counts.get(WorkStatus.PROCESSING, 0) - running.buried
    queued = counts.get(WorkStatus.QUEUED, 0)
    eta: float | None = None
    if running.speed > 0:
        usual = session.execute(_USUAL).scalar() or running.usual
        if usual is not None:
            eta = round((running.remaining + queued * float(usual)) / running.speed, 1)
    return QueueStats(
        total=sum(counts.values()) - running.buried,
        queued=queued,
        processing=processing,
        paused=counts.get(WorkStatus.PAUSED, 0),
        completed=counts.get(WorkStatus.COMPLETED, 0),
        failed=counts.get(WorkStatus.FAILED, 0),
        is_paused=capacity.is_paused,
        max_concurrent_downloads=capacity.limit,
        downloader_threads=capacity.threads,
        bytes_per_second=round(running.speed, 1),
        eta_seconds=eta,
        disk_free_bytes=disk_free_bytes,
    )
