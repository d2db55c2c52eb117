"""Every change of a row's status, by name: from where it leads to where, and what changes along with it.

The only place that writes a status; a test reads every other statement. ``work.ending`` decides which of them the end
of a run is; the diagram in ``docs/architecture.md`` is drawn from ``ALL`` (``make docs``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ohdio_core.domain.queue import WorkStatus

_QUEUED, _PROCESSING, _PAUSED = WorkStatus.QUEUED, WorkStatus.PROCESSING, WorkStatus.PAUSED
_COMPLETED, _FAILED, _CANCELLED = WorkStatus.COMPLETED, WorkStatus.FAILED, WorkStatus.CANCELLED

# Columns that change together, as SQL assignments. Expressions may name the old row ``row``.
_NO_WAIT = "wait_reason = NULL, wait_message = NULL"
_SLOT = f"admitted_at = clock_timestamp(), sent_at = clock_timestamp(), {_NO_WAIT}"
_NO_SLOT = "admitted_at = NULL, sent_at = NULL"
_LEASE = f"""
    lease_token = gen_random_uuid(), lease_until = clock_timestamp() + CAST(:lease AS interval), worker_id = :worker,
    attempts = row.attempts + 1, started_at = clock_timestamp(),
    best_progress = greatest(row.best_progress, row.progress), {_NO_WAIT}, next_attempt_at = NULL
"""
_NO_LEASE = f"lease_token = NULL, lease_until = NULL, worker_id = NULL, stop_requested = NULL, {_NO_SLOT}"
_ENDED = f"next_attempt_at = NULL, finished_at = clock_timestamp(), rank = NULL, {_NO_LEASE}"
#: Nothing is wrong, and nothing is waited for. The ends of runs bring sentences of their own instead.
NO_SENTENCES = f"error = NULL, error_message = NULL, {_NO_WAIT}"
_AFRESH = f"attempts = 0, setbacks = 0, next_attempt_at = NULL, finished_at = NULL, {NO_SENTENCES}"


@dataclass(frozen=True, slots=True)
class Transition:
    """One way from some statuses to another, or to itself (``CLAIMED``)."""

    name: str  #: as the diagram has it
    sources: frozenset[WorkStatus]
    target: WorkStatus
    also: str  #: SQL assignments beside the status

    @property
    def assignments(self) -> str:
        """Return what follows ``SET`` in an ``UPDATE``; that of a claim takes ``lease`` and ``worker``."""
        # Where the status stays it is not written, so that no trigger on it fires.
        moves = "" if self.sources == {self.target} else f"status = '{self.target.value}', "
        return f"{moves}{self.also}, updated_at = now()"

    def applies_to(self, row: str) -> str:
        """Return the SQL condition that a row of this name or alias has one of the sources."""
        statuses = ", ".join(f"'{status.value}'" for status in sorted(self.sources))
        return f"{row}.status IN ({statuses})"


def _transition(name: str, sources: Iterable[WorkStatus], target: WorkStatus, also: str) -> Transition:
    return Transition(name, frozenset(sources), target, also)


#: A slot is given; its message is sent after the commit.
ADMITTED = _transition("admitted", [_QUEUED], _PROCESSING, _SLOT)
#: A worker takes an admitted row.
CLAIMED = _transition("claimed", [_PROCESSING], _PROCESSING, _LEASE)
#: A run that ends passes its slot on to a row, which is admitted and claimed in one.
PASSED_ON = _transition("passed on", [_QUEUED], _PROCESSING, f"admitted_at = clock_timestamp(), {_LEASE}")
#: The slot of a row that nobody has claimed is taken back: the limit, a pause of all, or a row that nobody admitted.
WITHDRAWN = _transition("withdrawn", [_PROCESSING], _QUEUED, _NO_SLOT)
#: A run ends without a result, and the row waits (``delay``, None: it is due) for the next one.
PUT_BACK = _transition(
    "put back", [_PROCESSING], _QUEUED, f"next_attempt_at = clock_timestamp() + CAST(:delay AS interval), {_NO_LEASE}"
)
#: A worker died, and its row waits for the next run; those that may have killed it start one after the other.
TAKEN_BACK = _transition(
    "taken back",
    [_PROCESSING],
    _QUEUED,
    f"next_attempt_at = clock_timestamp() + CAST(ending.delay AS interval), {_NO_LEASE}",
)
#: A person paused the row, and nothing runs of it (any more).
PAUSED = _transition("paused", [_QUEUED, _PROCESSING], _PAUSED, f"next_attempt_at = NULL, {_NO_LEASE}")
#: A person lets it go on where it stopped.
RESUMED = _transition("resumed", [_PAUSED], _QUEUED, f"{_NO_WAIT}, next_attempt_at = NULL")
COMPLETED = _transition("completed", [_QUEUED, _PROCESSING], _COMPLETED, _ENDED)
FAILED = _transition("failed", [_QUEUED, _PROCESSING], _FAILED, _ENDED)
#: A scan that a person ended, a description that nobody wants; nothing runs of it (any more).
CANCELLED = _transition("cancelled", [_QUEUED, _PROCESSING], _CANCELLED, _ENDED)
#: It is wanted once more, with all its attempts: at once, also where it waited for a time.
REQUEUED = _transition("requeued", [_QUEUED, _COMPLETED, _FAILED, _CANCELLED], _QUEUED, _AFRESH)

ALL = (
    *(ADMITTED, CLAIMED, PASSED_ON, WITHDRAWN, PUT_BACK, TAKEN_BACK),
    *(PAUSED, RESUMED, COMPLETED, FAILED, CANCELLED, REQUEUED),
)


def moves() -> dict[tuple[WorkStatus, WorkStatus], list[str]]:
    """Return the names of the transitions by the change of status that they are, as (before, after)."""
    found: dict[tuple[WorkStatus, WorkStatus], list[str]] = {}
    for transition in ALL:
        for source in sorted(transition.sources - {transition.target}):
            found.setdefault((source, transition.target), []).append(transition.name)
    return found
