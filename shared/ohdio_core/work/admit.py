"""Admission: free slots go to the most urgent due rows, and slots are taken back when there are too many.

One READ COMMITTED transaction that first locks what guards the stage and only then, in later
statements, counts and chooses. So two admissions at once can never exceed the limit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from ohdio_core.current import Current, current
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import Database, UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.domain.admission import Candidate, Slot, choose, most_overlong, stop_overlong, take_back
from ohdio_core.domain.queue import StopReason
from ohdio_core.work.capacity import Capacity, parameters_of
from ohdio_core.work.fragments import for_each_stage
from ohdio_core.work.ready import ReadySite, read_ready_sites
from ohdio_core.work.run_metrics import begin_waits_at_zero, count_wait
from ohdio_core.work.stages import Stage
from ohdio_core.work.timing import Timing

_SQL = NamedSql(__name__)
_LOOK = for_each_stage(_SQL, "look")
_START = for_each_stage(_SQL, "start")
_READ_SLOTS = for_each_stage(_SQL, "read_slots")
_REQUEUE_UNEXPLAINED = for_each_stage(_SQL, "requeue_unexplained")
_WITHDRAW = for_each_stage(_SQL, "withdraw")
_ASK_TO_STOP = for_each_stage(_SQL, "ask_to_stop")
_READ_ANY_TIME = for_each_stage(_SQL, "read_any_time")
_LOCK_TURNS = for_each_stage(_SQL, "lock_turns")
_REFRESH_URGENCIES = for_each_stage(_SQL, "refresh_urgencies")

_LOCK_SPACE = 0x0D10
_LOOKS = 6  #: enough for thousands of sites that have run out since the last admission
_MORE_AT_NEXT_LOOK = 8
#: Rows of a site that are read beyond what may be chosen: what comes after the last one says what its turn is to
#: promise, which spares the next admission a second look.
_ONE_MORE = 1

#: Slots that a site may hold, by its key ("*" for every other); None for any number.
MostPerSite = Mapping[str, int] | None | Current[Mapping[str, int] | None]


@dataclass(frozen=True, slots=True)
class _Admitted:
    """A row that was given a slot."""

    id: int
    site: str
    is_batched: bool  #: a thread takes several such rows of one site together
    waited: float  #: seconds since it became due


class Admission:
    """Admits work of one stage.

    Args:
        most_per_site: Page requests to one site are paced, so more would only wait and be put back.
    """

    def __init__(self, stage: Stage, timing: Timing, most_per_site: MostPerSite = None) -> None:
        self.stage = stage
        self.timing = timing
        self._most_of_sites = current(most_per_site)
        self._parameters = parameters_of(stage.service, timing)
        begin_waits_at_zero(stage)

    def run(self, database: Database) -> int:
        """Admit what may start now; return how many rows were admitted."""
        with database.statement() as look:
            if not self._is_worthwhile(look):
                return 0
        with database.unit_of_work() as work:
            return self._admit(work)

    def _is_worthwhile(self, work: UnitOfWork) -> bool:
        """Look without locking: most calls find nothing to do."""
        most, threads, is_paused, is_outside_hours, held, unexplained, overlong, due = work.execute(
            _LOOK[self.stage.name], {**self._parameters, "stage": self.stage.name}
        ).one()
        capacity = Capacity(most, threads, is_paused, is_outside_hours)
        if unexplained or held > (0 if capacity.is_paused else capacity.limit):
            return True
        if overlong > most_overlong(capacity.slots):
            return True
        return bool(due) and held < capacity.slots

    def _lock(self, work: UnitOfWork) -> None:
        """Lock what guards this stage, so that no other admission of it counts or chooses before the commit."""
        work.execute(sql(self.stage.slots.lock), {"space": _LOCK_SPACE, "stage": self.stage.name})

    def _admit(self, work: UnitOfWork) -> int:
        self._lock(work)
        capacity, slots = self._slots(work)
        slots = self._enforce_limit(work, slots, capacity)
        self._ask_to_stop(work, stop_overlong(slots, most=most_overlong(capacity.slots)), StopReason.OVERLONG)
        free = capacity.slots - len(slots)
        if free <= 0:
            return 0
        held = Counter(slot.site for slot in slots)
        if capacity.is_outside_hours:
            return self._admit_any_time(work, free, held)
        sites = self._ready_sites(work, free, len(held))
        served_at = {site.key: site.served_at for site in sites}
        chosen = choose(
            (row for site in sites for row in site.startable),
            free=free,
            held_by_site=held,
            served_at=served_at,
            most_per_site=self._most_per_site(served_at),
        )
        admitted = self._start(work, chosen) if chosen else {}
        if stale := [site.key for site in sites if site.is_stale(free + _ONE_MORE, admitted)]:
            self._refresh_urgencies(work, stale)
        self._send(work, [admitted[row_id] for row_id in chosen if row_id in admitted])
        return len(admitted)

    def _admit_any_time(self, work: UnitOfWork, free: int, held: Counter[str]) -> int:
        """Admit what a person wants outside of the hours, too; return how many rows that were."""
        rows = work.execute(_READ_ANY_TIME[self.stage.name], {"most": free}).all()
        candidates = [Candidate(row.id, row.politeness_key, row.urgency) for row in rows]
        chosen = choose(candidates, free=free, held_by_site=held, served_at={})
        admitted = self._start(work, chosen) if chosen else {}
        self._send(work, [admitted[row_id] for row_id in chosen if row_id in admitted])
        return len(admitted)

    def _send(self, work: UnitOfWork, admitted: Iterable[_Admitted]) -> None:
        """Send a message for each row; for those that one thread takes together, one for all of them."""
        batched: Counter[str] = Counter()
        for row in admitted:
            count_wait(self.stage, row.waited)
            work.changed(self.stage.topic, row.id)
            if row.is_batched:
                batched[row.site] += 1
                if batched[row.site] % self.stage.batches.most != 1:
                    continue
            work.publish(self.stage.message(row.id))

    def _start(self, work: UnitOfWork, chosen: list[int]) -> dict[int, _Admitted]:
        """Admit the chosen rows; return those that could be locked and got a slot, by id."""
        return {
            row.id: _Admitted(*row)
            for row in work.execute(_START[self.stage.name], {"ids": chosen, "stage": self.stage.name})
        }

    def _slots(self, work: UnitOfWork) -> tuple[Capacity, list[Slot]]:
        """Return the capacity and who holds a slot; requeue rows that are processing though nobody admitted them."""
        rows = work.execute(
            _READ_SLOTS[self.stage.name],
            self._parameters,
        ).all()
        capacity = Capacity(*rows[0][:4])
        rows = [row for row in rows if row.id is not None]
        if unexplained := [row.id for row in rows if row.is_unexplained]:
            work.execute(_REQUEUE_UNEXPLAINED[self.stage.name], {"ids": unexplained})
        for row_id in unexplained:
            work.changed(self.stage.topic, row_id)
        return capacity, [Slot(*row[4:10]) for row in rows if not row.is_unexplained]

    def _enforce_limit(self, work: UnitOfWork, slots: list[Slot], capacity: Capacity) -> list[Slot]:
        """Take back what the limit or a pause no longer allows; return who still holds a slot."""
        back = take_back(slots, limit=capacity.limit, is_paused=capacity.is_paused)
        if back.to_waiting:
            returned = set(work.execute(_WITHDRAW[self.stage.name], {"ids": list(back.to_waiting)}).scalars())
            slots = [slot for slot in slots if slot.id not in returned]
        for row_id in back.to_waiting:
            work.changed(self.stage.topic, row_id)
        self._ask_to_stop(work, back.to_stop, StopReason.LIMIT)
        return slots

    def _ask_to_stop(self, work: UnitOfWork, ids: Collection[int], reason: StopReason) -> None:
        """Request running rows to stop; they hold their slots until they have."""
        if not ids:
            return
        work.execute(_ASK_TO_STOP[self.stage.name], {"ids": list(ids), "reason": reason.value})
        for row_id in ids:
            work.changed(self.stage.topic, row_id)

    def _ready_sites(self, work: UnitOfWork, free: int, holding: int) -> list[ReadySite]:
        """Read the best due rows, one more than ``free`` at most of each site, of all sites that can be chosen from.

        Those are the first ``free`` by urgency and turn, besides those that hold slots already. What
        ``turns`` promises may be out of date: then it is put right, and read again.
        """
        most = free + holding
        sites: list[ReadySite] = []
        for _ in range(_LOOKS):
            sites = read_ready_sites(work, self.stage, free + _ONE_MORE, most)
            stale = [site.key for site in sites if site.is_stale(free + _ONE_MORE)]
            if not stale:
                break
            self._refresh_urgencies(work, stale)
            most *= _MORE_AT_NEXT_LOOK
        return sites

    def _refresh_urgencies(self, work: UnitOfWork, keys: list[str]) -> None:
        """Set the ``ready_priority`` of sites to the urgency of their best due row, or to null where none is due.

        Who makes a row due holds its site's turn until that row can be seen. So a turn that can be
        locked hides nothing, if the rows are looked at in a later statement; one that cannot is left.
        """
        locked = work.execute(_LOCK_TURNS[self.stage.name], {"stage": self.stage.name, "keys": keys}).scalars()
        work.execute(_REFRESH_URGENCIES[self.stage.name], {"stage": self.stage.name, "keys": list(locked)})

    def _most_per_site(self, sites: Mapping[str, object]) -> Mapping[str, int] | None:
        most = self._most_of_sites()
        if most is None or "*" not in most:
            return most
        return {site: most.get(site, most["*"]) for site in sites}
