"""Messages are wake-ups: ten of each, or none the first time, and the result is the same."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dramatiq
import pika

from ohdio_core.messages import DownloadAudiobook, ExtractMetadata, Message, ScrapeCategory
from ohdio_core.messaging.rabbitmq import rabbitmq_broker
from tests.e2e.shelf import Shelf
from tests.fixtures.product import QUICK, Installer, Product, fresh_category
from tests.sites.catalogue import Catalogue

BOOKS = 12


def assert_as_ever(product: Product, catalogue: Catalogue) -> None:
    """Every book complete, in one row and one file, and nothing was fetched twice."""
    items = product.api.items()
    assert {(item["status"], item["attempts"]) for item in items} == {("completed", 1)}
    assert len(items) == len(catalogue.books)
    assert product.origin.stats().media_bytes == product.origin.weight()
    Shelf(product.library).assert_sound(list(catalogue.books))


class Thief:
    """Takes every message of a queue before any worker can, and throws it away.

    Consumers with a priority are served first, as long as they can take more (RabbitMQ, "Consumer Priorities").
    """

    def __init__(self, rabbitmq_url: str, queue: str) -> None:
        self.queue = queue
        self.stolen: set[int] = set()
        self._url = rabbitmq_url
        self._is_ending = threading.Event()
        self._is_ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Return when no message can get past any more."""
        self._thread.start()
        assert self._is_ready.wait(10)

    def end(self) -> None:
        """Pass messages on again."""
        self._is_ending.set()
        self._thread.join(timeout=10)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        connection = pika.BlockingConnection(pika.URLParameters(self._url))
        channel = connection.channel()
        channel.basic_consume(self.queue, self._take, auto_ack=True, arguments={"x-priority": 10})
        self._is_ready.set()
        while not self._is_ending.is_set():
            connection.process_data_events(time_limit=0.05)
        connection.close()

    def _take(self, channel: object, method: object, properties: object, body: bytes) -> None:  # noqa: ARG002 # pika's
        self.stolen.update(dramatiq.Message.decode(body).kwargs.values())


class TestEachMessageDropped:
    def test_the_sweep_sends_it_again(self, installer: Installer) -> None:
        # As many threads as books, so that all their messages are under way, and lost, at once.
        product = installer.services({**QUICK, "MAX_CONCURRENT_DOWNLOADS": str(BOOKS)}, downloaders=1)
        catalogue = fresh_category(BOOKS)
        product.origin.offer(catalogue)
        thieves = [
            Thief(product.rabbitmq_url, contract.queue)
            for contract in (ScrapeCategory, ExtractMetadata, DownloadAudiobook)
        ]
        for thief in thieves:
            thief.start()

        product.collect(catalogue)
        for thief, messages in zip(thieves, (1, BOOKS, BOOKS), strict=True):
            product.wait_until(lambda: len(thief.stolen) >= messages, 15, f"{messages} messages of {thief.queue} lost")  # noqa: B023 # called before the next turn
            thief.end()
        product.wait_until_settled(BOOKS, within=30)

        assert_as_ever(product, catalogue)


@contextmanager
def everything_sent_ten_times(product: Product, rabbitmq_url: str) -> Iterator[list[int]]:
    """While inside, send every message that there could be ten times, over and over; give the count."""
    broker = rabbitmq_broker(rabbitmq_url)
    is_over = threading.Event()
    sent = [0]

    def send_all() -> None:
        while not is_over.wait(0.2):
            items = product.api.items()
            messages: list[Message] = [ScrapeCategory(scrape_id=scan["id"]) for scan in product.api.scans()]
            messages += [ExtractMetadata(audiobook_id=item["audiobook"]["id"]) for item in items]
            messages += [DownloadAudiobook(queue_item_id=item["id"]) for item in items]
            for message in messages * 10:
                broker.enqueue(
                    dramatiq.Message(
                        queue_name=message.queue,
                        actor_name=message.actor,
                        args=(),
                        kwargs=message.model_dump(),
                        options={},
                    )
                )
                sent[0] += 1
        broker.close()

    thread = threading.Thread(target=send_all, daemon=True)
    thread.start()
    try:
        yield sent
    finally:
        is_over.set()
        thread.join(timeout=20)


class TestEachMessageTenTimes:
    def test_nothing_is_done_twice(self, installer: Installer) -> None:
        product = installer.services()
        catalogue = fresh_category(BOOKS, rate=40_000)
        product.origin.offer(catalogue)

        with everything_sent_ten_times(product, product.rabbitmq_url) as sent:
            product.collect(catalogue)
            product.wait_until_settled(BOOKS, within=60)
            product.wait_until(lambda: sent[0] > 20 * BOOKS * 10, 30, "they were sent after the end too")

        assert product.origin.peak() <= 3
        assert_as_ever(product, catalogue)
        (scan,) = product.api.scans()
        assert (scan["found"], scan["pages_done"]) == (BOOKS, 1)
