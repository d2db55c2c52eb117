"""A category, pasted once: every book ends as a file, and no more are on their way than were allowed."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.e2e.shelf import Shelf
from tests.fixtures.effort import Pace
from tests.fixtures.product import Installer, Product, Role, fresh_category
from tests.sites.faults import RequestKind

#: So slow that a book of two seconds (16 kB) takes a sixth of a second: the origin sees them overlap.
RATE = 100_000.0


class TestOneHundredAndFortyFourBooks:
    BOOKS = 144

    def test_three_at_a_time_from_link_to_file(self, product: Product) -> None:
        catalogue = fresh_category(self.BOOKS)
        product.origin.offer(catalogue)
        product.origin.hold(after_bytes=4_000)
        with Pace() as pace:
            scan = product.collect(catalogue)
            product.wait_until(
                lambda: product.api.scan(scan["id"])["status"] == "completed", 20, "the scan is done", every=0.2
            )
            product.origin.wait_for_in_flight(3)

        self._the_first_three_started_at_once(product, pace)
        self._all_others_wait_for_their_turn(product)

        product.origin.limit_rate(RATE)
        with Pace() as pace:
            product.origin.release()
            product.wait_until_settled(self.BOOKS, within=90)

        stats = product.origin.stats()
        assert stats.peak == 3
        assert stats.media_bytes == product.origin.weight()
        assert {book: record.requests for book, record in stats.books.items()} == dict.fromkeys(
            (book.id for book in catalogue.books), 1
        )
        self._each_end_started_the_next(product, pace)
        items = product.api.items()
        assert sorted(item["audiobook"]["title"] for item in items) == sorted(book.title for book in catalogue.books)
        assert {(item["status"], item["attempts"]) for item in items} == {("completed", 1)}
        Shelf(product.library).assert_sound(list(catalogue.books))
        assert Shelf(product.library).unfinished() == []

    def _the_first_three_started_at_once(self, product: Product, pace: Pace) -> None:
        """A book is ready once its description was read; that is the latest answer before its first byte."""
        described = sorted(exchange.ended_at or 0 for exchange in product.origin.exchanges(RequestKind.METADATA))
        started = sorted(record.first_request_at for record in product.origin.stats().books.values())
        assert started[2] - described[2] < pace.stretched(2)

    def _all_others_wait_for_their_turn(self, product: Product) -> None:
        product.wait_until(
            lambda: not any(item["stage"] == "metadata" for item in product.api.items()),
            30,
            "every book is described",
            every=0.5,
        )
        stats = product.api.stats()
        assert (stats["processing"], stats["queued"], stats["total"]) == (3, self.BOOKS - 3, self.BOOKS)
        waiting = product.api.items("queued")
        assert {item["wait_reason"] for item in waiting} == {"its turn has not come yet"}
        assert stats["max_concurrent_downloads"] == 3

    def _each_end_started_the_next(self, product: Product, pace: Pace) -> None:
        """Whenever one of three ended, another began: a place stood empty for a moment at most."""
        timeline = product.origin.timeline()
        first_full = next(moment for moment, count in timeline if count == 3)
        last_full = next(moment for moment, count in reversed(timeline) if count == 3)
        gaps = [
            later - moment
            for (moment, count), (later, _) in pairwise(timeline)
            if count < 3 and first_full < moment < last_full
        ]
        assert gaps, "no download ever ended while others waited"
        assert max(gaps) < pace.stretched(2)
        assert sorted(gaps)[len(gaps) // 2] < pace.stretched(0.5)


@pytest.mark.parametrize(
    ("shape", "limit"),
    [
        ("services", 1),
        ("standalone", 5),
        pytest.param("services", 5, marks=pytest.mark.full),
        pytest.param("standalone", 1, marks=pytest.mark.full),
    ],
)
def test_max_concurrent_downloads_is_both_the_threads_and_the_limit(
    installer: Installer, shape: str, limit: int
) -> None:
    product = installer.of_shape(shape, {"MAX_CONCURRENT_DOWNLOADS": str(limit)})
    downloaders = 2 if product.role_of(Role.DOWNLOADER) is Role.DOWNLOADER else 1
    catalogue = fresh_category(10, rate=RATE)

    product.origin.offer(catalogue)
    product.collect(catalogue)
    product.wait_until_settled(10, within=60)

    assert product.origin.peak() == limit
    threads = [worker["threads"] for worker in product.live_workers() if worker["service"] == "downloader"]
    assert threads == [limit] * downloaders
    stats = product.api.stats()
    assert (stats["max_concurrent_downloads"], stats["downloader_threads"]) == (limit, limit * downloaders)
    assert product.origin.stats().media_bytes == product.origin.weight()
    Shelf(product.library).assert_sound(list(catalogue.books))
