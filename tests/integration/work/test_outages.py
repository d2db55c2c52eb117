from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import pytest

from devservers.postgres import PostgresServer
from devservers.rabbitmq import Rabbit, RabbitServer
from ohdio_core.db.migrate import upgrade
from ohdio_core.messages import DownloadAudiobook
from ohdio_core.messaging.rabbitmq import rabbitmq_broker
from ohdio_core.process import Node
from ohdio_core.work.timing import Timing
from tests.fixtures.effort import Pace
from tests.fixtures.engine import Engine
from tests.fixtures.workers import QUICK, WorkerProcesses, wait_until

PATIENCE = 3.0  # seconds that a sender waits for the broker; a request never does


def count(engine: Engine, status: str) -> int:
    return int(engine.value("SELECT count(*) FROM queue_items WHERE status = :status", status=status))


class TestPostgres:
    @pytest.fixture
    def engine(self, postgres_server: PostgresServer) -> Iterator[Engine]:
        """On a server of the test's own."""
        postgres_server.create_database("ohdio")
        url = postgres_server.url("ohdio")
        upgrade(url)
        engine = Engine(url)
        yield engine
        engine.database.close()

    @pytest.fixture
    def workers(self, tmp_path: Path, engine: Engine, vhost_url: str) -> Iterator[WorkerProcesses]:
        """Their lease lasts 4.5 seconds, so they stop by themselves after three."""
        processes = WorkerProcesses(tmp_path, engine.url, vhost_url, QUICK | {"OHDIO_LEASE_SECONDS": "4.5"})
        yield processes
        processes.end()

    @pytest.mark.parametrize("how", [pytest.param("killed", marks=pytest.mark.full), "frozen"])
    def test_that_is_gone_stops_runs_before_their_leases_end_and_costs_no_attempt(
        self, postgres_server: PostgresServer, engine: Engine, workers: WorkerProcesses, how: str
    ) -> None:
        end_outage = postgres_server.start if how == "killed" else postgres_server.thaw
        survive(postgres_server, engine, workers, how, lease=4.5, outage=6.0, end_outage=end_outage)

    @pytest.mark.full
    @pytest.mark.timeout(240)
    @pytest.mark.parametrize("how", ["killed", "frozen"])
    def test_that_is_gone_for_twenty_seconds_harms_nothing_with_the_normal_timing(
        self, postgres_server: PostgresServer, engine: Engine, tmp_path: Path, vhost_url: str, how: str
    ) -> None:
        (tmp_path / "normal").mkdir()
        processes = WorkerProcesses(tmp_path / "normal", engine.url, vhost_url, {})
        end_outage = postgres_server.start if how == "killed" else postgres_server.thaw
        try:
            survive(postgres_server, engine, processes, how, lease=15.0, outage=20.0, end_outage=end_outage)
        finally:
            processes.end()


def survive(
    server: PostgresServer,
    engine: Engine,
    workers: WorkerProcesses,
    how: str,
    *,
    lease: float,
    outage: float,
    end_outage: Callable[[], object],
) -> None:
    """Three items run when the database goes away; they are silent ones, so that a lost attempt would show."""
    items = engine.items(3)
    for _ in range(2):
        workers.start(threads=2, seconds=lease + 1.5, is_silent=1)
    wait_until(lambda: len(workers.witness.started()) == 3, 15, "3 items are in flight")
    wait_until(lambda: time.monotonic() > workers.witness.fetches()[0].started_at + 1.5, 5, "they were heard")
    engine.database.close()

    with Pace() as pace:
        gone_at = time.monotonic()
        if how == "killed":
            server.kill()
        else:
            server.freeze()
        pace.wait(outage, since=gone_at)
    assert gone_at + lease / 3 < workers.witness.last_seen_at() < gone_at + pace.stretched(lease)
    assert len(workers.witness.started()) == 3
    end_outage()

    wait_until(lambda: len(workers.witness.started()) == 6, 30, "all three are in flight again")
    assert [engine.row(item).attempts for item in items] == [1, 1, 1]
    wait_until(lambda: count(engine, "completed") == 3, lease + 20, "all items are complete")
    assert [engine.row(item).attempts for item in items] == [1, 1, 1]
    assert workers.witness.overlapping() == set()
    assert workers.witness.peak() == 3


class TestRabbitMQ:
    @pytest.fixture
    def vhost_url(self, rabbitmq_server: RabbitServer) -> Iterator[str]:
        """On the broker that may be killed."""
        name = f"ohdio-test-{uuid4().hex}"
        rabbitmq_server.create_vhost(name)
        yield rabbitmq_server.url(name)
        if not rabbitmq_server.is_running():
            rabbitmq_server.start()
        rabbitmq_server.delete_vhost(name)

    @pytest.fixture
    def office(self, database_url: str, vhost_url: str) -> Iterator[Node]:
        """Where requests come in."""
        node = Node(
            database_url, rabbitmq_broker(vhost_url, patience=PATIENCE), application="ohdio-office", timing=Timing()
        )
        node.start()
        yield node
        node.end()

    def request(self, engine: Engine, office: Node) -> float:
        """Add an item as a request would; return how long telling the broker held it up."""
        (item,) = engine.items(1)
        began_at = time.monotonic()
        office.publisher.publish([DownloadAudiobook(queue_item_id=item)])
        took = time.monotonic() - began_at
        office.dispatcher.wake(["downloads"])
        return took

    def test_that_is_killed_and_comes_back_loses_nothing(
        self, rabbitmq_server: RabbitServer, engine: Engine, workers: WorkerProcesses, office: Node
    ) -> None:
        engine.items(5)
        workers.start(threads=3, seconds=1.0)
        wait_until(workers.witness.started, 10, "an item is in flight")
        rabbitmq_server.kill()
        waits = [self.request(engine, office) for _ in range(10)]
        rabbitmq_server.start()
        wait_until(lambda: count(engine, "completed") == 15, 60, "all items are complete")
        assert max(waits) < PATIENCE
        assert sorted(workers.witness.started()) == sorted(set(workers.witness.started()))
        assert workers.witness.peak() <= 3

    def test_that_blocks_publishers_delays_the_work_and_no_request(
        self, rabbitmq_server: RabbitServer, engine: Engine, workers: WorkerProcesses, office: Node
    ) -> None:
        workers.start(threads=3, seconds=0.2)
        engine.items(1)
        wait_until(lambda: count(engine, "completed") == 1, 15, "the first item is complete")
        rabbitmq_server.raise_memory_alarm()
        began_at = time.monotonic()
        waits = []
        while time.monotonic() < began_at + 3:
            waits.append(self.request(engine, office))
            time.sleep(0.1)
        rabbitmq_server.clear_memory_alarm()
        wait_until(lambda: count(engine, "completed") == 1 + len(waits), 60, "all items are complete")
        assert max(waits) < PATIENCE
        assert sorted(workers.witness.started()) == sorted(set(workers.witness.started()))


def connections(rabbitmq: Rabbit, vhost: str) -> list[str]:
    """Name the connections of one virtual host that consume messages."""
    consumers = rabbitmq.manage("GET", f"consumers/{quote(vhost, safe='')}")
    # A consumer is listed before its channel is known.
    channels = [consumer["channel_details"] for consumer in consumers if consumer["channel_details"]]
    return sorted({channel["connection_name"] for channel in channels})


class TestRedelivery:
    def test_while_the_work_runs_does_not_start_it_again(
        self, rabbitmq: Rabbit, vhost_url: str, engine: Engine, workers: WorkerProcesses
    ) -> None:
        vhost = vhost_url.rpartition("/")[2]
        (item,) = engine.items(1)
        for _ in range(2):
            workers.start(threads=1, seconds=4)
        wait_until(workers.witness.started, 10, "the item is in flight")
        # The management plugin learns of new consumers every few seconds.
        wait_until(lambda: connections(rabbitmq, vhost), 10, "the consumers are known")
        for name in connections(rabbitmq, vhost):
            rabbitmq.manage("DELETE", f"connections/{quote(name, safe='')}")
        wait_until(lambda: count(engine, "completed") == 1, 20, "the item is complete")
        wait_until(lambda: messages(rabbitmq, vhost, "downloads") == 0, 15, "the message is gone")
        assert workers.witness.started() == [item]
        assert engine.row(item).attempts == 1


class TestConsumerTimeout:
    @pytest.fixture
    def vhost_url(self, tmp_path: Path) -> Iterator[str]:
        """On a broker that cuts consumers which have not acknowledged for a minute."""
        with RabbitServer(tmp_path / "rabbitmq", consumer_timeout=timedelta(seconds=60)) as server:
            server.create_vhost("ohdio")
            yield server.url("ohdio")

    @pytest.mark.full
    @pytest.mark.timeout(300)
    def test_that_is_shorter_than_the_work_does_not_start_it_again(
        self, engine: Engine, workers: WorkerProcesses
    ) -> None:
        (item,) = engine.items(1)
        workers.start(threads=1, seconds=150, chunk=0.5)
        wait_until(lambda: count(engine, "completed") == 1, 200, "the item is complete")
        assert "delivery acknowledgement on channel 1 timed out" in workers.logs()
        assert workers.witness.started() == [item]
        assert engine.row(item).attempts == 1


def messages(rabbitmq: Rabbit, vhost: str, queue: str) -> int:
    """Count the messages of a queue, those in hand included; -1 while nobody knows."""
    answer = rabbitmq.manage("GET", f"queues/{quote(vhost, safe='')}/{queue}")
    return int(answer.get("messages", -1))


HOLDER = """
import sys, psycopg
from ohdio_core.db.session import connection_arguments
from ohdio_core.work import sweep
connection = psycopg.connect(sys.argv[1], **connection_arguments("ohdio-holder"))
connection.execute(f"SELECT pg_advisory_xact_lock({sweep._LOCK_SPACE}, hashtext('downloads'))")
connection.execute("SELECT FROM queue_control FOR UPDATE")
print("held", flush=True)
sys.stdin.read()
"""


class TestFrozenHolder:
    def test_of_the_sweep_and_of_admission_stops_the_others_for_a_few_seconds_at_most(
        self, engine: Engine, workers: WorkerProcesses
    ) -> None:
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLDER, engine.url], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == b"held\n"
            holder.send_signal(signal.SIGSTOP)
            engine.items(4)
            # Only a sweep makes these due, and only admission starts them.
            engine.execute("UPDATE queue_items SET next_attempt_at = now()")
            workers.start(threads=2, seconds=0.2)
            wait_until(lambda: count(engine, "completed") == 4, 20, "the others go on")
        finally:
            holder.kill()
            holder.communicate()
