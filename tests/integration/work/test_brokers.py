from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from ohdio_core.messages import DownloadAudiobook
from ohdio_core.messaging.brokers import Broker, in_process_broker
from ohdio_core.messaging.consumers import consume
from ohdio_core.messaging.rabbitmq import rabbitmq_broker
from ohdio_core.process import Node, StageWorker
from ohdio_core.work.stages import DOWNLOADS
from ohdio_core.work.timing import Timing
from tests.fakes.fake_fetch import Deaths, FakeFetch
from tests.fakes.faulty_broker import FaultyNetwork
from tests.fakes.witness import Witness
from tests.fixtures.engine import Engine
from tests.fixtures.workers import wait_until

TIMING = Timing(tick=timedelta(seconds=0.2), resend_after=timedelta(seconds=0.5), beat=timedelta(seconds=0.3))

#: Starts a worker whose own messages pass a network that loses and repeats them.
Start = Callable[[int, int], None]


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[Witness]:
    witness = Witness(tmp_path / "witness")
    yield witness
    witness.close()


@pytest.fixture(params=["in one process", "RabbitMQ"])
def start(request: pytest.FixtureRequest, database_url: str, tmp_path: Path, witness: Witness) -> Iterator[Start]:
    library = tmp_path / "library"
    library.mkdir()
    fetch = FakeFetch(witness, library, Deaths("", tmp_path), seconds=0.1, chunk=0.02)
    consuming, publishing = brokers(request)
    with ExitStack() as ends:
        ends.callback(consuming.close)

        def start_worker(lose: int, copies: int) -> None:
            node = Node(
                database_url,
                FaultyNetwork(publishing, lose=lose, copies=copies),
                application="ohdio-test",
                timing=TIMING,
                sweeps=[DOWNLOADS],
                pool_size=8,
            )
            worker = StageWorker(node, DOWNLOADS, consuming, threads=4, work=fetch)
            consume(consuming, DownloadAudiobook, lambda message: worker.runner.handle(message.queue_item_id))
            node.start()
            ends.callback(node.end)
            worker.start()
            ends.callback(worker.stop, grace=2.0)

        yield start_worker


def brokers(request: pytest.FixtureRequest) -> tuple[Broker, Broker]:
    if request.param == "RabbitMQ":
        url = request.getfixturevalue("vhost_url")
        return rabbitmq_broker(url), rabbitmq_broker(url, patience=1.0)
    broker = in_process_broker()
    return broker, broker


@pytest.mark.parametrize(("lose", "copies"), [(0, 1), (2, 1), (0, 10), (1, 10)])
def test_each_item_is_fetched_once_though_messages_are_lost_and_repeated(
    engine: Engine, start: Start, witness: Witness, lose: int, copies: int
) -> None:
    items = engine.items(6)
    start(lose, copies)
    wait_until(
        lambda: engine.value("SELECT count(*) FROM queue_items WHERE status = 'completed'") == 6,
        20,
        "all items are complete",
    )
    assert sorted(witness.started()) == items
    assert witness.peak() <= 3
