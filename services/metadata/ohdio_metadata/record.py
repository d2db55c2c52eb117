"""Writing descriptions down, and making their books due for download."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from ohdio_core.collection.add_books import lock_item
from ohdio_core.collection.books import save_details
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.work.stages import DOWNLOADS
from ohdio_core.work.transitions import COMPLETED, NO_SENTENCES

_MAKE_DUE = NamedSql(__name__).statement("make_due")


def record(work: UnitOfWork, described: Mapping[int, tuple[str, BookDetails]]) -> None:
    """Write descriptions, and make each book's item due: the one that is there, or a new one.

    Args:
        described: By the audiobook's id: its site key, and what was read of it.
    """
    parts = {book_id: len(details.parts) for book_id, (_, details) in described.items()}
    # Items before audiobooks: the order of ``collection.locking``.
    items = _make_due(work, parts)
    for book_id in sorted(parts.keys() - items.keys()):
        # It is missing, or a person has done something else with it.
        items[book_id] = lock_item(work, book_id, described[book_id][0])
        _make_due(work, {book_id: parts[book_id]})
    save_details(work, {book_id: details for book_id, (_, details) in described.items()})
    for item_id in items.values():
        work.changed(DOWNLOADS.topic, item_id)
    work.wake(DOWNLOADS.name)


def complete(work: UnitOfWork, audiobook_id: int, site_key: str, filed: PurePosixPath) -> None:
    """Take over a book that is in the library already."""
    item_id = lock_item(work, audiobook_id, site_key)
    done = work.execute(
        sql(
            f"""
            UPDATE queue_items SET {COMPLETED.assignments}, {NO_SENTENCES}, is_ready = true, stage = 'done'
            WHERE id = :id AND status = 'queued' AND NOT is_refetch RETURNING id
            """
        ),
        {"id": item_id},
    ).scalar()
    if done is not None:
        work.execute(
            sql(
                "UPDATE audiobooks SET library_path = :path, filed_at = coalesce(filed_at, now()), updated_at = now() "
                "WHERE id = :id"
            ),
            {"path": str(filed), "id": audiobook_id},
        )


def _make_due(work: UnitOfWork, parts: Mapping[int, int]) -> dict[int, int]:
    """Make items due, of so many parts each; return their ids by book, but for those that do not wait.

    Paused ones become ready too, so that resuming is all they need; running, failed and complete ones stay.
    """
    rows = work.execute(_MAKE_DUE, {"books": list(parts), "parts": list(parts.values())})
    return {row.audiobook_id: row.id for row in rows}
