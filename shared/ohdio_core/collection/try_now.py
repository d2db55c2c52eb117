"""Trying items again now: what failed or waits for its next attempt, and sites that are left alone as they fail.

A site that has asked for a pause itself is not asked before that is over, whoever wishes it.
"""

from __future__ import annotations

from collections.abc import Sequence

from ohdio_core.collection import control, ranks
from ohdio_core.collection.locking import lock_items
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import UnitOfWork
from ohdio_core.domain.queue import SITE_CLOSED
from ohdio_core.domain.site_health import FAILING
from ohdio_core.sentences import json_of
from ohdio_core.work.stages import FOLLOWING, METADATA, SCRAPING
from ohdio_core.work.transitions import REQUEUED

_SQL = NamedSql(__name__)
_FAILS = f"closed_until > clock_timestamp() AND closed_message ->> 'id' = '{FAILING}'"
_FIND_AT_FAILING_SITES = _SQL.statement("find_at_failing_sites", fails=_FAILS)
_DESCRIBE_NOW = _SQL.statement("describe_now", requeued=REQUEUED.assignments)
_OPEN_SITES = _SQL.statement("open_sites", fails=_FAILS)


def try_now(work: UnitOfWork, ids: Sequence[int], *, is_first: bool = False) -> int:
    """Try items again now that failed or wait for an attempt, and their sites if these fail. Returns how many.

    Args:
        is_first: At such a site they are put first, so that it is tried with them.
    """
    waiting = _at_failing_sites(work, ids)
    if is_first and waiting:
        ranks.put_first(work, waiting)
    lock_items(work, ids)
    tried = set(control.retried(work, ids))
    described = list(work.execute(_DESCRIBE_NOW, {"ids": list(ids)}).scalars())
    opened = _at_failing_sites(work, ids)
    if opened:
        asked = {"asked_reason": SITE_CLOSED.text, "asked_message": json_of(SITE_CLOSED)}
        work.execute(_OPEN_SITES, {"ids": opened, **asked})
    control.announce(work, {*described, *opened} - tried)
    for stage in (METADATA, SCRAPING, FOLLOWING):
        work.wake(stage.name)
    return len(tried.union(described, opened))


def _at_failing_sites(work: UnitOfWork, ids: Sequence[int]) -> list[int]:
    """Return those of these items that wait for a site which fails."""
    return list(work.execute(_FIND_AT_FAILING_SITES, {"ids": list(ids)}).scalars())
