"""Admission: give free slots to the best due work, and take slots back when there are too many.

One READ COMMITTED transaction that first locks what guards the stage and only then, in later
statements, counts and chooses. So two admissions at once can never exceed the limit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ohdio_core.db.session import Database, UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.domain.admission import Candidate, Slot, choose, take_back
from ohdio_core.domain.queue import StopReason
from ohdio_core.work.stages import Stage
from ohdio_core.work.timing import Timing

_LOCK_SPACE = 0x0D10
_LIVE_THREADS = """
    (SELECT coalesce(sum(threads), 0) FROM workers
     WHERE service = :service AND beat_at > clock_timestamp() - CAST(:lease AS interval))
"""


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many rows of a stage may be in flight."""

    limit: int  #: what people, or the window, allow
    threads: int  #: of live workers
    is_paused: bool = False

    @property
    def slots(self) -> int:
        """Rows that may be admitted or running."""
        return 0 if self.is_paused else min(self.limit, self.threads)


class Admission:
    """Admits work of one stage.

    Args:
        most_per_source: Slots that one source may hold, by politeness key ("*" for every other).
            Page requests to one site are paced, so more would only wait and be put back.
    """

    def __init__(self, stage: Stage, timing: Timing, most_per_source: Mapping[str, int] | None = None) -> None:
        self.stage = stage
        self.timing = timing
        self.most_per_source = most_per_source

    def run(self, database: Database) -> int:
        """Admit what may start now; return how many rows were admitted."""
        with database.statement() as look:
            if not self._is_worthwhile(look):
                return 0
        with database.unit_of_work() as work:
            return self._admit(work)

    def _is_worthwhile(self, work: UnitOfWork) -> bool:
        """Look without locking: most calls find nothing to do."""
        capacity = self._capacity(work, lock=False)
        held, unexplained, due = work.execute(
            sql(
                f"""
                SELECT (SELECT count(*) FROM {self.stage.table} WHERE status = 'processing'),
                       (SELECT count(*) FROM {self.stage.table}
                        WHERE status = 'processing' AND lease_token IS NULL AND admitted_at IS NULL),
                       -- In the index's order, or PostgreSQL may read through every row that is done.
                       (SELECT id FROM {self.stage.table}
                        WHERE status = 'queued' AND is_ready AND next_attempt_at IS NULL
                        ORDER BY politeness_key, priority DESC, id LIMIT 1) IS NOT NULL
                """
            )
        ).one()
        if unexplained or held > (0 if capacity.is_paused else capacity.limit):
            return True
        return bool(due) and held < capacity.slots

    def _capacity(self, work: UnitOfWork, *, lock: bool) -> Capacity:
        """Read, and with ``lock`` also guard, how many slots there are."""
        parameters = {"service": self.stage.service, "lease": self.timing.lease}
        if self.stage.window is None:
            control = f"SELECT max_concurrent_downloads, {_LIVE_THREADS}, is_paused FROM queue_control"
            row = work.execute(sql(f"{control} FOR UPDATE" if lock else control), parameters).one()
            return Capacity(*row)
        if lock:
            work.execute(
                sql("SELECT pg_advisory_xact_lock(:space, hashtext(:stage))"),
                {"space": _LOCK_SPACE, "stage": self.stage.name},
            )
        window = self.stage.window * work.execute(sql(f"SELECT {_LIVE_THREADS}"), parameters).scalar_one()
        return Capacity(limit=window, threads=window)

    def _admit(self, work: UnitOfWork) -> int:
        capacity = self._capacity(work, lock=True)
        slots = self._slots(work)
        slots = self._give_way(work, slots, capacity)
        free = capacity.slots - len(slots)
        if free <= 0:
            return 0
        candidates, served_at = self._candidates(work, free)
        held = Counter(slot.source for slot in slots)
        chosen = choose(
            candidates,
            free=free,
            held_by_source=held,
            served_at=served_at,
            most_per_source=self._most_per_source(served_at),
        )
        if not chosen:
            return 0
        admitted = set(
            work.execute(
                sql(
                    f"""
                    WITH admitted AS (
                        UPDATE {self.stage.table}
                        SET status = 'processing', admitted_at = clock_timestamp(), sent_at = clock_timestamp(),
                            wait_reason = NULL, updated_at = now()
                        WHERE id = ANY(:ids) AND status = 'queued' AND is_ready AND next_attempt_at IS NULL
                        RETURNING id, politeness_key
                    ), served AS (
                        UPDATE turns SET served_at = clock_timestamp()
                        WHERE stage = :stage AND politeness_key IN (SELECT politeness_key FROM admitted)
                    )
                    SELECT id FROM admitted
                    """
                ),
                {"ids": chosen, "stage": self.stage.name},
            ).scalars()
        )
        for row_id in chosen:
            if row_id in admitted:
                work.publish(self.stage.message(row_id))
                work.changed(self.stage.topic, row_id)
        return len(admitted)

    def _slots(self, work: UnitOfWork) -> list[Slot]:
        """Read who holds a slot; heal rows that claim to be processing though nobody admitted them."""
        rows = work.execute(
            sql(
                f"""
                SELECT id, politeness_key, priority, lease_token IS NOT NULL, stop_requested IS NOT NULL,
                       lease_token IS NULL AND admitted_at IS NULL AS is_unexplained
                FROM {self.stage.table} WHERE status = 'processing'
                """
            )
        ).all()
        if unexplained := [row.id for row in rows if row.is_unexplained]:
            work.execute(
                sql(
                    f"""
                    UPDATE {self.stage.table} SET status = 'queued', updated_at = now()
                    WHERE id = ANY(:ids) AND status = 'processing' AND lease_token IS NULL AND admitted_at IS NULL
                    """
                ),
                {"ids": unexplained},
            )
        for row_id in unexplained:
            work.changed(self.stage.topic, row_id)
        return [Slot(*row[:5]) for row in rows if not row.is_unexplained]

    def _give_way(self, work: UnitOfWork, slots: list[Slot], capacity: Capacity) -> list[Slot]:
        """Take back what the limit or a pause no longer allows; return who still holds a slot."""
        back = take_back(slots, limit=capacity.limit, is_paused=capacity.is_paused)
        if back.to_waiting:
            returned = set(
                work.execute(
                    sql(
                        f"""
                        UPDATE {self.stage.table}
                        SET status = 'queued', admitted_at = NULL, sent_at = NULL, updated_at = now()
                        WHERE id = ANY(:ids) AND status = 'processing' AND lease_token IS NULL
                        RETURNING id
                        """
                    ),
                    {"ids": list(back.to_waiting)},
                ).scalars()
            )
            slots = [slot for slot in slots if slot.id not in returned]
        if back.to_stop:
            work.execute(
                sql(
                    f"""
                    UPDATE {self.stage.table} SET stop_requested = :reason, updated_at = now()
                    WHERE id = ANY(:ids) AND lease_token IS NOT NULL AND stop_requested IS NULL
                    """
                ),
                {"ids": list(back.to_stop), "reason": StopReason.LIMIT.value},
            )
        for row_id in (*back.to_waiting, *back.to_stop):
            work.changed(self.stage.topic, row_id)
        return slots

    def _candidates(self, work: UnitOfWork, free: int) -> tuple[list[Candidate], dict[str, datetime | None]]:
        """Read the best due rows of each open source, ``free`` at most of each."""
        rows = work.execute(
            sql(
                f"""
                SELECT due.id, turns.politeness_key, due.priority, turns.served_at
                FROM turns
                LEFT JOIN hosts ON hosts.politeness_key = turns.politeness_key
                CROSS JOIN LATERAL (
                    SELECT id, priority FROM {self.stage.table} AS due
                    WHERE due.politeness_key = turns.politeness_key
                      AND due.status = 'queued' AND due.is_ready AND due.next_attempt_at IS NULL
                    ORDER BY due.priority DESC, due.id
                    LIMIT :free
                ) AS due
                WHERE turns.stage = :stage
                  AND (hosts.closed_until IS NULL OR hosts.closed_until <= clock_timestamp())
                """
            ),
            {"stage": self.stage.name, "free": free},
        )
        candidates: list[Candidate] = []
        served_at: dict[str, datetime | None] = {}
        for row_id, source, priority, served in rows:
            candidates.append(Candidate(row_id, source, priority))
            served_at[source] = served
        return candidates, served_at

    def _most_per_source(self, sources: Mapping[str, object]) -> Mapping[str, int] | None:
        if self.most_per_source is None or "*" not in self.most_per_source:
            return self.most_per_source
        return {source: self.most_per_source.get(source, self.most_per_source["*"]) for source in sources}
