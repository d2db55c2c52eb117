"""The queue in numbers, read so that a million rows do not make it slow."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from ohdio_api.queue.view import QueueCapacity
from ohdio_api.trash.service import weigh_trash
from ohdio_core.domain.queue import WorkStatus
from ohdio_core.schemas.queue import QueueStats

# Kept by triggers, which know nothing of tombstones; those are always still processing.
_COUNTS = text(
    """
    SELECT status, sum(items)::bigint AS items FROM (
        SELECT status, items FROM queue_counts
        UNION ALL
        SELECT status, -1 FROM queue_items WHERE status = 'processing' AND deleted_at IS NOT NULL
    ) AS changes GROUP BY status
    """
)

_RUNNING = text(
    """
    SELECT coalesce(sum(bytes_per_second), 0) AS speed,
           coalesce(sum(greatest(bytes_total - progress, 0)) FILTER (WHERE deleted_at IS NULL), 0)::bigint AS remaining,
           avg(bytes_total) AS usual
    FROM queue_items WHERE status = 'processing'
    """
)

# What books weighed lately tells what those will weigh of which nothing is known yet.
_USUAL = text(
    """
    SELECT avg(progress) FILTER (WHERE progress > 0) FROM (
        SELECT progress FROM queue_items WHERE status = 'completed' ORDER BY id DESC LIMIT 100
    ) AS lately
    """
)


def count_by_status(session: Session) -> dict[str, int]:
    """Count all items by status."""
    return {row.status: row.items for row in session.execute(_COUNTS)}


def read_stats(session: Session, capacity: QueueCapacity, disk_free_bytes: int | None) -> QueueStats:
    """Count the queue, and estimate when it is done."""
    counts = count_by_status(session)
    running = session.execute(_RUNNING).one()
    queued = counts.get(WorkStatus.QUEUED, 0)
    eta: float | None = None
    if running.speed > 0:
        usual = session.execute(_USUAL).scalar() or running.usual
        if usual is not None:
            eta = round((running.remaining + queued * float(usual)) / running.speed, 1)
    return QueueStats(
        total=sum(counts.values()),
        queued=queued,
        processing=counts.get(WorkStatus.PROCESSING, 0),
        paused=counts.get(WorkStatus.PAUSED, 0),
        completed=counts.get(WorkStatus.COMPLETED, 0),
        failed=counts.get(WorkStatus.FAILED, 0),
        is_paused=capacity.is_paused,
        max_concurrent_downloads=capacity.limit,
        downloader_threads=capacity.threads,
        bytes_per_second=round(running.speed, 1),
        eta_seconds=eta,
        disk_free_bytes=disk_free_bytes,
        trash_bytes=weigh_trash(session)[1],
    )
