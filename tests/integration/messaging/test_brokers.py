from __future__ import annotations

import json
import logging
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import dramatiq
import pytest
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from dramatiq.brokers.stub import StubBroker
from structlog.testing import capture_logs

from ohdio_core.messages import DownloadAudiobook
from ohdio_core.messaging.brokers import Broker, in_process_broker
from ohdio_core.messaging.consumers import QueueWorker, consume
from ohdio_core.messaging.publisher import Publisher
from ohdio_core.messaging.rabbitmq import rabbitmq_broker
from tests.fixtures.workers import wait_until


@pytest.fixture(params=["in one process", "RabbitMQ"])
def broker(request: pytest.FixtureRequest) -> Iterator[Broker]:
    is_rabbit = request.param == "RabbitMQ"
    made = rabbitmq_broker(request.getfixturevalue("vhost_url")) if is_rabbit else in_process_broker()
    yield made
    made.close()


def dead_letters(broker: Broker) -> int:
    if isinstance(broker, RabbitmqBroker):
        return int(broker.get_queue_message_counts(DownloadAudiobook.queue)[2])
    assert isinstance(broker, StubBroker)
    return len(broker.dead_letters)


def send(broker: Broker, **payload: Any) -> None:
    broker.enqueue(
        dramatiq.Message(
            queue_name=DownloadAudiobook.queue,
            actor_name=DownloadAudiobook.actor,
            args=(),
            kwargs=payload,
            options={},
        )
    )


def put(broker: Broker, data: bytes) -> None:
    """Put something into the queue that is not sent by us."""
    broker.declare_queue(DownloadAudiobook.queue)
    if isinstance(broker, RabbitmqBroker):
        broker.declare_queue(DownloadAudiobook.queue, ensure=True)
        broker.channel.basic_publish(exchange="", routing_key=DownloadAudiobook.queue, body=data)
    else:
        assert isinstance(broker, StubBroker)
        broker.queues[DownloadAudiobook.queue].put(data)


def message(**changes: Any) -> bytes:
    """Return a good message, but for these changes, on the wire."""
    fields = {
        "queue_name": DownloadAudiobook.queue,
        "actor_name": DownloadAudiobook.actor,
        "args": [],
        "kwargs": {"queue_item_id": 5},
        "options": {},
        "message_id": "b1",
        "message_timestamp": 1,
    }
    return json.dumps({**fields, **changes}).encode()


STRANGERS = {
    "no text": b"\xff\xfe\x00",
    "no JSON": b"wake up",
    "nested without end": b"[" * 100_000,
    "no object": b"[1]",
    "fields missing": b"{}",
    "a field more": message(surprise=1),
    "a wrong type": message(options=None),
    "another actor": message(actor_name="downloader.forgotten_verb"),
    "another queue": message(queue_name="elsewhere"),
    "arguments by place": message(args=[5]),
    "a delay": message(options={"eta": 99_999_999_999_999}),
}


class Handler:
    """Notes what arrives, and fails when it is told to."""

    def __init__(self) -> None:
        self.seen: list[int] = []
        self.fails_on: set[int] = set()

    def __call__(self, message: DownloadAudiobook) -> None:
        self.seen.append(message.queue_item_id)
        if message.queue_item_id in self.fails_on:
            raise RuntimeError("a bug in the handler")


@pytest.fixture
def handler(broker: Broker) -> Iterator[Handler]:
    """Takes messages in two threads."""
    handler = Handler()
    consume(broker, DownloadAudiobook, handler)
    worker = QueueWorker(broker, DownloadAudiobook.queue, threads=2)
    worker.start()
    yield handler
    worker.stop(grace=2.0)


class TestBroker:
    def test_has_no_middleware(self, broker: Broker) -> None:
        assert broker.middleware == []

    def test_keeps_nothing_of_a_message_that_does_not_fit_its_contract(self, broker: Broker, handler: Handler) -> None:
        for payload in ({}, {"queue_item_id": "x"}, {"queue_item_id": 1, "surprise": True}, {"nonsense": [1]}):
            send(broker, **payload)
        send(broker, queue_item_id=7)
        wait_until(lambda: handler.seen == [7], 10, "the good message has arrived")
        assert dead_letters(broker) == 0

    def test_keeps_nothing_of_a_message_whose_handler_fails(self, broker: Broker, handler: Handler) -> None:
        handler.fails_on = set(range(20))
        for item in range(21):
            send(broker, queue_item_id=item)
        wait_until(lambda: 20 in handler.seen, 10, "the last message has arrived")
        assert sorted(handler.seen) == list(range(21))
        assert dead_letters(broker) == 0

    @pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS)
    def test_drops_what_is_none_of_ours_with_one_warning(
        self, broker: Broker, handler: Handler, caplog: pytest.LogCaptureFixture, stranger: bytes
    ) -> None:
        with capture_logs() as events:
            put(broker, stranger)
            put(broker, message())
            send(broker, queue_item_id=7)
            wait_until(lambda: sorted(handler.seen) == [5, 7], 10, "the good messages have arrived")
        assert dead_letters(broker) == 0
        (event,) = events
        assert (event["log_level"], event["event"]) == ("warning", "dropped a message that is none of ours")
        assert [record for record in caplog.records if record.levelno > logging.WARNING] == []


class TestPublisher:
    def test_delivers_what_it_was_given(self, broker: Broker, handler: Handler) -> None:
        publisher = Publisher(broker)
        publisher.start()
        publisher.publish(DownloadAudiobook(queue_item_id=item) for item in range(5))
        wait_until(lambda: sorted(handler.seen) == list(range(5)), 10, "all messages have arrived")
        publisher.end()

    @pytest.mark.parametrize("is_listening", [False, True], ids=["refuses", "never answers"])
    def test_returns_at_once_though_the_broker(self, is_listening: bool) -> None:
        with closing(socket.create_server(("127.0.0.1", 0))) as server:
            port = server.getsockname()[1]
            if not is_listening:
                server.close()
            publisher = Publisher(rabbitmq_broker(f"amqp://guest:guest@127.0.0.1:{port}/", patience=0.2))
            publisher.start()
            began_at = time.monotonic()
            for item in range(12_000):  # more than it keeps
                publisher.publish([DownloadAudiobook(queue_item_id=item)])
            assert time.monotonic() - began_at < 60  # to wait for the broker each time would take 2,400
            publisher.end()

    def test_knows_that_the_broker_is_away_until_it_takes_a_message(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(_: dramatiq.Message[Any]) -> dramatiq.Message[Any]:
            raise dramatiq.errors.ConnectionClosed("it is away")  # type: ignore[no-untyped-call] # dramatiq

        broker = in_process_broker()
        publisher = Publisher(broker)
        publisher.start()
        assert not publisher.is_refused
        with monkeypatch.context() as away:
            away.setattr(broker, "enqueue", refuse)
            publisher.publish([DownloadAudiobook(queue_item_id=1)])
            wait_until(lambda: publisher.is_refused, 5, "a message was refused")

        def is_taken() -> bool:
            publisher.publish([DownloadAudiobook(queue_item_id=1)])
            return not publisher.is_refused

        wait_until(is_taken, 10, "a message was taken")
        publisher.end()

    def test_leaves_no_connection_behind(self, vhost_url: str) -> None:
        broker = rabbitmq_broker(vhost_url)
        assert isinstance(broker, RabbitmqBroker)
        publisher = Publisher(broker)
        publisher.start()
        publisher.publish([DownloadAudiobook(queue_item_id=1)])
        wait_until(lambda: broker.connections, 10, "it has connected")
        publisher.end()
        assert [connection for connection in broker.connections if connection.is_open] == []
        assert not publisher._thread.is_alive()


def test_what_one_process_sends_before_anybody_listens_is_taken_by_whoever_does() -> None:
    broker = in_process_broker()
    assert isinstance(broker, StubBroker)
    sent = broker.queues[DownloadAudiobook.queue]
    publisher = Publisher(broker)
    taken: list[int] = []
    with capture_logs() as said:
        publisher.start()
        publisher.publish([DownloadAudiobook(queue_item_id=7)])
        wait_until(lambda: not sent.empty(), 5, "it is sent")
        consume(broker, DownloadAudiobook, lambda message: taken.append(message.queue_item_id))
        worker = QueueWorker(broker, DownloadAudiobook.queue, threads=1)
        worker.start()
        try:
            wait_until(lambda: taken == [7], 5, "it is taken")
        finally:
            worker.stop(grace=1)
            publisher.end()
    # The publisher of another test may be at its last attempt still.
    assert [line for line in said if "the broker does not answer" not in line["event"]] == []
