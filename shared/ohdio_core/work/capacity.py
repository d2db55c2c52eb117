"""How many rows of a stage may be in flight."""

from __future__ import annotations

from dataclasses import dataclass

from ohdio_core.work.stages import Stage
from ohdio_core.work.timing import Timing

_LIVE_THREADS = """
    (SELECT coalesce(sum(threads), 0) FROM workers
     WHERE service = :service AND beat_at > clock_timestamp() - CAST(:lease AS interval))
"""


@dataclass(frozen=True, slots=True)
class Capacity:
    """What people, and the workers that live, allow."""

    limit: int  #: what people, or the window, allow
    threads: int  #: of live workers
    is_paused: bool = False

    @property
    def slots(self) -> int:
        """Rows that may be admitted or running."""
        return 0 if self.is_paused else min(self.limit, self.threads)


def select_capacity(stage: Stage) -> str:
    """Return a query for one row: ``most``, ``threads``, ``is_paused``; it takes ``parameters_of``."""
    if stage.window is None:
        return f"SELECT max_concurrent_downloads AS most, {_LIVE_THREADS} AS threads, is_paused FROM queue_control"
    return (
        f"SELECT {stage.window} * threads AS most, {stage.window} * threads AS threads, false AS is_paused "
        f"FROM (SELECT {_LIVE_THREADS} AS threads) AS live"
    )


def parameters_of(stage: Stage, timing: Timing) -> dict[str, object]:
    """Return what ``select_capacity`` is to be run with."""
    return {"service": stage.service, "lease": timing.lease}
