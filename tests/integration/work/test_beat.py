from __future__ import annotations

import time

from ohdio_core.work.beat import Heartbeat, WorkerIdentity
from ohdio_core.work.run import Run
from ohdio_core.work.timing import boot_clock
from tests.fixtures.engine import Engine
from tests.fixtures.workers import wait_until


def test_the_speed_is_of_what_came_since_the_last_beat_and_not_of_what_was_kept(engine: Engine) -> None:
    engine.worker()
    (row,) = engine.items(1)
    run = Run(engine.admit_and_start(), beat_sent_at=boot_clock())
    heartbeat = Heartbeat(engine.database, engine.stage, WorkerIdentity("downloader", 1), engine.timing)
    heartbeat.add(run)
    began_at = time.monotonic()

    run.report(50_000_000)  # found on the disk
    heartbeat.beat()
    assert engine.row(row).bytes_per_second is None

    wait_until(lambda: time.monotonic() > began_at + 0.2, 1, "some time has passed")
    run.report(50_010_000)
    heartbeat.beat()
    assert 0 < engine.row(row).bytes_per_second <= 10_000 / 0.2
