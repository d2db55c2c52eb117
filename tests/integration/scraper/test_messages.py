"""What the scraper says to the others: the real process on real queues, with nobody else there to hear it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from devservers.rabbitmq import Rabbit
from ohdio_core.collection.add_scan import add_scrape
from ohdio_core.messages import ExtractMetadata, ScrapeCategory
from ohdio_core.messaging.publisher import Publisher
from ohdio_core.messaging.rabbitmq import rabbitmq_broker
from ohdio_core.sources.registry import SourceRegistry
from ohdio_core.work.stages import DOWNLOADS, METADATA, SCRAPING
from tests.fixtures.engine import Engine
from tests.fixtures.workers import wait_until
from tests.sites.catalogue import invent_category
from tests.sites.client import SimOrigin

BOOKS = 24
CATALOGUE = invent_category(BOOKS, first=82_001, page_size=10)


class Queues:
    """The queues of one virtual host, looked at without consuming."""

    def __init__(self, rabbitmq: Rabbit, vhost_url: str) -> None:
        self._rabbitmq = rabbitmq
        self._vhost = quote(urlsplit(vhost_url).path[1:], safe="")

    def messages(self, queue: str) -> list[dict[str, Any]]:
        """Return what waits in a queue, none if there is no such queue; it stays there."""
        if queue not in self.names():
            return []
        look = {"count": 10_000, "ackmode": "ack_requeue_true", "encoding": "auto"}
        found = self._rabbitmq.manage("POST", f"queues/{self._vhost}/{queue}/get", look)
        return [json.loads(each["payload"]) for each in found]

    def names(self) -> set[str]:
        return {queue["name"] for queue in self._rabbitmq.manage("GET", f"queues/{self._vhost}")}


@pytest.fixture
def scraper(engine: Engine, vhost_url: str, origin: SimOrigin, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    origin.offer(CATALOGUE)
    environment = {
        **os.environ,
        "DATABASE_URL": engine.url,
        "RABBITMQ_URL": vhost_url,
        "LIBRARY_DIR": str(tmp_path / "library"),
        "OHDIO_HOST_OVERRIDES": origin.overrides(),
    }
    process = subprocess.Popen([sys.executable, "-m", "ohdio_scraper.worker"], env=environment)
    yield process
    process.terminate()
    process.wait(timeout=15)


def test_the_scraper_asks_for_descriptions_and_for_nothing_else(
    engine: Engine,
    rabbitmq: Rabbit,
    vhost_url: str,
    origin: SimOrigin,
    scraper: subprocess.Popen[bytes],
) -> None:
    # Workers of the other stages that would have room for everything, were there anything to do.
    engine.at(METADATA).worker(threads=BOOKS)
    engine.at(DOWNLOADS).worker(threads=BOOKS)
    source, target = SourceRegistry().identify(origin.category_url(CATALOGUE.categories[0]))
    scrape_id, _ = engine.order(add_scrape, target, source.site_key(target.url))
    engine.execute("UPDATE scrapes SET status = 'processing', admitted_at = now(), sent_at = now()")
    publisher = Publisher(rabbitmq_broker(vhost_url))
    publisher.start()
    publisher.publish([ScrapeCategory(scrape_id=scrape_id)])
    publisher.end()

    wait_until(
        lambda: engine.at(SCRAPING).status(scrape_id) == "completed" or scraper.poll() is not None, 20, "the scan ends"
    )
    queues = Queues(rabbitmq, vhost_url)
    wait_until(lambda: len(queues.messages(ExtractMetadata.queue)) == BOOKS, 10, "every book is asked for")

    sent = queues.messages(ExtractMetadata.queue)
    assert {message["actor_name"] for message in sent} == {ExtractMetadata.actor}
    asked = [ExtractMetadata.model_validate(message["kwargs"]).audiobook_id for message in sent]
    assert sorted(asked) == sorted(row.id for row in engine.rows("SELECT id FROM audiobooks"))
    others = queues.names() - {ExtractMetadata.queue}
    assert {name: queues.messages(name) for name in others} == {name: [] for name in others}
    assert engine.value("SELECT count(*) FROM queue_items WHERE priority = 5 AND status = 'queued'") == BOOKS
