"""What the engine's machine knows of the world, and what must hold whatever happens to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
)

from ohdio_core.domain.queue import explain_wait
from ohdio_core.sentences import stored
from ohdio_core.work.beat import Heartbeat, WorkerIdentity
from ohdio_core.work.outcome import Outcome
from ohdio_core.work.run import Run
from tests.fixtures.engine import Engine
from tests.integration.work.cut_network import Network


@dataclass
class Worker:
    """A living worker process."""

    identity: WorkerIdentity
    heartbeat: Heartbeat
    runs: list[Run] = field(default_factory=list)
    ends: dict[UUID, Outcome] = field(default_factory=dict)  # of runs that are over, but not yet written, by lease


class CheckedMachine(RuleBasedStateMachine):
    """Checks after every step what must always hold."""

    def __init__(self, engine: Engine, observer: Engine, network: Network) -> None:
        super().__init__()
        self.engine = engine
        self.observer = observer
        self.network = network
        self.workers: list[Worker] = []
        self.mailbox: list[int] = []
        self.items: set[int] = set()
        self.perhaps_deleted: set[int] = set()
        self.done: set[int] = set()
        self.allowed = 3  # slots that may be held: the limit, or what ran already when it was lowered

    def runs(self) -> list[tuple[Worker, Run]]:
        return [(worker, run) for worker in self.workers for run in worker.runs]

    @invariant()
    def all_is_well(self) -> None:
        rows = self.observer.rows("SELECT * FROM queue_items")
        (control_row,) = self.observer.rows("SELECT *, EXISTS (SELECT FROM workers) AS has_workers FROM queue_control")
        self.never_more_than_the_limit(rows, control_row)
        self.nothing_runs_twice_at_once(rows)
        self.no_item_is_lost(rows)
        self.complete_means_that_somebody_has_done_it(rows)
        self.only_what_is_in_hand_has_a_lease(rows)
        self.every_wait_and_every_failure_has_a_reason(rows, control_row)

    def never_more_than_the_limit(self, rows: list[Any], control_row: Any) -> None:
        held = sum(row.status == "processing" for row in rows)
        now_allowed = 0 if control_row.is_paused else control_row.max_concurrent_downloads
        assert held <= max(now_allowed, self.allowed)
        self.allowed = max(now_allowed, min(self.allowed, held))

    def nothing_runs_twice_at_once(self, rows: list[Any]) -> None:
        # Nor at all without the lease: whoever has lost it has stopped by himself before.
        tokens = {row.id: row.lease_token for row in rows}
        for worker, run in self.runs():
            if run.stop_reason is None and run.claim.token not in worker.ends:
                assert tokens.get(run.claim.id) == run.claim.token

    def no_item_is_lost(self, rows: list[Any]) -> None:
        assert self.items - self.perhaps_deleted <= {row.id for row in rows}

    def complete_means_that_somebody_has_done_it(self, rows: list[Any]) -> None:
        assert {row.id for row in rows if row.status == "completed"} <= self.done

    def only_what_is_in_hand_has_a_lease(self, rows: list[Any]) -> None:
        # So a slot ends by itself: a lease runs out, an admitted row is sent again, any other is healed.
        for row in rows:
            if row.status != "processing":
                assert (row.lease_token, row.lease_until, row.stop_requested, row.deleted_at) == (None,) * 4

    def every_wait_and_every_failure_has_a_reason(self, rows: list[Any], control_row: Any) -> None:
        for row in rows:
            if row.status in {"queued", "processing"} and row.lease_token is None:
                assert explain_wait(
                    is_ready=row.is_ready,
                    description_wait=None,
                    is_admitted=row.admitted_at is not None,
                    recorded=stored(row.wait_reason, row.wait_message),
                    next_attempt_at=row.next_attempt_at,
                    site_closed_until=None,
                    site_closed_reason=None,
                    is_paused=control_row.is_paused,
                    outside_hours=None,
                    has_workers=control_row.has_workers,
                ).text
            # A wait until a certain time has a reason of its own.
            assert row.next_attempt_at is None or row.wait_reason
            assert row.status != "failed" or row.error
            assert row.attempts <= row.max_attempts
