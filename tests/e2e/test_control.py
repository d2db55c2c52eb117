"""What a person orders while downloads run: it takes hold at once, and costs nothing that was fetched."""

from __future__ import annotations

import time

from tests.e2e.shelf import Shelf
from tests.fixtures.effort import Pace
from tests.fixtures.product import Product, fresh_category, in_each_shape
from tests.sites.catalogue import SimBook
from tests.sites.faults import RequestKind

#: A book of six seconds (48 kB) comes as far as its middle soon, and then takes so long that none ends before it is
#: interrupted, however busy the machine; less than 1 kB a second would be no transfer any more.
SECONDS = 6.0
RATE = 16_000.0
CRAWL = 3_000.0


def start(product: Product, books: int, *, running: int = 3) -> list[SimBook]:
    """Add a category of slow books, and wait until so many are in flight with bytes on the disk; then crawl."""
    catalogue = fresh_category(books, seconds=SECONDS, rate=RATE)
    product.origin.offer(catalogue)
    product.collect(catalogue)
    in_flight = product.origin.wait_for_in_flight(running, timeout=20)
    product.wait_until(
        lambda: all(product.origin.stats().books[book].bytes > 8_000 for book in in_flight), 10, "bytes flow"
    )
    product.origin.limit_rate(CRAWL)
    return list(catalogue.books)


def assert_fetched_once(product: Product, books: list[SimBook]) -> None:
    """Every book is complete, and no byte was paid for twice: what lay in a buffer at a stop is allowed."""
    Shelf(product.library).assert_sound(books)
    assert product.origin.stats().media_bytes <= product.origin.weight() * 1.05


class TestPause:
    @in_each_shape
    def test_no_byte_flows_after_a_global_pause_and_resuming_goes_on_by_range(self, product: Product) -> None:
        books = start(product, 6)

        with Pace() as pace:
            product.api.pause_all()
            paused_at = time.monotonic()
            pace.wait(3, since=paused_at)

        assert product.origin.media_bytes_since(paused_at + pace.stretched(1.5)) == 0
        assert product.origin.in_flight() == frozenset()
        stats = product.api.stats()
        assert stats["is_paused"]
        assert (stats["processing"], stats["queued"]) == (0, len(books))
        assert {item["wait_reason"] for item in product.api.items()} == {"all downloads are paused"}

        product.origin.limit_rate(None)
        product.api.resume_all()
        product.wait_until_settled(len(books), within=20)

        assert_fetched_once(product, books)
        resumed = [exchange for exchange in product.origin.exchanges(RequestKind.MEDIA) if exchange.range is not None]
        assert len(resumed) == 3
        assert {exchange.status for exchange in resumed} == {206}
        assert all(item["attempts"] == 1 for item in product.api.items())

    def test_one_item_pauses_alone_and_goes_on_where_it_stopped(self, product: Product) -> None:
        books = start(product, 3)
        item = product.api.item_of(books[0])

        with Pace() as pace:
            product.api.order(item, "pause")
            paused_at = time.monotonic()
            product.wait_until(lambda: product.api.item_of(books[0])["status"] == "paused", 2, "the item is paused")
        product.origin.limit_rate(None)
        product.wait_until_settled(3, within=20)

        record = product.origin.stats().books[books[0].id]
        assert (record.ended_at or 0) < paused_at + pace.stretched(1.5)
        assert product.api.stats()["paused"] == 1

        product.api.order(item, "resume")
        product.wait_until(lambda: product.api.item_of(books[0])["status"] == "completed", 15, "it is complete")

        assert_fetched_once(product, books)
        assert product.origin.stats().books[books[0].id].requests == 2

    def test_a_waiting_item_that_is_paused_is_passed_over(self, product: Product) -> None:
        books = start(product, 5)
        waiting = product.api.items("queued")
        product.wait_until(
            lambda: {i["stage"] for i in product.api.items("queued")} == {"waiting"}, 10, "all are ready"
        )

        product.api.order(waiting[0], "pause")
        product.origin.limit_rate(None)
        product.wait_until_settled(5, within=20)

        assert [item["id"] for item in product.api.items("paused")] == [waiting[0]["id"]]
        assert len(product.origin.stats().books) == len(books) - 1


class TestTheLimit:
    @in_each_shape
    def test_three_then_one_then_six(self, product: Product) -> None:
        books = start(product, 8)

        with Pace() as pace:
            product.api.set_limit(1)
            lowered_at = time.monotonic()
            product.origin.wait_for_in_flight(1)
            pace.wait(3, since=lowered_at)
        counts = [count for moment, count in product.origin.timeline() if moment > lowered_at + pace.stretched(2)]
        assert max(counts, default=1) <= 1

        expected = min(6, product.threads())
        with Pace() as pace:
            product.api.set_limit(6)
            raised_at = time.monotonic()
            product.origin.wait_for_in_flight(expected)
            took = time.monotonic() - raised_at
        assert took < pace.stretched(2)

        product.origin.limit_rate(None)
        product.wait_until_settled(len(books), within=20)
        assert_fetched_once(product, books)
        assert product.origin.peak() == expected
        assert all(item["attempts"] == 1 for item in product.api.items())


class TestDelete:
    @in_each_shape
    def test_a_running_item_stops_and_is_gone_until_that_is_undone(self, product: Product) -> None:
        books = start(product, 4)
        deleted = next(book for book in books if book.id in product.origin.in_flight())
        item = product.api.item_of(deleted)

        with Pace() as pace:
            product.api.delete(item)
            deleted_at = time.monotonic()
            assert item["id"] not in {each["id"] for each in product.api.items()}
            product.wait_until(lambda: deleted.id not in product.origin.in_flight(), 2, "its bytes have stopped")
        product.origin.wait_for_in_flight(3)
        product.origin.limit_rate(None)
        product.wait_until_settled(3, within=20)

        record = product.origin.stats().books[deleted.id]
        assert (record.ended_at or 0) < deleted_at + pace.stretched(1.5)
        assert record.requests == 1
        Shelf(product.library).assert_sound([book for book in books if book is not deleted])

        product.api.restore(item)
        product.wait_until_settled(4, within=20)

        Shelf(product.library).assert_sound(books)
        assert Shelf(product.library).unfinished() == []
        assert product.api.item_of(deleted)["id"] == item["id"]

    def test_a_book_that_is_asked_for_again_before_it_has_stopped_is_not_lost(self, product: Product) -> None:
        (book,) = start(product, 1, running=1)

        product.api.delete(product.api.item_of(book))
        assert product.api.add(product.origin.book_url(book))["state"] == "accepted"
        product.origin.limit_rate(None)
        product.wait_until_settled(1, within=20)

        assert product.api.item_of(book)["status"] == "completed"
        Shelf(product.library).assert_sound([book])

    def test_a_deleted_book_may_be_asked_for_again(self, product: Product) -> None:
        (book,) = start(product, 1, running=1)
        product.api.delete(product.api.item_of(book))
        product.wait_until(lambda: product.api.stats()["total"] == 0, 5, "it is gone")
        product.wait_until(lambda: not product.origin.in_flight(), 3, "its bytes have stopped")

        product.origin.limit_rate(None)
        product.api.add(product.origin.book_url(book))
        product.wait_until_settled(1, within=20)

        assert product.api.item_of(book)["status"] == "completed"
        Shelf(product.library).assert_sound([book])


class TestPriority:
    def test_the_last_of_one_hundred_is_the_next_to_start(self, product: Product) -> None:
        catalogue = fresh_category(103, seconds=1.0)
        product.origin.offer(catalogue)
        product.origin.hold(after_bytes=1_000)
        product.collect(catalogue)
        running = product.origin.wait_for_in_flight(3, timeout=20)
        product.wait_until(
            lambda: (
                product.api.stats()["total"] == 103
                and not any(item["stage"] == "metadata" for item in product.api.items())
            ),
            30,
            "one hundred wait",
            every=0.5,
        )
        last = catalogue.books[-1]
        assert last.id not in running

        product.api.set_priority(product.api.item_of(last), 50)
        product.origin.release([book for book in catalogue.books if book.id == min(running)])
        product.wait_until(lambda: len(product.origin.stats().books) >= 4, 5, "another has started", every=0.01)

        assert set(product.origin.stats().books) - running == {last.id}
