"""What type the queues of RabbitMQ are, and how they become another one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pika
import pytest

from devservers.rabbitmq import Rabbit
from ohdio_core.messages import CONTRACTS, DownloadAudiobook
from ohdio_core.messaging.consumers import QueueWorker, consume
from ohdio_core.messaging.publisher import Publisher
from ohdio_core.messaging.queues import QueueType
from ohdio_core.messaging.rabbitmq import prepare_rabbitmq, rabbitmq_broker
from tests.fixtures.workers import wait_until


def types(rabbitmq: Rabbit, url: str) -> dict[str, str]:
    queues = rabbitmq.manage("GET", f"queues{urlsplit(url).path}?disable_stats=true&enable_queue_totals=true")
    return {queue["name"]: queue["type"] for queue in queues}


def all_of(queue_type: QueueType) -> dict[str, str]:
    return {f"{contract.queue}{of}": queue_type for contract in CONTRACTS for of in ("", ".DQ", ".XQ")}


class Worker:
    """A process's publisher and consumer of one queue, with what arrived."""

    def __init__(self, url: str, queue_type: QueueType, ends: ExitStack) -> None:
        self.seen: list[int] = []
        consuming = rabbitmq_broker(url, queue_type=queue_type)
        self._publisher = Publisher(rabbitmq_broker(url, queue_type=queue_type, patience=1.0))
        consume(consuming, DownloadAudiobook, lambda message: self.seen.append(message.queue_item_id))
        worker = QueueWorker(consuming, DownloadAudiobook.queue, threads=1)
        self._publisher.start()
        ends.callback(self._publisher.end)
        worker.start()
        ends.callback(consuming.close)
        ends.callback(worker.stop, grace=2.0)

    def send(self, item: int) -> None:
        self._publisher.publish([DownloadAudiobook(queue_item_id=item)])

    def has_sent_and_got(self, item: int) -> bool:
        self.send(item)
        return item in self.seen


@pytest.fixture
def start(vhost_url: str) -> Iterator[Callable[[QueueType], Worker]]:
    with ExitStack() as ends:
        yield lambda queue_type: Worker(vhost_url, queue_type, ends)


@pytest.mark.parametrize("queue_type", ["classic", "quorum"])
def test_an_empty_broker_has_all_queues_of_the_type_asked_for(
    rabbitmq: Rabbit, vhost_url: str, queue_type: QueueType
) -> None:
    prepare_rabbitmq(vhost_url, queue_type)
    assert types(rabbitmq, vhost_url) == all_of(queue_type)


@pytest.mark.parametrize(("before", "after"), [("classic", "quorum"), ("quorum", "classic")])
class TestQueuesThatAreThere:
    def test_are_replaced_with_what_is_in_them(
        self, rabbitmq: Rabbit, vhost_url: str, before: QueueType, after: QueueType
    ) -> None:
        prepare_rabbitmq(vhost_url, before)
        with pika.BlockingConnection(pika.URLParameters(vhost_url)) as connection:
            channel = connection.channel()
            channel.confirm_delivery()
            channel.basic_publish("", DownloadAudiobook.queue, b"waits")
        prepare_rabbitmq(vhost_url, after)
        prepare_rabbitmq(vhost_url, after)  # once they are, nothing is deleted again
        assert types(rabbitmq, vhost_url) == all_of(after)

    def test_are_replaced_under_a_worker_that_goes_on_with_the_new_ones(
        self,
        rabbitmq: Rabbit,
        vhost_url: str,
        start: Callable[[QueueType], Worker],
        before: QueueType,
        after: QueueType,
    ) -> None:
        prepare_rabbitmq(vhost_url, before)
        old = start(before)
        wait_until(lambda: old.has_sent_and_got(1), 10, "the old worker takes messages")
        prepare_rabbitmq(vhost_url, after)
        wait_until(lambda: old.has_sent_and_got(2), 15, "the old worker takes messages of the new queues")
        # Started with another setting, it finds the queues there, and leaves them as they are.
        late = start(before)
        wait_until(lambda: late.has_sent_and_got(3) or 3 in old.seen, 10, "somebody takes messages")
        assert types(rabbitmq, vhost_url) == all_of(after)


def test_nothing_is_deleted_that_is_of_the_type_asked_for(vhost_url: str) -> None:
    prepare_rabbitmq(vhost_url, "quorum")
    with pika.BlockingConnection(pika.URLParameters(vhost_url)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.basic_publish("", DownloadAudiobook.queue, b"waits")
        prepare_rabbitmq(vhost_url, "quorum")
        assert channel.basic_get(DownloadAudiobook.queue, auto_ack=True)[2] == b"waits"
