"""The pace of page requests to each site, shared by all processes through one row per site."""

from __future__ import annotations

import time
from datetime import timedelta

from sqlalchemy import text

from ohdio_core.db.session import Database
from ohdio_core.domain.queue import SITE_CLOSED
from ohdio_core.errors import Postponed
from ohdio_core.sentences import Sentence, json_of, sentence, stored

LONGEST_WAIT = timedelta(seconds=2)


class SharedPoliteness:
    """Hands out time slots: one request per ``interval`` and site, over all processes.

    Args:
        interval: Time between two requests to one site.
    """

    def __init__(self, database: Database, interval: timedelta) -> None:
        self.database = database
        self.interval = interval

    def take_turn(self, key: str) -> None:
        """Wait for the site's next slot.

        Raises:
            Postponed: The slot is more than two seconds away, or the site asked for a longer pause:
                the thread is better used for something else.
        """
        with self.database.unit_of_work() as work:
            work.session.execute(
                text("INSERT INTO hosts (politeness_key) VALUES (:key) ON CONFLICT DO NOTHING"), {"key": key}
            )
            row = work.session.execute(
                text(
                    """
                    SELECT closed_reason, closed_message,
                        -- While one item tries a failing site, its own requests go out.
                        CASE WHEN NOT is_tried
                            THEN extract(epoch FROM closed_until - clock_timestamp())::float END AS closed_for,
                        -- A slot further ahead than any is given was given when the clock was ahead.
                        CASE WHEN next_slot_at <= clock_timestamp() + CAST(:furthest AS interval)
                            THEN greatest(0, extract(epoch FROM next_slot_at - clock_timestamp())) ELSE 0 END::float
                            AS wait
                    FROM hosts WHERE politeness_key = :key FOR UPDATE
                    """
                ),
                {"key": key, "furthest": LONGEST_WAIT + self.interval},
            ).one()
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
            work.session.execute(
                text(
                    """
                    UPDATE hosts SET next_slot_at = CAST(:interval AS interval) + greatest(clock_timestamp(),
                        CASE WHEN next_slot_at <= clock_timestamp() + CAST(:furthest AS interval)
                            THEN next_slot_at END)
                    WHERE politeness_key = :key
                    """
                ),
                {"key": key, "interval": self.interval, "furthest": LONGEST_WAIT + self.interval},
            )
        if row.wait:
            time.sleep(row.wait)

    def close(self, key: str, duration: timedelta, reason: Sentence) -> None:
        """Close a site to all requests for a while."""
        with self.database.unit_of_work() as work:
            work.session.execute(
                text(
                    """
                    INSERT INTO hosts (politeness_key, closed_until, closed_reason, closed_message)
                    VALUES (:key, clock_timestamp() + CAST(:duration AS interval), :reason, CAST(:message AS jsonb))
                    ON CONFLICT (politeness_key) DO UPDATE
                    SET closed_until = CASE WHEN hosts.is_tried THEN excluded.closed_until
                            ELSE greatest(hosts.closed_until, excluded.closed_until) END,
                        -- It named its time itself, so no success may open it sooner.
                        closings = CASE WHEN NOT hosts.is_tried AND hosts.closed_until >= excluded.closed_until
                            THEN hosts.closings ELSE 0 END,
                        is_tried = false, closed_reason = excluded.closed_reason,
                        closed_message = excluded.closed_message
                    """
                ),
                {"key": key, "duration": duration, "reason": reason.text, "message": json_of(reason)},
            )
