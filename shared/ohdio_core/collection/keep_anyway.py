"""Keeping what is not whole, as a person wants it all the same."""

from __future__ import annotations

from collections.abc import Sequence

from ohdio_core.collection.control import retry
from ohdio_core.collection.locking import lock_items
from ohdio_core.db.session import UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.domain.failure_cause import can_be_kept

_READ = sql("SELECT id, error_message FROM queue_items WHERE id = ANY(:ids) AND error_message IS NOT NULL ORDER BY id")
_KEEP = sql("UPDATE queue_items SET is_kept_anyway = true WHERE id = ANY(:ids)")


def keep_anyway(work: UnitOfWork, ids: Sequence[int]) -> int:
    """Try items again that failed, or wait, as their sound is not what was promised: whatever comes of it is kept.

    Others are left alone. Returns how many it concerned.
    """
    lock_items(work, ids)
    rows = work.execute(_READ, {"ids": list(ids)})
    fit = [row.id for row in rows if can_be_kept(row.error_message)]
    work.execute(_KEEP, {"ids": fit})
    return retry(work, fit)
