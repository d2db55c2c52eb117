"""The pace of page requests to each site, shared by all processes through one row per site."""

from __future__ import annotations

import time
from datetime import timedelta

from sqlalchemy import text

from ohdio_core.current import Current, current
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import Database
from ohdio_core.domain.queue import SITE_CLOSED
from ohdio_core.errors import Postponed
from ohdio_core.sentences import Sentence, json_of, sentence, stored

_SQL = NamedSql(__name__)
_LOCK_TURN = _SQL.statement("lock_turn")
_TAKE_TURN = _SQL.statement("take_turn")
_CLOSE = _SQL.statement("close")

LONGEST_WAIT = timedelta(seconds=2)


class SharedPoliteness:
    """Hands out time slots: one request per ``interval`` and site, over all processes.

    Args:
        interval: Time between two requests to one site.
    """

    def __init__(self, database: Database, interval: timedelta | Current[timedelta]) -> None:
        self.database = database
        self._interval = current(interval)

    def take_turn(self, key: str) -> None:
        """Wait for the site's next slot.

        Raises:
            Postponed: The slot is more than two seconds away, or the site asked for a longer pause:
                the thread is better used for something else.
        """
        interval = self._interval()
        with self.database.unit_of_work() as work:
            work.execute(text("INSERT INTO hosts (politeness_key) VALUES (:key) ON CONFLICT DO NOTHING"), {"key": key})
            row = work.execute(_LOCK_TURN, {"key": key, "furthest": LONGEST_WAIT + interval}).one()
            if row.closed_for is not None and row.closed_for > 0:
                reason = stored(row.closed_reason, row.closed_message) or SITE_CLOSED
                raise Postponed(reason, retry_after=timedelta(seconds=row.closed_for))
            if row.wait > LONGEST_WAIT.total_seconds():
                raise Postponed(
                    sentence(
                        "wait.site_busy",
                        "{site} is asked one question at a time, and others are before this one",
                        site=key,
                    ),
                    retry_after=timedelta(seconds=row.wait),
                )
            work.execute(_TAKE_TURN, {"key": key, "interval": interval, "furthest": LONGEST_WAIT + interval})
        if row.wait:
            time.sleep(row.wait)

    def close(self, key: str, duration: timedelta, reason: Sentence) -> None:
        """Close a site to all requests for a while."""
        with self.database.unit_of_work() as work:
            work.execute(_CLOSE, {"key": key, "duration": duration, "reason": reason.text, "message": json_of(reason)})
