"""A process is killed without warning: everything completes by itself, and hardly a byte is fetched twice."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from devservers.postgres import PostgresServer
from devservers.rabbitmq import RabbitServer
from tests.e2e.shelf import Shelf
from tests.fixtures.effort import Pace
from tests.fixtures.product import QUICK, Installer, Product, Role, ServicesProduct, fresh_category, reserved
from tests.sites.catalogue import SimBook
from tests.sites.faults import Fault, FaultKind, RequestKind

#: 48 kB a book, fetched in two seconds.
SECONDS = 6.0
RATE = 24_000.0


@pytest.fixture(scope="module")
def own_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    server = PostgresServer(Path(tmp_path_factory.mktemp("postgres")))
    try:
        yield server.start()
    finally:
        server.kill()


@pytest.fixture(scope="module")
def installation(
    module_installer: Installer, own_postgres: PostgresServer, local_rabbitmq: RabbitServer
) -> ServicesProduct:
    return module_installer.services(QUICK, postgres=own_postgres, rabbitmq=local_rabbitmq)


@pytest.fixture
def product(installation: ServicesProduct) -> Iterator[ServicesProduct]:
    """Two downloaders, one metadata worker, one scraper, on servers that may be killed."""
    with reserved(installation):
        yield installation


def start(product: Product, books: int) -> list[SimBook]:
    """Add a category of slow books, and wait until three are in the middle of their files."""
    catalogue = fresh_category(books, seconds=SECONDS, rate=RATE)
    product.origin.offer(catalogue)
    product.collect(catalogue)
    in_flight = product.origin.wait_for_in_flight(3, timeout=20)
    product.wait_until(
        lambda: all(product.origin.stats().books[book].bytes > 12_000 for book in in_flight), 10, "bytes flow"
    )
    return list(catalogue.books)


def assert_all_complete(product: Product, books: list[SimBook]) -> None:
    product.wait_until_settled(len(books), within=45)
    assert {item["status"] for item in product.api.items()} == {"completed"}
    Shelf(product.library).assert_sound(books)
    assert Shelf(product.library).unfinished() == []
    assert product.origin.stats().media_bytes <= product.origin.weight() * 1.05
    assert product.origin.peak() <= 3


class TestADownloaderKilledInTheMiddleOfAFile:
    @pytest.mark.full  # what is left goes to whoever is there: the next test, and the one process that is started again
    def test_it_goes_on_when_a_supervisor_starts_it_again(self, product: ServicesProduct) -> None:
        books = start(product, 6)

        product.kill(Role.DOWNLOADER, product.busiest_downloader())
        product.spawn(Role.DOWNLOADER)

        assert_all_complete(product, books)
        assert any(exchange.range for exchange in product.origin.exchanges(RequestKind.MEDIA))

    def test_another_downloader_takes_over(self, product: ServicesProduct) -> None:
        books = start(product, 6)

        product.kill(Role.DOWNLOADER, product.busiest_downloader())

        assert_all_complete(product, books)
        product.spawn(Role.DOWNLOADER)
        product.wait_for_workers(4)

    def test_one_that_is_asked_to_end_puts_its_books_back_at_once(self, product: ServicesProduct) -> None:
        books = start(product, 6)

        number = product.busiest_downloader()
        with Pace() as pace:
            began_at = time.monotonic()
            assert product.terminate(Role.DOWNLOADER, number) == 0
            took = time.monotonic() - began_at
        assert took < pace.stretched(8)
        assert_all_complete(product, books)
        assert all(item["attempts"] == 1 for item in product.api.items())

        product.spawn(Role.DOWNLOADER)
        product.wait_for_workers(4)


class TestAMetadataWorkerKilledInTheMiddleOfABook:
    @pytest.mark.parametrize(
        "is_restarted",
        [pytest.param(True, id="restarted", marks=pytest.mark.full), pytest.param(False, id="another takes over")],
    )
    def test_every_book_is_described(self, product: ServicesProduct, *, is_restarted: bool) -> None:
        catalogue = fresh_category(10)
        product.origin.offer(catalogue)
        for book in catalogue.books[:4]:
            product.origin.fail(book, Fault.of(FaultKind.SILENCE, on=RequestKind.METADATA, times=1))
        product.collect(catalogue)
        product.wait_until(
            lambda: len([e for e in product.origin.exchanges(RequestKind.METADATA) if e.ended_at is None]) >= 4,
            20,
            "four descriptions are under way",
        )

        (first,) = product.processes.running(Role.METADATA)
        if not is_restarted:
            product.spawn(Role.METADATA)
            product.wait_for_workers(5)
        product.kill(Role.METADATA, first)
        if is_restarted:
            product.spawn(Role.METADATA)

        assert_all_complete(product, list(catalogue.books))


class TestAServerKilled:
    def test_the_broker(self, product: ServicesProduct, local_rabbitmq: RabbitServer) -> None:
        books = start(product, 9)

        local_rabbitmq.kill()
        # What runs needs no broker.
        product.wait_until(lambda: product.api.stats()["completed"] >= 3, 20, "running downloads complete")
        local_rabbitmq.start()

        assert_all_complete(product, books)
        assert all(item["attempts"] == 1 for item in product.api.items())

    @pytest.mark.full  # a shorter outage than that of the next test
    def test_the_database(self, product: ServicesProduct, own_postgres: PostgresServer) -> None:
        books = start(product, 9)

        own_postgres.kill()
        own_postgres.start()

        product.wait_until(product.api.is_ready, 20, "the API is ready again")
        assert_all_complete(product, books)

    def test_the_database_for_longer_than_a_lease(self, product: ServicesProduct, own_postgres: PostgresServer) -> None:
        books = start(product, 6)

        with Pace() as pace:
            own_postgres.kill()
            gone_at = time.monotonic()
            product.wait_until(lambda: not product.origin.in_flight(), 4, "the downloads have stopped by themselves")
            pace.wait(6, since=gone_at)  # two leases
        assert product.origin.media_bytes_since(gone_at + pace.stretched(3)) == 0
        own_postgres.start()

        product.wait_until(product.api.is_ready, 20, "the API is ready again")
        assert_all_complete(product, books)


class TestTheOneProcess:
    def test_killed_in_the_middle_of_three_files_it_goes_on_where_it_was(self, installer: Installer) -> None:
        product = installer.standalone(QUICK)
        books = start(product, 6)

        product.kill(Role.EVERYTHING)
        product.start()

        assert_all_complete(product, books)
        assert any(exchange.range for exchange in product.origin.exchanges(RequestKind.MEDIA))

    def test_asked_to_end_it_does_so_at_once_and_goes_on_later(self, installer: Installer) -> None:
        product = installer.standalone(QUICK)
        books = start(product, 6)

        with Pace() as pace:
            began_at = time.monotonic()
            assert product.terminate(Role.EVERYTHING) == 0
            took = time.monotonic() - began_at
        assert took < pace.stretched(8)
        assert product.origin.in_flight() == frozenset()
        product.start()

        assert_all_complete(product, books)
        assert all(item["attempts"] == 1 for item in product.api.items())
