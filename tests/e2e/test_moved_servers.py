"""PostgreSQL and RabbitMQ come back at another address behind the same name, and the old one says nothing any more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import pytest

from tests.e2e.shelf import Shelf
from tests.fixtures.forwarder import Forwarder
from tests.fixtures.product import QUICK, ServicesProduct, fresh_category
from tests.sites.client import SimOrigin

BEFORE, AFTER = "127.0.0.1", "127.0.0.2"


class Moving:
    """A server behind a name, which leads to one address and later to another.

    Args:
        name: A name of host that only this test's processes know.
        url: Where the server really is.
    """

    def __init__(self, name: str, url: str, ends: ExitStack) -> None:
        self.name = name
        self._at: SplitResult = urlsplit(url)
        self._ends = ends
        self._now = self._forward(BEFORE, 0)

    @property
    def url(self) -> str:
        """The server's URL by its name."""
        user = self._at.netloc.rpartition("@")[0]
        return self._at._replace(netloc=f"{user}@{self.name}:{self._now.port}").geturl()

    def move(self) -> None:
        """Cut every connection without a word, and answer at the other address."""
        port = self._now.port
        self._now.fall_silent()
        self._now = self._forward(AFTER, port)

    def _forward(self, host: str, port: int) -> Forwarder:
        assert self._at.port is not None
        return self._ends.enter_context(Forwarder(host, port, self._at.port))


class Moved:
    """An installation whose servers move."""

    def __init__(self, product: ServicesProduct, servers: list[Moving], hosts: Path) -> None:
        self.product = product
        self._servers = servers
        self._hosts = hosts
        self.name_servers(BEFORE)

    def name_servers(self, address: str) -> None:
        """Make the names mean an address from now on."""
        fresh = self._hosts.with_suffix(".new")
        fresh.write_text("".join(f"{address} {server.name}\n" for server in self._servers), encoding="utf-8")
        fresh.replace(self._hosts)

    def move(self) -> None:
        """Move both servers."""
        for server in self._servers:
            server.move()
        self.name_servers(AFTER)


@pytest.fixture
def moved(tmp_path: Path, database_url: str, vhost_url: str, origin_process: SimOrigin) -> Iterator[Moved]:
    hosts = tmp_path / "hosts"
    with ExitStack() as ends:
        database, broker = Moving("database.test", database_url, ends), Moving("broker.test", vhost_url, ends)
        names = {
            # Answers names from a file (cwrap.org), as a resolver of the processes' own would.
            "LD_PRELOAD": "libnss_wrapper.so",
            "NSS_WRAPPER_HOSTS": str(hosts),
        }
        product = ServicesProduct(
            tmp_path / "product",
            origin_process,
            {**QUICK, **names, "MAX_CONCURRENT_DOWNLOADS": "1"},
            database_url=database.url,
            rabbitmq_url=broker.url,
            downloaders=1,
        )
        ends.callback(lambda: print(product.processes.words_since({})))
        ends.callback(product.end)
        moved = Moved(product, [database, broker], hosts)
        product.start()
        yield moved


def test_work_goes_on_and_nothing_is_fetched_twice(moved: Moved) -> None:
    product = moved.product
    catalogue = fresh_category(4, seconds=4.0, rate=10_000)
    product.origin.offer(catalogue)
    product.collect(catalogue)
    product.wait_until(lambda: product.origin.stats().media_bytes > 0, 20, "the first book is on its way")

    moved.move()
    product.wait_until(product.api.is_ready, 30, "the gateway works again")
    # Three books at least are told to the downloader by the broker where that is now.
    product.wait_until_settled(4, within=45)

    assert {item["status"] for item in product.api.items()} == {"completed"}
    Shelf(product.library).assert_sound(list(catalogue.books))
    assert product.origin.stats().media_bytes <= product.origin.weight() * 1.05
