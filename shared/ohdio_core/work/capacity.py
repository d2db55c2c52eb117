"""How many rows of a stage may hold a slot, and who must wait while that is decided."""

from __future__ import annotations

from dataclasses import dataclass

from ohdio_core.work.timing import Timing

_LIVE_THREADS = """
    (SELECT coalesce(sum(threads), 0) FROM workers
     WHERE service = :service AND beat_at > clock_timestamp() - CAST(:lease AS interval))
"""


#: Of ``queue_control``: when the download hours begin, outside of them; a time that is past where they are over, and
#: nobody has written more (``ohdio_core.collection.download_hours``). Null within them.
HOURS_BEGIN_AT = """
    CASE WHEN hours_from > clock_timestamp() THEN hours_from WHEN hours_until <= clock_timestamp() THEN hours_until END
"""

#: The same as a condition: downloads do not begin yet, or have to stop.
_IS_OUTSIDE = f"({HOURS_BEGIN_AT}) IS NOT NULL"

#: The same as one of other tables.
IS_OUTSIDE_HOURS = f"(SELECT {_IS_OUTSIDE} FROM queue_control)"


@dataclass(frozen=True, slots=True)
class Capacity:
    """What people, and the workers that live, allow."""

    limit: int  #: what people, or the window, allow
    threads: int  #: of live workers
    is_paused: bool = False
    is_outside_hours: bool = False  #: only what a person wants all the same may start

    @property
    def slots(self) -> int:
        """Return how many rows may be admitted or running."""
        return 0 if self.is_paused else min(self.limit, self.threads)


@dataclass(frozen=True, slots=True)
class SlotRule:
    """What decides how many slots a stage has."""

    query: str  #: SQL for one row: ``most``, ``threads``, ``is_paused``, ``is_outside_hours``; takes ``parameters_of``
    lock: str  #: SQL by which one admission at a time counts and chooses; may take ``space`` and ``stage``
    stop_of_all: str  #: SQL: why all running work is to stop, and ``row``, too; null where it is not
    are_passed_on: bool  #: each has a thread of its own, so a run that ends may take the next row
    is_paced: bool  #: a site is worth no more slots at once than its pace lets through
    pause_seconds: float  #: between two admissions: slots that become free in quick succession are filled together


#: Slots are people's limit, and each is a thread that waits.
PEOPLES_LIMIT = SlotRule(
    query=f"SELECT max_concurrent_downloads AS most, {_LIVE_THREADS} AS threads, is_paused, "
    f"{_IS_OUTSIDE} AS is_outside_hours FROM queue_control",
    lock="SELECT FROM queue_control FOR UPDATE",
    stop_of_all=f"""
        (SELECT CASE WHEN is_paused THEN 'global-pause'
                     WHEN {_IS_OUTSIDE} AND row.hours_waived_at IS NULL THEN 'hours' END
         FROM queue_control)
    """,
    are_passed_on=True,
    is_paced=False,
    pause_seconds=0.01,
)


def window(per_thread: int) -> SlotRule:
    """Return the rule that every live thread has so many slots, which keep it busy between two admissions."""
    return SlotRule(
        query=f"SELECT {per_thread} * threads AS most, {per_thread} * threads AS threads, false AS is_paused, "
        "false AS is_outside_hours "
        f"FROM (SELECT {_LIVE_THREADS} AS threads) AS live",
        lock="SELECT pg_advisory_xact_lock(:space, hashtext(:stage))",
        stop_of_all="CAST(NULL AS text)",
        are_passed_on=False,
        is_paced=True,
        pause_seconds=0.02,
    )


def parameters_of(service: str, timing: Timing) -> dict[str, object]:
    """Return what the ``query`` of a rule is to be run with for the workers of a service."""
    return {"service": service, "lease": timing.lease}
