"""Commands of people: pause, resume, retry, reset, delete, priority, limit.

Nothing here frees a slot of running work: it only asks (``stop_requested``); the slot is free when
the worker has stopped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ohdio_core.collection.locking import lock_items
from ohdio_core.collection.unwanted import mark_unwanted
from ohdio_core.db.session import UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.db.topics import Topic, register
from ohdio_core.domain.queue import WorkStatus
from ohdio_core.sentences import sentence
from ohdio_core.work.capacity import IS_OUTSIDE_HOURS
from ohdio_core.work.stages import DOWNLOADS, METADATA, SCRAPING
from ohdio_core.work.transitions import CANCELLED, NO_SENTENCES, PAUSED, REQUEUED, RESUMED, WITHDRAWN

PAUSE = register("pause")  #: of all downloads
LIMIT = register("limit")  #: how many may download at once

_OPEN = "id = ANY(:ids) AND deleted_at IS NULL"
_IS_DESCRIBED_AGAIN = (
    "(status = 'failed' AND EXISTS (SELECT FROM extractions WHERE extractions.id = queue_items.audiobook_id))"
)


class QueueItemNotFound(LookupError):
    """There is no such item in the queue."""

    def __init__(self, item_id: int) -> None:
        self.item_id = item_id
        self.sentence = sentence(
            "queue.no_such_item", "There is no book {id} in the queue; it may have been deleted.", id=item_id
        )
        super().__init__(self.sentence.text)


def pause(work: UnitOfWork, ids: Sequence[int]) -> int:
    """Pause items; running ones are asked to stop and keep what they have. Returns how many it concerns."""
    lock_items(work, ids)
    paused = _ids(
        work,
        f"""
        UPDATE queue_items SET {PAUSED.assignments}, wait_reason = NULL, wait_message = NULL
        WHERE {_OPEN} AND lease_token IS NULL AND {PAUSED.applies_to("queue_items")} RETURNING id
        """,
        ids,
    )
    asked = _ids(
        work,
        f"""
        UPDATE queue_items SET stop_requested = 'pause', updated_at = now()
        WHERE {_OPEN} AND lease_token IS NOT NULL RETURNING id
        """,
        ids,
    )
    return announce(work, [*paused, *asked])


def resume(work: UnitOfWork, ids: Sequence[int], *, waives_hours: bool = False) -> int:
    """Queue paused items again, where they stopped; those that are held, whether or not there is room for them.

    Args:
        waives_hours: Outside of the download hours they start all the same, also what is queued and waits for them.
    """
    lock_items(work, ids)
    # Not yet stopped: the pause is withdrawn, and the row goes back to the queue when the worker has stopped.
    withdrawn = _ids(
        work,
        f"UPDATE queue_items SET stop_requested = NULL WHERE {_OPEN} AND stop_requested = 'pause' RETURNING id",
        ids,
    )
    resumed = _ids(
        work,
        f"""
        UPDATE queue_items SET {RESUMED.assignments},
               room_waived_at = CASE WHEN wait_reason IS NULL THEN room_waived_at ELSE clock_timestamp() END
        WHERE {_OPEN} AND {RESUMED.applies_to("queue_items")} RETURNING id
        """,
        ids,
    )
    describe_again(work, resumed)
    waived = _waive_hours(work, ids, withdrawn) if waives_hours else []
    return announce(work, [*withdrawn, *resumed, *waived])


def retry(work: UnitOfWork, ids: Sequence[int]) -> int:
    """Requeue failed items with all their attempts, and make waiting ones due at once. Returns how many it concerns."""
    return len(retried(work, ids))


def retried(work: UnitOfWork, ids: Sequence[int]) -> list[int]:
    """Requeue them, and return the ids of those that it concerns.

    What failed is described again first: its site may have mended a wrong address or length meanwhile.
    """
    lock_items(work, ids)
    found = _ids(
        work,
        f"""
        UPDATE queue_items SET {REQUEUED.assignments},
               is_ready = is_ready AND NOT {_IS_DESCRIBED_AGAIN}, is_overlong = is_overlong AND status <> 'failed',
               stage = CASE WHEN {_IS_DESCRIBED_AGAIN} THEN 'metadata' ELSE stage END
        WHERE {_OPEN} AND (status = 'failed' OR (status = 'queued' AND next_attempt_at IS NOT NULL)) RETURNING id
        """,
        ids,
    )
    describe_again(work, found)
    announce(work, found)
    return found


def reset(work: UnitOfWork, ids: Sequence[int]) -> int:
    """Begin items that wait or run afresh, at once and with all their attempts, and their descriptions too.

    Running ones are asked to stop, and keep what they have. What is paused, complete or failed is left as it is.
    """
    lock_items(work, ids)
    waiting = _ids(
        work, f"UPDATE queue_items SET {REQUEUED.assignments} WHERE {_OPEN} AND status = 'queued' RETURNING id", ids
    )
    admitted = _ids(
        work,
        f"""
        UPDATE queue_items SET {WITHDRAWN.assignments}, attempts = 0, setbacks = 0, {NO_SENTENCES}
        WHERE {_OPEN} AND lease_token IS NULL AND {WITHDRAWN.applies_to("queue_items")} RETURNING id
        """,
        ids,
    )
    running = _ids(
        work,
        f"""
        UPDATE queue_items SET stop_requested = 'reset', updated_at = now()
        WHERE {_OPEN} AND lease_token IS NOT NULL AND stop_requested IS NULL RETURNING id
        """,
        ids,
    )
    work.execute(
        sql(
            f"""
            UPDATE extractions SET {REQUEUED.assignments}
            FROM queue_items WHERE queue_items.id = ANY(:ids) AND extractions.id = queue_items.audiobook_id
              AND extractions.status = 'queued'
            """
        ),
        {"ids": waiting},
    )
    work.wake(METADATA.name)
    return announce(work, [*waiting, *admitted, *running])


def fetch_again(work: UnitOfWork, ids: Sequence[int]) -> int:
    """Fetch complete items anew, though their files are there; the files stay until the new ones are."""
    lock_items(work, ids)
    return announce(
        work,
        _ids(
            work,
            f"""
            UPDATE queue_items SET {REQUEUED.assignments}, stage = 'waiting', is_refetch = true, is_kept_anyway = false,
                   room_waived_at = NULL, hours_waived_at = NULL, progress = 0, best_progress = 0, parts_done = 0
            WHERE {_OPEN} AND status = 'completed' RETURNING id
            """,
            ids,
        ),
    )


def delete(work: UnitOfWork, ids: Sequence[int]) -> int:
    """Take items out of the queue, as nobody wants them; scans leave out those that were not complete from now on.

    What is only to be fetched anew is complete: its files are there.
    """
    lock_items(work, ids)
    incomplete = sql(
        f"""
        SELECT audiobook_id FROM queue_items JOIN audiobooks ON audiobooks.id = queue_items.audiobook_id
        WHERE queue_items.{_OPEN} AND status <> 'completed' AND NOT (is_refetch AND library_path IS NOT NULL)
        """
    )
    mark_unwanted(work, list(work.execute(incomplete, {"ids": list(ids)}).scalars()))
    return forget(work, ids)


def forget(work: UnitOfWork, ids: Sequence[int]) -> int:
    """Take items out of the queue; running ones vanish from sight now and from the table once they have stopped."""
    lock_items(work, ids)
    buried = _ids(
        work,
        f"""
        UPDATE queue_items SET stop_requested = 'delete', deleted_at = now(), updated_at = now()
        WHERE {_OPEN} AND lease_token IS NOT NULL RETURNING id
        """,
        ids,
    )
    # Nobody is to describe a book that nobody wants any more; its item would come back.
    work.execute(
        sql(
            """
            UPDATE extractions AS row SET stop_requested = 'cancel', updated_at = now()
            FROM queue_items WHERE queue_items.id = ANY(:ids) AND row.id = queue_items.audiobook_id
              AND row.lease_token IS NOT NULL
            """
        ),
        {"ids": list(ids)},
    )
    work.execute(
        sql(
            f"""
            UPDATE extractions AS row SET {CANCELLED.assignments}
            FROM queue_items WHERE queue_items.id = ANY(:ids) AND row.id = queue_items.audiobook_id
              AND row.lease_token IS NULL AND {CANCELLED.applies_to("row")}
            """
        ),
        {"ids": list(ids)},
    )
    deleted = _ids(work, f"DELETE FROM queue_items WHERE {_OPEN} AND lease_token IS NULL RETURNING id", ids)
    work.wake(METADATA.name)
    return announce(work, [*buried, *deleted])


def set_priority(work: UnitOfWork, ids: Sequence[int], priority: int) -> int:
    """Move items up or down; waiting ones at once, also those whose description is still to be read.

    What is complete starts no more, and is left as it is.
    """
    lock_items(work, ids)
    changed = _ids(
        work,
        "UPDATE queue_items SET priority = :priority, updated_at = now() "
        f"WHERE {_OPEN} AND status <> 'completed' RETURNING id",
        ids,
        priority=priority,
    )
    work.execute(
        sql(
            """
            UPDATE extractions SET priority = :priority FROM queue_items
            WHERE queue_items.id = ANY(:ids) AND extractions.id = queue_items.audiobook_id
              AND extractions.status = 'queued'
            """
        ),
        {"ids": changed, "priority": priority},
    )
    return announce(work, changed)


def set_speed_limit(work: UnitOfWork, ids: Sequence[int], kilobytes: int | None) -> int:
    """Set how many kilobytes a second items may come with; running ones hear of it with their next beat."""
    lock_items(work, ids)
    changed = _ids(
        work,
        f"UPDATE queue_items SET speed_limit_kb = :kilobytes, updated_at = now() WHERE {_OPEN} RETURNING id",
        ids,
        kilobytes=kilobytes,
    )
    return announce(work, changed)


def pause_all(work: UnitOfWork) -> None:
    """Pause all downloads: one flag, which every beat reads."""
    work.execute(sql("UPDATE queue_control SET is_paused = true"))
    _announce_control(work, PAUSE)


def resume_all(work: UnitOfWork) -> None:
    """Resume downloads."""
    work.execute(sql("UPDATE queue_control SET is_paused = false"))
    _announce_control(work, PAUSE)


def set_limit(work: UnitOfWork, limit: int) -> None:
    """Set how many downloads may run at once, over all machines; holds at once, and survives restarts."""
    work.execute(sql("UPDATE queue_control SET max_concurrent_downloads = :limit"), {"limit": limit})
    _announce_control(work, LIMIT)


def adopt_limit(work: UnitOfWork, from_env: int | None) -> None:
    """Set the limit to ``MAX_CONCURRENT_DOWNLOADS``, but only when the variable itself has changed.

    Args:
        from_env: The variable's value; None when it is not set, which changes nothing.
    """
    if from_env is None:
        return
    work.execute(
        sql(
            """
            UPDATE queue_control SET max_concurrent_downloads = :limit, limit_from_env = :limit
            WHERE limit_from_env IS DISTINCT FROM :limit
            """
        ),
        {"limit": from_env},
    )
    _announce_control(work, LIMIT)


def end_scrape(work: UnitOfWork, scrape_id: int) -> bool:
    """Cancel a scan that is under way, or dismiss one that has ended. Returns False when there is none."""
    scan = {"id": scrape_id}
    row = work.execute(sql("SELECT status, lease_token FROM scrapes WHERE id = :id FOR UPDATE"), scan).one_or_none()
    if row is None:
        return False
    if row.lease_token is not None:
        change = "stop_requested = 'cancel', updated_at = now()"
    elif WorkStatus(row.status) in CANCELLED.sources:
        change = CANCELLED.assignments
    else:
        change = "is_dismissed = true, updated_at = now()"
    work.execute(sql(f"UPDATE scrapes SET {change} WHERE id = :id"), scan)
    work.changed(SCRAPING.topic, scrape_id)
    work.wake(SCRAPING.name)
    return True


def _waive_hours(work: UnitOfWork, ids: Sequence[int], running: Sequence[int]) -> list[int]:
    """Waive the download hours of what is queued, and of these that run; return the ids of what was bound to them."""
    return _ids(
        work,
        f"""
        UPDATE queue_items SET hours_waived_at = clock_timestamp(), updated_at = now()
        WHERE {_OPEN} AND (status = 'queued' OR id = ANY(:running)) AND hours_waived_at IS NULL AND {IS_OUTSIDE_HOURS}
        RETURNING id
        """,
        ids,
        running=running,
    )


def _ids(work: UnitOfWork, statement: str, ids: Sequence[int], **parameters: object) -> list[int]:
    return list(work.execute(sql(statement), {"ids": list(ids), **parameters}).scalars())


def describe_again(work: UnitOfWork, item_ids: Sequence[int]) -> None:
    """Reset the description of items that wait for one which has ended."""
    if not item_ids:
        return
    work.execute(
        sql(
            f"""
            UPDATE extractions SET {REQUEUED.assignments}, rank = queue_items.rank
            FROM queue_items WHERE queue_items.id = ANY(:ids) AND extractions.id = queue_items.audiobook_id
              AND NOT queue_items.is_ready
              AND extractions.status IN ('completed', 'failed', 'cancelled')
            """
        ),
        {"ids": list(item_ids)},
    )
    work.wake(METADATA.name)


def announce(work: UnitOfWork, ids: Iterable[int]) -> int:
    """Announce items that were changed, and wake whoever starts them. Returns how many there are."""
    concerned = set(ids)
    for item_id in concerned:
        work.changed(DOWNLOADS.topic, item_id)
    work.wake(DOWNLOADS.name)
    return len(concerned)


def _announce_control(work: UnitOfWork, topic: Topic) -> None:
    work.changed(topic)
    work.wake(DOWNLOADS.name)
