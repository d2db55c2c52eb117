"""What Prometheus is told: the queue, the workers, and how requests end."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable, Iterator

import structlog
from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ohdio_api.queue.service import QueueService
from ohdio_api.workers.service import WorkerService
from ohdio_core.metrics import exposition
from ohdio_core.work.stages import STAGES

log = structlog.get_logger(__name__)

_STATES = ("queued", "processing", "paused", "completed", "failed")


class Metrics:
    """A registry of this app's own, so that several apps can live in one process."""

    def __init__(self, queue: QueueService, workers: WorkerService, *, is_broker_there: Callable[[], bool]) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_InstallationCollector(queue, workers, is_broker_there))
        self.requests = Counter(
            "ohdio_http_requests",
            "Requests answered, by the operation's id in the OpenAPI document.",
            ["operation", "status"],
            registry=self._registry,
        )

    def exposition(self) -> bytes:
        """Return all metrics in Prometheus' text format, and what else this process counts."""
        return generate_latest(self._registry) + exposition()


class _InstallationCollector(Collector):
    """Reads the database when asked, so that idle installations do nothing."""

    def __init__(self, queue: QueueService, workers: WorkerService, is_broker_there: Callable[[], bool]) -> None:
        self._queue = queue
        self._workers = workers
        self._is_broker_there = is_broker_there

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Name nothing in advance: registering must not read the database."""
        yield from ()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Read everything anew."""
        yield _gauge("ohdio_broker_up", "Whether the broker answers.", self._is_broker_there())
        try:
            stats, waits = self._queue.stats(), self._queue.waits()
            workers = Tally[str]({stage.service: 0 for stage in STAGES.values()})
            for worker in self._workers.all():
                workers[worker.service] += int(worker.is_live)
        except SQLAlchemyError as error:
            log.warning("metrics without the database", error=str(error).splitlines()[0])
            yield _gauge("ohdio_database_up", "Whether the database answers.", 0)
            return
        yield _gauge("ohdio_database_up", "Whether the database answers.", 1)
        items = GaugeMetricFamily("ohdio_queue_items", "Items in the queue.", labels=["status"])
        for state in _STATES:
            items.add_metric([state], getattr(stats, state))
        yield items
        processes = GaugeMetricFamily("ohdio_workers", "Live worker processes.", labels=["service"])
        for service, count in workers.items():
            processes.add_metric([service], count)
        yield processes
        oldest = GaugeMetricFamily(
            "ohdio_oldest_wait_seconds",
            "How long that work has been due which is next of its site: the longest of all sites.",
            labels=["stage"],
        )
        for stage, seconds in waits.oldest.items():
            oldest.add_metric([stage], seconds)
        yield oldest
        yield _gauge("ohdio_closed_sites", "Sites that are left alone for now.", waits.closed_sites)
        yield _gauge("ohdio_queue_paused", "Whether all downloads are paused.", stats.is_paused)
        yield _gauge("ohdio_download_limit", "Downloads that may run at once.", stats.max_concurrent_downloads)
        yield _gauge("ohdio_downloader_threads", "Threads of live downloaders.", stats.downloader_threads)
        yield _gauge("ohdio_download_bytes_per_second", "Bytes that flow.", stats.bytes_per_second)
        if stats.disk_free_bytes is not None:
            yield _gauge("ohdio_library_free_bytes", "Room on the library's disk.", stats.disk_free_bytes)
        yield _gauge("ohdio_trash_bytes", "Deleted books that can be had back.", stats.trash_bytes)


class CountRequests:
    """Counts each request by its operation, never by its path: ids would make a series each."""

    def __init__(self, app: ASGIApp, counter: Counter) -> None:
        self.app = app
        self.counter = counter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and count its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                operation = getattr(scope.get("route"), "name", "none")
                self.counter.labels(operation, message["status"]).inc()
            await send(message)

        await self.app(scope, receive, counted)


def _gauge(name: str, documentation: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, documentation, value=value)
