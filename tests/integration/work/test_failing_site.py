from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from ohdio_core.collection import control
from ohdio_core.collection.try_now import try_now
from ohdio_core.domain.queue import StopReason
from ohdio_core.domain.site_health import FIRST_CLOSING
from ohdio_core.errors import Blocked, NotFound, SiteFailed, TransientError
from ohdio_core.messages import DownloadAudiobook
from ohdio_core.messaging.brokers import in_process_broker
from ohdio_core.messaging.consumers import consume
from ohdio_core.pacing.politeness import SharedPoliteness
from ohdio_core.pacing.site_health import begin_trial
from ohdio_core.process import Node, StageWorker
from ohdio_core.sentences import legacy
from ohdio_core.sources.http import ClientSettings, HttpClientFactory
from ohdio_core.work.beat import Heartbeat
from ohdio_core.work.outcome import Outcome, Stopped, outcome_of
from ohdio_core.work.run import Run
from ohdio_core.work.runner import Runner
from ohdio_core.work.stages import DOWNLOADS
from ohdio_core.work.timing import Timing
from tests.fixtures.engine import SOURCE, Engine
from tests.fixtures.workers import wait_until

OTHER = "tales.example"


class Site:
    """Work whose every run ends as the site is at that moment."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.error: Exception | None = SiteFailed(legacy("The site answered 503."))
        self.runs: list[int] = []
        self.mail: list[int] = []
        worker = engine.worker(threads=3)
        timing = Timing(relay=timedelta(0))  # one run a message, so that each can be told what the site is like
        heartbeat = Heartbeat(engine.database, engine.stage, worker, timing)
        self.runner = Runner(engine.database, engine.stage, heartbeat, timing, self.work)

    def work(self, run: Run) -> Outcome | None:
        self.runs.append(run.claim.id)
        if self.error is not None:
            raise self.error
        return None

    def take(self, rows: list[int]) -> None:
        """Take these messages, one after another."""
        for row in rows:
            self.runner.handle(row)

    def take_next(self, times: int = 1) -> None:
        """Take the oldest message that nobody has taken, so often."""
        for _ in range(times):
            self.mail += self.engine.admit()
            self.runner.handle(self.mail.pop(0))

    def close(self) -> None:
        """Fail for five items, so that the site is closed; what was admitted meanwhile goes back."""
        self.take_next(5)
        assert self.host().closings == 1
        self.take(self.mail)
        self.runs.clear()

    def wait(self, duration: timedelta) -> None:
        """Make time pass, with a worker that is heard."""
        self.engine.pass_time(duration)
        self.engine.execute("UPDATE workers SET beat_at = clock_timestamp()")
        self.engine.sweep()

    def host(self) -> Any:
        (row,) = self.engine.rows(
            "SELECT *, extract(epoch FROM closed_until - clock_timestamp())::float AS closed_for FROM hosts "
            "WHERE politeness_key = :key",
            key=SOURCE,
        )
        return row


@pytest.fixture
def site(engine: Engine) -> Site:
    return Site(engine)


class TestASiteThatFails:
    def test_is_closed_after_five_failures_in_a_row(self, engine: Engine, site: Site) -> None:
        items = engine.items(12)

        site.close()

        host = site.host()
        assert FIRST_CLOSING.total_seconds() - 5 < host.closed_for <= FIRST_CLOSING.total_seconds()
        assert host.closed_reason.startswith(f"{SOURCE} is failing; tried again at ")
        until = datetime.fromisoformat(host.closed_message["values"]["until"])
        assert f"{until:%H:%M:%S} UTC" in host.closed_reason
        assert abs((until - host.closed_until).total_seconds()) <= 1
        assert [engine.row(item).attempts for item in items] == [1] * 5 + [0] * 7
        assert engine.admit() == []

    @pytest.mark.parametrize(
        "error",
        [NotFound(legacy("It is gone.")), TransientError(legacy("The file is damaged.")), Stopped(StopReason.SHUTDOWN)],
    )
    def test_is_not_closed_by_what_speaks_of_the_item(self, engine: Engine, site: Site, error: Exception) -> None:
        engine.items(12)
        site.error = error

        site.take_next(9)

        assert engine.rows("SELECT * FROM hosts") == []

    def test_is_closed_when_it_blocks_us(self, engine: Engine, site: Site) -> None:
        items = engine.items(12)
        site.error = Blocked(legacy("The site answered 403."))

        site.close()

        assert [engine.status(item) for item in items] == ["failed"] * 5 + ["queued"] * 7

    def test_stays_open_when_it_works_in_between(self, engine: Engine, site: Site) -> None:
        engine.items(12)
        down, site.error = site.error, None
        for place in range(9):
            site.error = None if place == 4 else down
            site.take_next()

        host = site.host()
        assert (host.failures, host.closings, host.closed_until) == (4, 0, None)

    def test_does_not_hold_up_other_sites(self, engine: Engine, site: Site) -> None:
        engine.items(6)
        site.close()

        others = engine.items(2, source=OTHER)

        assert engine.admit() == others


class TestWhileItIsClosed:
    def test_what_was_admitted_before_goes_back_untouched(self, engine: Engine, site: Site) -> None:
        engine.order(control.set_limit, 8)
        site.runner.heartbeat.worker = engine.worker(threads=9)
        items = engine.items(8)
        admitted = engine.admit()

        site.take(admitted)

        assert len(site.runs) == 5
        assert [engine.row(item).attempts for item in items] == [1] * 5 + [0] * 3
        late = engine.row(items[-1])
        assert (late.status, late.next_attempt_at, late.error) == ("queued", None, None)

    def test_what_ran_already_spends_no_attempt_either(self, engine: Engine, site: Site) -> None:
        items = engine.items(7)
        first, *site.mail = engine.admit()
        running = engine.start(first)
        site.take_next(5)
        before = site.host()

        engine.finish(running, outcome_of(SiteFailed(legacy("The site answered 503."))))

        assert engine.row(items[0]).attempts == 0
        assert engine.status(items[0]) == "queued"
        assert site.host().closed_until == before.closed_until
        assert site.host().failures == before.failures


class TestWhenAPersonHasItTried:
    def test_it_is_tried_at_once_with_the_item_that_they_chose(self, engine: Engine, site: Site) -> None:
        items = engine.items(12)
        site.close()
        site.error = None

        assert engine.order(try_now, [items[9]], is_first=True) == 1

        admitted = engine.admit()
        assert admitted[0] == items[9]
        site.take(admitted)
        assert site.runs[0] == items[9]
        assert (site.host().closings, site.host().closed_until) == (0, None)

    def test_in_vain_it_is_closed_for_longer(self, engine: Engine, site: Site) -> None:
        items = engine.items(12)
        site.close()

        engine.order(try_now, items)
        site.take(engine.admit())

        assert site.host().closed_for > FIRST_CLOSING.total_seconds()

    def test_while_another_item_tries_it_that_is_waited_for(self, engine: Engine, site: Site) -> None:
        items = engine.items(12)
        site.close()
        site.wait(timedelta(seconds=31))
        (first, *_) = engine.admit()
        with engine.database.statement() as work:
            assert begin_trial(work, SOURCE)

        assert engine.order(try_now, [items[-1]]) == 0
        assert site.host().is_tried
        assert engine.status(first) == "processing"


class TestWhenItsTimeIsOver:
    @pytest.fixture
    def items(self, engine: Engine, site: Site) -> list[int]:
        """Of a site whose first closing is over."""
        items = engine.items(12)
        site.close()
        site.wait(timedelta(seconds=31))
        return items

    def test_one_item_tries_it_and_the_others_wait(self, engine: Engine, site: Site, items: list[int]) -> None:
        admitted = engine.admit()
        assert len(admitted) == 3

        site.take(admitted)

        assert site.runs == admitted[:1]
        assert [engine.status(item) for item in admitted[1:]] == ["queued", "queued"]
        assert sum(engine.row(item).attempts for item in items) == 6

    def test_in_vain_it_is_closed_for_twice_as_long_and_another_tries_next(
        self, engine: Engine, site: Site, items: list[int]
    ) -> None:
        site.take(engine.admit())
        assert 55 < site.host().closed_for <= 60

        site.wait(timedelta(seconds=61))
        site.take(engine.admit())

        assert 115 < site.host().closed_for <= 120
        first, second = site.runs
        assert first != second
        assert {first, second} <= set(items)

    @pytest.mark.usefixtures("items")
    def test_it_is_open_again_after_one_success(self, engine: Engine, site: Site) -> None:
        site.error = None

        site.take(engine.admit())

        host = site.host()
        assert (host.failures, host.failed_items, host.closings, host.closed_until) == (0, [], 0, None)
        assert engine.bus.wakes >= {"downloads", "metadata", "scraping"}
        assert len(engine.admit()) == 3

    @pytest.mark.usefixtures("items")
    def test_a_long_run_opens_it_with_its_first_bytes(self, engine: Engine, site: Site) -> None:
        def work(run: Run) -> None:
            run.report(progress=1000)
            assert site.host().closed_until is None

        site.runner.work = work

        site.take(engine.admit()[:1])

        assert site.host().failures == 0

    @pytest.mark.usefixtures("items")
    def test_a_trial_that_tells_nothing_lets_another_try_at_once(self, engine: Engine, site: Site) -> None:
        site.error = Stopped(StopReason.PAUSE)
        site.take(engine.admit()[:1])
        site.error = None

        site.take(engine.admit()[-1:])

        assert site.host().failures == 0

    @pytest.mark.usefixtures("items")
    def test_the_trials_own_requests_go_out(self, engine: Engine, site: Site) -> None:
        politeness = SharedPoliteness(engine.database, timedelta(milliseconds=1))
        site.runner.work = lambda _: politeness.take_turn(SOURCE)

        site.take(engine.admit()[:1])

        assert site.host().closed_until is None

    @pytest.mark.usefixtures("items")
    def test_a_time_that_it_names_itself_is_kept_whatever_succeeds(self, engine: Engine, site: Site) -> None:
        politeness = SharedPoliteness(engine.database, timedelta(milliseconds=1))
        site.runner.work = lambda _: politeness.close(SOURCE, timedelta(hours=1), legacy("It asks for an hour."))

        site.take(engine.admit()[:1])

        host = site.host()
        assert host.closed_for > 3500
        assert host.closed_reason == "It asks for an hour."


class _Origin(BaseHTTPRequestHandler):
    """A site that can be out of order."""

    protocol_version = "HTTP/1.1"
    is_down = True
    url = ""

    def do_GET(self) -> None:
        self.send_response(503 if self.is_down and "stories" in self.headers["host"] else 200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # the name is the base class's
        """Keep quiet."""


@pytest.fixture
def origin() -> Iterator[type[_Origin]]:
    class Origin(_Origin):
        """Of one test."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Origin)
    Origin.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield Origin
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def worker(database_url: str, origin: type[_Origin]) -> Iterator[None]:
    """A worker process's threads, which ask each item's site for a page over HTTP."""
    broker = in_process_broker()
    timing = Timing(tick=timedelta(seconds=0.1), beat=timedelta(seconds=0.3))
    node = Node(database_url, broker, application="ohdio-test", timing=timing, sweeps=[DOWNLOADS], pool_size=8)
    overrides = {"stories.example": origin.url, "tales.example": origin.url}
    clients = HttpClientFactory(
        ClientSettings(host_overrides=overrides), SharedPoliteness(node.database, timedelta(milliseconds=1))
    )

    def ask(run: Run) -> None:
        key = run.claim.site_key
        clients.site(key).get(f"https://{key}/{run.claim.id}")

    worker = StageWorker(node, DOWNLOADS, broker, threads=3, work=ask)
    consume(broker, DownloadAudiobook, lambda message: worker.runner.handle(message.queue_item_id))
    node.start()
    worker.start()
    yield
    worker.stop(grace=2.0)
    node.end()
    clients.close()
    broker.close()


@pytest.mark.usefixtures("worker")
def test_a_site_that_is_down_for_a_while_costs_the_others_nothing_and_its_items_little(
    engine: Engine, origin: type[_Origin]
) -> None:
    def completed(items: list[int]) -> bool:
        count = engine.value(
            "SELECT count(*) FROM queue_items WHERE status = 'completed' AND id = ANY(:ids)", ids=items
        )
        return bool(count == len(items))

    down = engine.items(15)
    others = engine.items(15, source=OTHER)
    wait_until(lambda: completed(others), 15, "the other site's items are complete")
    wait_until(lambda: engine.value("SELECT count(*) FROM hosts WHERE closings = 1"), 15, "the site is closed")
    wait_until(lambda: engine.held() == 0, 15, "what was admitted is back")

    origin.is_down = False
    engine.pass_time(FIRST_CLOSING)
    wait_until(lambda: completed(down), 15, "all are complete")

    assert engine.value("SELECT max(attempts) FROM queue_items") <= 3
    assert engine.value("SELECT sum(attempts) FROM queue_items") <= len(down) + len(others) + 8
