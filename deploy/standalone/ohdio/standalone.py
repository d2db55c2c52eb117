"""The single-machine product: every service in one process, on an embedded PostgreSQL.

``DATABASE_URL`` and ``RABBITMQ_URL`` put real servers in the place of what is embedded; the services do not notice.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from ohdio.choice import Choice
from ohdio.datadir import DataDirectory
from ohdio.postgres import EmbeddedPostgres
from ohdio_api.listening_socket import listen
from ohdio_client.instance import Instance
from ohdio_core.composition.chosen_library import require_library
from ohdio_core.reasons import reason_in_sentence
from ohdio_core.sentences import sentence
from ohdio_core.settings import InvalidSettings
from ohdio_core.sources.http.trust import read_certificates_ahead

if TYPE_CHECKING:
    from ohdio.composition import Services

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
    def running(self, first: Callable[[Services], None] | None = None) -> Iterator[Instance]:
        """Run everything while the block runs, and return how it is reached.

        It ends in order, within a few seconds; running downloads are kept, to go on where they stopped.

        Args:
            first: Called when the services work, before the API is there.

        Raises:
            InvalidSettings: A setting is wrong, or what it names is not there. Nothing is left running.
            PostgresUnavailable: The embedded PostgreSQL cannot be run. Nothing is left running.
        """
        self.settings.apply_umask()
        # Before anything is started, as far as it can be told by then.
        require_library(self.settings, self.choice.name_of("LIBRARY_DIR"))
        with self._listen() as listener, self._database() as database_url:
            read_certificates_ahead()
            # Imported while PostgreSQL starts: all services together take longer than that.
            from ohdio.composition import running_services
            from ohdio_core.process import log_life
            from ohdio_core.vault.keys import KEY_FILE, SecretKeys

            database = database_url()
            keys = SecretKeys(self.settings.key, self.data.path / KEY_FILE)
            with log_life("all") as log_started, running_services(self.settings, database, keys) as services:
                if first is not None:
                    first(services)
                with self._api(services, database, listener) as url:
                    instance = Instance(url, self.token, self.settings.library_location, self.settings.public_url)
                    self.data.announce(instance)
                    if (library_dir := self.choice.library_to_remember) is not None:
                        self.data.remember_library(library_dir)
                    log_started(address=self.settings.public_url or url, library=instance.library, **self._threads())
                    yield instance

    def _api(self, services: Services, database_url: str, listener: socket.socket) -> AbstractContextManager[str]:
        # Imported while the services work: the web framework takes a third of a start.
        from ohdio.web import serving_api

        return serving_api(
            services,
            database_url,
            listener,
            host=self.host,
            token=self.token,
            proxies=self.settings.proxies,
            public_url=self.settings.public_url,
        )

    def _threads(self) -> dict[str, int]:
        return {
            "scraper_threads": self.settings.scraper_threads,
            "metadata_threads": self.settings.metadata_threads,
            "downloader_threads": self.settings.max_concurrent_downloads,
        }

    def _listen(self) -> socket.socket:
        try:
            return listen(self.host, self.port)
        except OSError as error:
            reason = reason_in_sentence(error)
            if error.errno in _OF_PORTS:
                raise InvalidSettings(
                    sentence(
                        "setting.port_not_usable",
                        "{name} {port} cannot be used on {host}: {reason}. "
                        "Choose another port with --port, or end what is using it.",
                        name=self.choice.name_of("PORT"),
                        port=str(self.port),
                        host=self.host,
                        reason=reason,
                    )
                ) from None
            raise InvalidSettings(
                sentence(
                    "setting.host_not_usable",
                    "{name} {host} cannot be listened on: {reason}. It must be an address of this machine.",
                    name=self.choice.name_of("HOST"),
                    host=self.host,
                    reason=reason,
                )
            ) from None

    @contextmanager
    def _database(self) -> Iterator[Callable[[], str]]:
        """Start the database, and return what waits until it takes connections and returns its URL."""
        given = self.settings.database_url
        if given is not None:
            yield lambda: given
            return
        server = EmbeddedPostgres(self.data.path / "postgres")
        try:
            server.launch()

            def url() -> str:
                server.wait_until_ready()
                return server.url

            yield url
        finally:
            server.stop()
