"""What the log tells of runs, where it is more than begun and complete."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from ohdio_core.errors import NeedsPerson, TransientError
from ohdio_core.sentences import legacy
from ohdio_core.work.beat import Heartbeat
from ohdio_core.work.run import Run
from ohdio_core.work.run_log import log_begin
from ohdio_core.work.runner import Runner
from ohdio_core.work.stages import DOWNLOADS, METADATA, SCRAPING, Stage
from tests.fixtures.engine import SOURCE, Engine

_FULL = legacy("The disk has 12 MiB free. Make room.")


class Downloads:
    """Downloads of one book that end as the disk is at that moment."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.error: Exception | None = NeedsPerson(_FULL)
        self.bytes = 0  #: that a run gets before its end
        (self.item,) = engine.items(1)
        heartbeat = Heartbeat(engine.database, DOWNLOADS, engine.worker(threads=1), engine.timing)
        self._runner = Runner(engine.database, DOWNLOADS, heartbeat, engine.timing, self._work)

    def _work(self, run: Run) -> None:
        run.add_facts(title="Le talus")
        log_begin(DOWNLOADS, run)
        if self.bytes:
            run.report(run.claim.progress + self.bytes)
        if self.error is not None:
            raise self.error

    def run(self) -> list[str]:
        """Run it once, whatever it waits for; return the events that the log tells of."""
        self.engine.execute("UPDATE queue_items SET next_attempt_at = NULL")
        with capture_logs() as lines:
            for row in self.engine.admit():
                self._runner.handle(row)
        return [line["event"] for line in lines if line["log_level"] != "debug"]


@pytest.fixture
def downloads(engine: Engine) -> Downloads:
    return Downloads(engine)


class TestAWaitForAPerson:
    def test_is_told_once_and_that_it_goes_on(self, downloads: Downloads) -> None:
        assert downloads.run() == ["download begun", "download waits"]
        assert [downloads.run() for _ in range(3)] == [[], [], []]

        downloads.error = None
        assert downloads.run() == ["download begun", "download complete"]

    def test_that_ends_otherwise_is_told_too(self, downloads: Downloads) -> None:
        downloads.run()
        downloads.error = TransientError(legacy("The connection was cut."))

        assert downloads.run() == ["download begun", "download waits"]
        assert downloads.run() == ["download begun", "download waits"]

    def test_is_told_again_when_it_went_on_in_between(self, downloads: Downloads) -> None:
        downloads.run()
        downloads.bytes = 1_000

        assert downloads.run() == ["download begun", "download waits"]


Insert = Callable[[Engine], None]


def _scan(engine: Engine) -> None:
    engine.execute(
        "INSERT INTO scrapes (url, source, external_id, title, politeness_key) "
        "VALUES ('https://stories.example/all', 'rss', 'all', 'Tout', :key)",
        key=SOURCE,
    )


def _description(engine: Engine) -> None:
    engine.items(1, is_ready=False)
    engine.execute("INSERT INTO extractions (id, politeness_key) SELECT id, source FROM audiobooks")


def _download(engine: Engine) -> None:
    engine.items(1)


@pytest.mark.parametrize(("stage", "insert"), [(SCRAPING, _scan), (METADATA, _description), (DOWNLOADS, _download)])
def test_what_fails_as_its_worker_died_too_often_is_told_as_every_failure_is(
    engine: Engine, stage: Stage, insert: Insert
) -> None:
    insert(engine)
    at = engine.at(stage)
    at.worker()
    told = []
    for _ in range(5):
        at.admit_and_start()
        at.pass_time(2 * at.timing.lease)
        with capture_logs() as lines:
            at.sweep()
        told += lines
        at.execute(f"UPDATE {stage.table} SET next_attempt_at = NULL")
        at.keep_workers_alive()

    assert [line["event"] for line in told] == [*[f"{stage.noun} waits"] * 4, f"{stage.noun} failed"]
    failed = told[-1]
    about = engine.rows("SELECT title, url FROM scrapes UNION ALL SELECT title, url FROM audiobooks")
    assert [(failed["title"], failed["link"])] == [tuple(row) for row in about]
    assert (failed["log_level"], failed["id"]) == ("warning", at.value(f"SELECT id FROM {stage.table}"))
    assert failed["error"].startswith("Given up after 5 attempts: the worker died")
    assert failed["seconds"] >= at.timing.lease.total_seconds()
