"""The composition root of the single-machine product: all services, their node and the API, on a database."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import psycopg
from sqlalchemy.exc import OperationalError

import ohdio_downloader.worker
import ohdio_metadata.worker
import ohdio_scraper.worker
from ohdio.http_server import HttpServer
from ohdio.settings import StandaloneSettings
from ohdio_api.app import create_app
from ohdio_api.sites import site_clients
from ohdio_core.composition import client_settings_of, most_per_site, timing_of
from ohdio_core.db.revision import is_current
from ohdio_core.errors import Postponed
from ohdio_core.library import Library
from ohdio_core.library.known import open_library, recall_library
from ohdio_core.messaging.brokers import Broker, check_rabbitmq, in_process_broker, rabbitmq_broker
from ohdio_core.process import Node, StageWorker, log_life
from ohdio_core.settings import InvalidSettings
from ohdio_core.sources.registry import SourceRegistry, offered
from ohdio_core.work.stages import STAGES
from ohdio_core.work.sweep import take_back_expired

#: Connections besides those of the threads that do the work: requests, heartbeats, admission.
_OTHER_CONNECTIONS = 8


@contextmanager
def running_services(
    settings: StandaloneSettings, database_url: str, listener: socket.socket, *, host: str, token: str | None
) -> Iterator[str]:
    """Run every service and the API while the block runs, and return the API's URL.

    Args:
        listener: The socket that the API is served on, bound to ``host``.
        token: What every request must carry; None lets in whoever can reach the address.

    Raises:
        InvalidSettings: A server that a setting names is not there. Nothing is left running.
    """
    if settings.rabbitmq_url is not None:
        check_rabbitmq(settings.rabbitmq_url)
    _migrate(database_url)
    with log_life("all") as log_started, _node(settings, database_url) as node:
        library = open_library(node.database, settings.library_dir)
        with (
            _workers(settings, node, library),
            _web(settings, node, library, database_url, listener, host=host, token=token) as web,
        ):
            log_started(
                address=web.url,
                library=str(settings.library_dir.absolute()),
                scraper_threads=settings.scraper_threads,
                metadata_threads=settings.metadata_threads,
                downloader_threads=settings.max_concurrent_downloads,
            )
            yield web.url


def _migrate(database_url: str) -> None:
    """Migrate the database to this version's schema."""
    try:
        if not is_current(database_url):
            # Imported when it is needed: Alembic takes as long to import as all of SQLAlchemy.
            from ohdio_core.db.migrate import upgrade

            upgrade(database_url)
    except (psycopg.OperationalError, OperationalError) as error:
        reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
        raise InvalidSettings(f"DATABASE_URL is wrong, or PostgreSQL is not running: {reason}") from None


@contextmanager
def _node(settings: StandaloneSettings, database_url: str) -> Iterator[Node]:
    threads = settings.scraper_threads + settings.metadata_threads + settings.max_concurrent_downloads
    node = Node(
        database_url,
        _broker(settings, patience=1.0),
        application="ohdio",
        timing=timing_of(settings),
        sweeps=STAGES.values(),
        pool_size=threads + _OTHER_CONNECTIONS,
        most_per_site=most_per_site(settings),
    )
    node.check_database()
    if settings.database_url is None:
        _take_back_everything(node)
    node.start()
    try:
        yield node
    finally:
        node.end()


@contextmanager
def _workers(settings: StandaloneSettings, node: Node, library: Library) -> Iterator[None]:
    """Run every service; at the end they all put running work back at the same time."""
    consuming = node.publisher.broker if settings.rabbitmq_url is None else _broker(settings)
    workers = [
        ohdio_scraper.worker.compose(node, consuming, settings, library, threads=settings.scraper_threads),
        ohdio_metadata.worker.compose(node, consuming, settings, library, threads=settings.metadata_threads),
        ohdio_downloader.worker.compose(node, consuming, settings, settings, settings.library_dir),
    ]
    for worker in workers:
        worker.start()
    try:
        yield
    finally:
        with ThreadPoolExecutor(len(workers)) as pool:
            list(pool.map(StageWorker.stop, workers))
        # This run may have been shorter than the time between two looks of the downloader's own.
        with suppress(Postponed, OperationalError):
            recall_library(node.database, library)


@contextmanager
def _web(
    settings: StandaloneSettings,
    node: Node,
    library: Library,
    database_url: str,
    listener: socket.socket,
    *,
    host: str,
    token: str | None,
) -> Iterator[HttpServer]:
    app = create_app(
        node,
        SourceRegistry(offered(client_settings_of(settings), with_ytdlp=settings.with_ytdlp)),
        library,
        site_clients(node.database, client_settings_of(settings), settings.page_interval),
        host=host,
        api_token=token,
        database_url=database_url,
    )
    with HttpServer(app, listener, shown_host=host) as server:
        yield server


def _broker(settings: StandaloneSettings, *, patience: float = 5.0) -> Broker:
    url = settings.rabbitmq_url
    return in_process_broker() if url is None else rabbitmq_broker(url, patience=patience)


def _take_back_everything(node: Node) -> None:
    """Put back what an earlier process was working on: nobody else works on this database, so it is over."""
    for stage in STAGES.values():
        is_more = True
        while is_more:
            with node.database.unit_of_work() as work:
                is_more = bool(take_back_expired(work, stage, node.timing, even_if_live=True))
