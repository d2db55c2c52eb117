"""Which sites are failing, known to all processes through the row of each site.

A site that works costs no write: what there is to forget is seen by whoever reads its row anyway.
"""

from __future__ import annotations

from datetime import timedelta

from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.domain.queue import SITE_CLOSED
from ohdio_core.domain.retry import LONGEST_RETRY_AFTER
from ohdio_core.domain.site_health import LONGEST_CLOSING, SiteHealth, after_failure, failing_until
from ohdio_core.metrics.counted import SITE_CLOSINGS
from ohdio_core.sentences import json_of, sentence

#: A trial that says nothing for so long is left to itself, and another item tries.
TRIAL = timedelta(seconds=60)


def _failing_until(ends_at: str) -> dict[str, str]:
    """Return the SQL of the sentence that a site is failing and tried again then: its text, and its id with values.

    Written by the database, whose clock the time is of. Its values have the instant, for whoever reads it elsewhere.
    """
    clock = f"to_char({ends_at} AT TIME ZONE 'UTC', 'HH24:MI:SS')"
    instant = f"""to_char({ends_at} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""
    said = failing_until("%1$s", "%2$s")
    text = f"format('{said.text}', hosts.politeness_key, {clock})"
    values = f"jsonb_build_object('site', hosts.politeness_key, 'time', {clock}, 'until', {instant})"
    return {"reason": text, "message": f"jsonb_build_object('id', '{said.id}', 'values', {values})"}


_SQL = NamedSql(__name__)
_RECORD_FAILURE = _SQL.statement("record_failure", **_failing_until("ends_at"))
_RECORD_SUCCESS = _SQL.statement("record_success")
_BOUND_CLOSINGS = _SQL.statement("bound_closings", **_failing_until("latest"))


def is_failing(work: UnitOfWork, key: str) -> bool:
    """Return whether a site is closed because it fails, or is being tried by one item at this moment."""
    closed: bool = work.execute(
        sql(
            """
            SELECT EXISTS (SELECT FROM hosts WHERE politeness_key = :key
                           AND closings > 0 AND closed_until > clock_timestamp())
            """
        ),
        {"key": key},
    ).scalar_one()
    return closed


def begin_trial(work: UnitOfWork, key: str) -> bool:
    """Begin to try whether a failing site works again; return False when it is not time, or another item does."""
    reason = sentence("site.tried", "{site} is failing; one item is trying whether it works again", site=key)
    begun = work.execute(
        sql(
            """
            UPDATE hosts SET is_tried = true, closed_until = clock_timestamp() + CAST(:trial AS interval),
                   closed_reason = :reason, closed_message = CAST(:message AS jsonb)
            WHERE politeness_key = :key AND closings > 0 AND closed_until <= clock_timestamp()
            RETURNING true
            """
        ),
        {"key": key, "trial": TRIAL, "reason": reason.text, "message": json_of(reason)},
    ).scalar()
    return begun is not None


def end_trial(work: UnitOfWork, key: str) -> None:
    """End a trial without a result, so that another item may try: the run shows nothing about the site."""
    work.execute(
        sql(
            """
            UPDATE hosts SET is_tried = false, closed_until = clock_timestamp()
            WHERE politeness_key = :key AND is_tried
            """
        ),
        {"key": key},
    )


def record_failure(work: UnitOfWork, key: str, item: str, *, is_trial: bool) -> None:
    """Count a failure of a site, and close it when they are too many.

    Failures of runs that began before the closing show nothing new, and are not counted.
    """
    work.execute(sql("INSERT INTO hosts (politeness_key) VALUES (:key) ON CONFLICT DO NOTHING"), {"key": key})
    row = work.execute(
        sql(
            """
            SELECT failures, failed_items, closings, closings > 0 AND closed_until > clock_timestamp() AS is_closed
            FROM hosts WHERE politeness_key = :key FOR UPDATE
            """
        ),
        {"key": key},
    ).one()
    if row.is_closed and not is_trial:
        return
    health, closing = after_failure(SiteHealth(row.failures, tuple(row.failed_items), row.closings), item)
    if closing is not None:
        SITE_CLOSINGS.inc()
    work.execute(
        _RECORD_FAILURE,
        {
            "key": key,
            "failures": health.failures,
            "items": list(health.items),
            "closings": health.closings,
            "closing": closing,
        },
    )


def record_success(work: UnitOfWork, key: str) -> None:
    """Forget the failures of a site, and open it if they had closed it; not within a pause that it has asked for."""
    asked = {"asked_reason": SITE_CLOSED.text, "asked_message": json_of(SITE_CLOSED)}
    work.execute(_RECORD_SUCCESS, {"key": key, **asked})


def bound_closings(work: UnitOfWork) -> None:
    """Shorten closings that lie further ahead than any can: they were written when the clock was ahead."""
    work.execute(_BOUND_CLOSINGS, {"trial": TRIAL, "closing": LONGEST_CLOSING, "retry_after": LONGEST_RETRY_AFTER})
