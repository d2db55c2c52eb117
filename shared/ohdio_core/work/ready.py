"""Which sites have due rows, and who holds slots: what is chosen from, read without changing anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import UnitOfWork
from ohdio_core.db.sql import Statement
from ohdio_core.domain.admission import Candidate, choose
from ohdio_core.work.fragments import for_each_stage, for_stage
from ohdio_core.work.stages import Stage

_SQL = NamedSql(__name__)
_READ_READY_SITES = for_each_stage(_SQL, "read_ready_sites")
_COUNT_HELD = for_each_stage(_SQL, "count_held")

_LOOKS = 4  #: each reads eight times as many sites as the one before
_MORE_AT_NEXT_LOOK = 8


@dataclass(frozen=True, slots=True)
class ReadySite:
    """A site that may have due work."""

    key: str
    served_at: datetime | None
    ready_urgency: int  #: what ``turns`` says: none of its due rows is more urgent
    due: list[Candidate]  #: its best rows, best first
    early: set[int]  #: those of them that another one, which is about to become due, comes before

    @property
    def startable(self) -> list[Candidate]:
        """Return those of its rows that may start now."""
        return [row for row in self.due if row.id not in self.early]

    def urgency_without(self, chosen: Container[int]) -> int | None:
        """Return the urgency of the best row that would be left of those that were read; None when none would."""
        return next((row.urgency for row in self.due if row.id not in chosen), None)

    def is_stale(self, most: int, chosen: Container[int] = ()) -> bool:
        """Return whether ``turns`` has a higher urgency than any row that is left, of at most ``most`` rows read."""
        left = self.urgency_without(chosen)
        if left is None:
            return len(self.due) < most
        return left < self.ready_urgency

    def is_used_up(self, most: int, chosen: Container[int]) -> bool:
        """Return whether all of at most ``most`` rows read are chosen, so that another one might have been, too."""
        return len(self.due) == most and all(row.id in chosen for row in self.startable)


def read_ready_sites(work: UnitOfWork, stage: Stage, free: int, most: int) -> list[ReadySite]:
    """Return the first ``most`` sites by urgency and turn, each with its ``free`` best due rows."""
    rows = work.execute(_READ_READY_SITES[stage.name], {"stage": stage.name, "free": free, "most": most}).all()
    sites: dict[str, ReadySite] = {}
    for key, served_at, ready_urgency, row_id, urgency, is_early in rows:
        if (site := sites.get(key)) is None:
            site = sites[key] = ReadySite(key, served_at, ready_urgency, [], set())
        if row_id is not None:
            site.due.append(Candidate(row_id, key, urgency))
        if is_early:
            site.early.add(row_id)
    return list(sites.values())


def held_by_site(work: UnitOfWork, stage: Stage) -> Counter[str]:
    """Return how many slots each site holds."""
    rows = work.execute(_COUNT_HELD[stage.name])
    return Counter({row.politeness_key: row.slots for row in rows})


def following(work: UnitOfWork, stage: Stage, count: int) -> list[int]:
    """Return the rows that admission would choose if ``count`` slots were free, in the order of their start.

    Only for a stage whose slots are people's limit: there a site may hold any number of them.
    """
    held = held_by_site(work, stage)
    # As many sites take turns as hold slots, mostly; each is read for twice its share of the places first.
    share = min(count, 2 * ceil(count / max(1, len(held))))
    for each in (share, count):
        sites = _read_sites_for(work, stage, count, each, held)
        chosen = choose(
            (row for site in sites for row in site.startable),
            free=count,
            held_by_site=held,
            served_at={site.key: site.served_at for site in sites},
        )
        if each == count or not any(site.is_used_up(each, set(chosen)) for site in sites):
            break
    return chosen


def _read_sites_for(work: UnitOfWork, stage: Stage, count: int, each: int, held: Mapping[str, int]) -> list[ReadySite]:
    """Return the sites that ``count`` slots may go to, with the ``each`` best due rows of each."""
    most = count + len(held)
    sites: list[ReadySite] = []
    for _ in range(_LOOKS):
        sites = read_ready_sites(work, stage, each, most)
        # What ``turns`` promises may be out of date; only admission puts it right.
        if len(sites) < most or sum(not site.is_stale(each) for site in sites) >= count + len(held):
            break
        most *= _MORE_AT_NEXT_LOOK
    return sites


def best_among(stage: Stage, condition: str) -> Statement:
    """Return the statement that reads the best due rows of each site among some rows; made once.

    Args:
        condition: SQL: whether ``row`` is one of them.
    """
    return for_stage(_SQL, "read_best_among", stage, is_among=condition)


def following_among(
    work: UnitOfWork, stage: Stage, best: Statement, parameters: Mapping[str, object], count: int
) -> list[int]:
    """Return those of some rows that admission would choose if ``count`` slots were free for them alone, in order.

    Args:
        best: What ``best_among`` returned.
        parameters: What its condition takes.
    """
    rows = work.execute(best, {**parameters, "stage": stage.name, "count": count}).all()
    return choose(
        (Candidate(row.id, row.politeness_key, row.urgency) for row in rows),
        free=count,
        held_by_site=held_by_site(work, stage),
        served_at={row.politeness_key: row.served_at for row in rows},
    )
