"""What the engine costs: no-op work through it, beside bare Dramatiq messages, on the same servers.

    python -m tests.benchmarks.engine_overhead [ITEMS]

Bare messages are sent one by one with publisher confirms and consumed by eight threads at the same time; the engine
admits or passes on, claims and finishes each item, with eight threads too. Prints items per second.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import dramatiq
from sqlalchemy import text

from devservers.postgres import PostgresServer
from devservers.rabbitmq import RabbitServer
from ohdio_core.db.migrate import upgrade
from ohdio_core.logging import configure_logging
from ohdio_core.messages import DownloadAudiobook
from ohdio_core.messaging.consumers import QueueWorker, consume
from ohdio_core.messaging.rabbitmq import rabbitmq_broker
from ohdio_core.process import Node, StageWorker
from ohdio_core.work.stages import DOWNLOADS
from ohdio_core.work.timing import Timing
from tests.fixtures.engine import insert_items

THREADS = 8
LIMIT = 16


class Countdown:
    """Has one thread wait until so many things have happened in others."""

    def __init__(self, count: int) -> None:
        self._left = count
        self._lock = threading.Lock()
        self._is_over = threading.Event()

    def count(self) -> None:
        with self._lock:
            self._left -= 1
            if self._left == 0:
                self._is_over.set()

    def wait(self) -> None:
        if not self._is_over.wait(300):
            raise TimeoutError(f"{self._left} items were not done within five minutes.")


def bare_dramatiq(rabbitmq_url: str, items: int) -> float:
    """Return how many no-op messages a second go through Dramatiq alone."""
    done = Countdown(items)
    consuming, publishing = rabbitmq_broker(rabbitmq_url), rabbitmq_broker(rabbitmq_url)

    def no_op(**_: Any) -> None:
        done.count()

    actor = dramatiq.actor(actor_name="bench.no_op", queue_name="bench", broker=consuming)(no_op)
    worker = QueueWorker(consuming, "bench", THREADS)
    worker.start()
    began_at = time.perf_counter()
    for item in range(items):
        publishing.enqueue(actor.message(queue_item_id=item))
    done.wait()
    took = time.perf_counter() - began_at
    worker.stop(grace=5)
    publishing.close()
    return items / took


def engine(database_url: str, rabbitmq_url: str, items: int) -> float:
    """Return how many no-op items a second go through the engine."""
    consuming = rabbitmq_broker(rabbitmq_url)
    node = Node(
        database_url,
        rabbitmq_broker(rabbitmq_url, patience=1.0),
        application="ohdio-bench",
        timing=Timing(),
        sweeps=[DOWNLOADS],
        pool_size=THREADS + 3,
    )
    insert_items(node.database, items)
    with node.database.unit_of_work() as work:
        work.session.execute(text("UPDATE queue_control SET max_concurrent_downloads = :limit"), {"limit": LIMIT})
        work.session.execute(text("ANALYZE"))
    done = Countdown(items)

    worker = StageWorker(node, DOWNLOADS, consuming, threads=THREADS, work=lambda _: done.count())
    consume(consuming, DownloadAudiobook, lambda message: worker.runner.handle(message.queue_item_id))
    began_at = time.perf_counter()
    node.start()
    worker.start()
    done.wait()
    took = time.perf_counter() - began_at
    worker.stop()
    node.end()
    return items / took


def main() -> None:
    """Measure both; aimed at is half as fast."""
    items = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    configure_logging(level="warning")
    with (
        tempfile.TemporaryDirectory() as directory,
        PostgresServer(Path(directory) / "postgres") as postgres,
        RabbitServer(Path(directory) / "rabbit") as rabbit,
    ):
        rabbit.create_vhost("bench")
        postgres.create_database("bench")
        upgrade(postgres.url("bench"))
        bare = bare_dramatiq(rabbit.url("bench"), items)
        ours = engine(postgres.url("bench"), rabbit.url("bench"), items)
    print(f"bare Dramatiq: {bare:.0f} items/s, engine: {ours:.0f} items/s, ratio {ours / bare:.2f}")


if __name__ == "__main__":
    main()
