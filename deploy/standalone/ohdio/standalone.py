"""The composition root of the single-machine product: every service in one process, on an embedded PostgreSQL.

``DATABASE_URL`` and ``RABBITMQ_URL`` put real servers in the place of what is embedded; the services do not notice.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

from sqlalchemy.exc import OperationalError

import ohdio_downloader.worker
import ohdio_metadata.worker
import ohdio_scraper.worker
from ohdio.choice import Choice
from ohdio.datadir import DataDirectory, Instance
from ohdio.http_server import HttpServer
from ohdio.postgres import EmbeddedPostgres
from ohdio_api.app import create_app
from ohdio_api.server import listen
from ohdio_api.sites import site_clients
from ohdio_core.db.libraries import open_library, recall_library
from ohdio_core.db.migrate import upgrade
from ohdio_core.errors import Postponed
from ohdio_core.library import Library
from ohdio_core.messaging.brokers import Broker, check_rabbitmq, in_process_broker, rabbitmq_broker
from ohdio_core.process import Node, StageWorker
from ohdio_core.settings import InvalidSettings, require_writable
from ohdio_core.sources.registry import SourceRegistry, offered
from ohdio_core.work.stages import STAGES
from ohdio_core.work.sweep import take_back_expired

#: Connections besides those of the threads that do the work: requests, heartbeats, admission.
_OTHER_CONNECTIONS = 8

_OF_PORTS = frozenset({errno.EADDRINUSE, errno.EACCES})


class Standalone:
    """Everything in one process.

    Args:
        data: Locked by the caller for as long as this runs.
        host: The address that the API listens on.
        port: Its port; 0 takes a free one.
        token: What every request must carry; None lets in whoever can reach the address.
    """

    def __init__(self, choice: Choice, data: DataDirectory, *, host: str, port: int, token: str | None) -> None:
        self.choice = choice
        self.settings = choice.settings
        self.data = data
        self.host = host
        self.port = port
        self.token = token

    @contextmanager
    def running(self) -> Iterator[Instance]:
        """Run everything while the block runs; give how it is reached.

        It ends in order, within a few seconds; running downloads are kept, to go on where they stopped.

        Raises:
            InvalidSettings: A setting is wrong, or what it names is not there. Nothing is left running.
            PostgresUnavailable: The embedded PostgreSQL cannot be run. Nothing is left running.
        """
        settings = self.settings
        # Before anything is started, as far as it can be told by then.
        require_writable(settings.library_dir, self.choice.name_of("LIBRARY_DIR"))
        if settings.rabbitmq_url is not None:
            check_rabbitmq(settings.rabbitmq_url)
        with (
            self._listen() as listener,
            self._database() as database_url,
            self._node(database_url) as node,
        ):
            library = open_library(node.database, settings.library_dir)
            with self._workers(node, library), self._web(node, library, database_url, listener) as web:
                instance = Instance(web.url, self.token, str(settings.library_dir.absolute()))
                self.data.announce(instance)
                if (library_dir := self.choice.library_to_remember) is not None:
                    self.data.remember_library(library_dir)
                yield instance

    def _listen(self) -> socket.socket:
        try:
            return listen(self.host, self.port)
        except OSError as error:
            # socket.create_server adds what it was doing to the reason.
            reason = (error.strerror or str(error)).partition(" (while")[0]
            if error.errno in _OF_PORTS:
                raise InvalidSettings(
                    f"{self.choice.name_of('PORT')} {self.port} cannot be used on {self.host}: {reason}. "
                    "Choose another port with --port, or end what is using it."
                ) from None
            raise InvalidSettings(
                f"{self.choice.name_of('HOST')} {self.host} cannot be listened on: {reason}. "
                "It must be an address of this machine."
            ) from None

    @contextmanager
    def _database(self) -> Iterator[str]:
        """Give a database with our tables."""
        if self.settings.database_url is not None:
            _migrate(self.settings.database_url)
            yield self.settings.database_url
            return
        with EmbeddedPostgres(self.data.path / "postgres") as server:
            _migrate(server.url)
            yield server.url

    @contextmanager
    def _node(self, database_url: str) -> Iterator[Node]:
        settings = self.settings
        threads = settings.scraper_threads + settings.metadata_threads + settings.max_concurrent_downloads
        node = Node(
            database_url,
            self._broker(patience=1.0),
            application="ohdio",
            timing=settings.timing(),
            sweeps=STAGES.values(),
            pool_size=threads + _OTHER_CONNECTIONS,
            most_per_source=settings.most_per_source(),
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
    def _workers(self, node: Node, library: Library) -> Iterator[None]:
        """Run every service; at the end they all put running work back at the same time."""
        settings = self.settings
        consuming = node.publisher.broker if settings.rabbitmq_url is None else self._broker()
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
    def _web(self, node: Node, library: Library, database_url: str, listener: socket.socket) -> Iterator[HttpServer]:
        app = create_app(
            node,
            SourceRegistry(offered(self.settings.client_settings(), with_ytdlp=self.settings.with_ytdlp)),
            library,
            site_clients(node.database, self.settings.client_settings(), self.settings.page_interval),
            host=self.host,
            api_token=self.token,
            database_url=database_url,
        )
        with HttpServer(app, listener, shown_host=self.host) as server:
            yield server

    def _broker(self, *, patience: float = 5.0) -> Broker:
        url = self.settings.rabbitmq_url
        return in_process_broker() if url is None else rabbitmq_broker(url, patience=patience)


def _migrate(database_url: str) -> None:
    try:
        upgrade(database_url)
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise InvalidSettings(f"DATABASE_URL is wrong, or PostgreSQL is not running: {reason}") from None


def _take_back_everything(node: Node) -> None:
    """Put back what an earlier process was working on: nobody else works on this database, so it is over."""
    for stage in STAGES.values():
        is_more = True
        while is_more:
            with node.database.unit_of_work() as work:
                is_more = bool(take_back_expired(work, stage, node.timing, even_if_live=True))
