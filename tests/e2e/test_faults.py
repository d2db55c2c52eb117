"""Everything an origin can do wrong: each book ends as a person would expect, with a sentence that says why.

The faults that take their time to be given up are armed together, so that their waits overlap; the others are
one test each. Whatever happens, no bad file is ever seen in the library.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.e2e.shelf import Shelf
from tests.fixtures.effort import Pace
from tests.fixtures.product import QUICK, Installer, Product, fresh_category, reserved
from tests.sites.catalogue import SimBook
from tests.sites.faults import Fault, FaultKind, RequestKind

#: 20 s of sound: 160 kB, so that half of it is far below what the site promises.
SECONDS = 20.0
HALF = 80_000
STALL = 1.0


@pytest.fixture(scope="module")
def impatient(module_installer: Installer) -> Callable[[str], Product]:
    """An installation of each shape that waits one second for a silent origin, and looks often for what is due."""
    started: dict[str, Product] = {}

    def of_shape(shape: str) -> Product:
        if shape not in started:
            started[shape] = module_installer.of_shape(shape, {**QUICK, "OHDIO_STALL_SECONDS": str(STALL)})
        return started[shape]

    return of_shape


# What goes wrong at an origin is met by the same downloader in both shapes.
@pytest.fixture(params=["services", pytest.param("standalone", marks=pytest.mark.full)])
def product(request: pytest.FixtureRequest, impatient: Callable[[str], Product]) -> Iterator[Product]:
    product = impatient(request.param)
    with reserved(product):
        yield product


def offer_one(product: Product, *faults: Fault) -> SimBook:
    """Offer one book whose media requests meet these faults, one after another."""
    catalogue = fresh_category(1, seconds=SECONDS)
    (book,) = catalogue.books
    product.origin.offer(catalogue)
    for fault in faults:
        product.origin.fail(book, fault)
    return book


def fetch_one(product: Product, *faults: Fault) -> tuple[SimBook, dict[str, Any]]:
    """The same, and add its link and wait for its end."""
    book = offer_one(product, *faults)
    product.api.add(product.origin.book_url(book))
    product.wait_until_settled(1, within=30)
    return book, product.api.item_of(book)


def requests_for(product: Product, book: SimBook) -> int:
    return product.origin.stats().books[book.id].requests


def assert_nothing_filed(product: Product) -> None:
    assert Shelf(product.library).folders() == {}


class TestFailsAtOnce:
    """Trying again could not help."""

    @pytest.mark.parametrize("status", [404, 410])
    def test_a_file_that_does_not_exist(self, product: Product, status: int) -> None:
        book, item = fetch_one(product, Fault.status_code(status))

        assert (item["status"], item["attempts"]) == ("failed", 1)
        assert str(status) in item["error"]
        assert "does not exist" in item["error"]
        assert requests_for(product, book) == 1
        assert_nothing_filed(product)

    def test_a_file_that_is_refused_is_asked_for_at_a_fresh_address_first(self, product: Product) -> None:
        book, item = fetch_one(product, Fault.status_code(403))

        assert (item["status"], item["attempts"]) == ("failed", 1)
        assert "refuses access to the audio file (HTTP 403)" in item["error"]
        assert requests_for(product, book) == 2
        assert len(product.origin.exchanges(RequestKind.VALIDATION)) == 2
        assert_nothing_filed(product)

    def test_a_web_page_instead_of_audio(self, product: Product) -> None:
        _, item = fetch_one(product, Fault.of(FaultKind.HTML))

        assert item["status"] == "failed"
        assert "a web page or a message instead of audio" in item["error"]
        assert_nothing_filed(product)

    def test_a_gzip_bomb_is_stopped_while_it_unpacks(self, product: Product) -> None:
        _, item = fetch_one(product, Fault.of(FaultKind.GZIP_BOMB))

        assert item["status"] == "failed"
        assert "100-fold" in item["error"]
        assert_nothing_filed(product)

    @pytest.mark.parametrize("location", ["http://10.0.0.1/book.mp3", "http://169.254.169.254/latest/meta-data"])
    def test_a_redirect_to_a_private_address_is_not_followed(self, product: Product, location: str) -> None:
        _, item = fetch_one(product, Fault.redirect(location))

        assert item["status"] == "failed"
        assert "private" in item["error"]
        assert_nothing_filed(product)

    def test_a_redirect_to_this_machine_is_not_followed(self, product: Product) -> None:
        book, item = fetch_one(product, Fault.redirect(f"{product.origin.url}/mp3/anything.mp3"))

        assert item["status"] == "failed"
        assert "private" in item["error"]
        assert requests_for(product, book) == 1
        assert not product.origin.exchanges(RequestKind.UNKNOWN)
        assert_nothing_filed(product)

    def test_a_book_that_may_not_be_played_here(self, product: Product) -> None:
        catalogue = fresh_category(1)
        (book,) = catalogue.books
        product.origin.offer(catalogue)
        product.origin.fail(book, Fault.media_error(1))
        product.api.add(product.origin.book_url(book))
        product.wait_until_settled(1, within=20)

        item = product.api.item_of(book)
        assert item["status"] == "failed"
        assert "in your country" in item["error"]
        assert product.origin.stats().media_requests == 0

    def test_a_book_that_is_gone(self, product: Product) -> None:
        catalogue = fresh_category(2)
        gone = replace(catalogue.books[0], is_gone=True)
        product.origin.offer(replace(catalogue, books=(gone, catalogue.books[1])))
        product.collect(catalogue)
        product.wait_until_settled(2, within=20)

        item = product.api.item_of(gone)
        assert (item["status"], item["stage"]) == ("failed", "metadata")
        assert item["error"]
        assert product.api.item_of(catalogue.books[1])["status"] == "completed"


class TestWorksInTheEnd:
    """The origin recovers, and so does the download."""

    def test_too_many_requests_are_obeyed_without_an_attempt(self, product: Product) -> None:
        book = offer_one(product, Fault.status_code(429, retry_after="3", times=1))
        product.api.add(product.origin.book_url(book))
        product.wait_until(lambda: product.api.item_of(book)["wait_reason"] is not None, 10, "it waits")
        product.wait_until(lambda: product.origin.stats().media_requests == 1, 10, "it was refused")
        product.wait_until(lambda: product.api.item_of(book)["status"] == "queued", 2, "it waits again")
        waiting = product.api.item_of(book)

        assert "fewer requests (HTTP 429)" in waiting["wait_reason"]
        assert waiting["next_attempt_at"] is not None
        assert waiting["attempts"] == 0
        product.wait_until_settled(1, within=20)
        item = product.api.item_of(book)
        assert (item["status"], item["attempts"]) == ("completed", 1)
        first, second = product.origin.exchanges(RequestKind.MEDIA)
        assert second.started_at - first.started_at >= 3
        Shelf(product.library).assert_sound([book])

    def test_errors_of_the_server_are_waited_out(self, product: Product) -> None:
        book, item = fetch_one(product, Fault.status_code(500, times=1), Fault.status_code(503, times=1))

        assert (item["status"], item["attempts"], item["error"]) == ("completed", 3, None)
        assert requests_for(product, book) == 3
        Shelf(product.library).assert_sound([book])

    def test_a_body_that_is_cut_goes_on_where_it_broke(self, product: Product) -> None:
        book, item = fetch_one(product, Fault.cut(HALF, times=1))

        assert item["status"] == "completed"
        ranges = [exchange.range for exchange in product.origin.exchanges(RequestKind.MEDIA)]
        assert ranges == [None, f"bytes={HALF}-"]
        assert product.origin.stats().media_bytes == product.origin.weight()
        Shelf(product.library).assert_sound([book])

    def test_an_origin_without_ranges_sends_it_all_again(self, product: Product) -> None:
        book, item = fetch_one(product, Fault.cut(HALF, times=1), Fault.of(FaultKind.NO_RANGE))

        assert item["status"] == "completed"
        assert product.origin.stats().media_bytes == product.origin.weight() + HALF
        Shelf(product.library).assert_sound([book])

    def test_a_wrong_content_range_is_noticed_and_the_file_begun_again(self, product: Product) -> None:
        book, item = fetch_one(product, Fault.cut(HALF, times=1), Fault.of(FaultKind.WRONG_CONTENT_RANGE, times=1))

        assert item["status"] == "completed"
        assert product.origin.exchanges(RequestKind.MEDIA)[-1].range is None
        Shelf(product.library).assert_sound([book])

    def test_a_file_that_changed_meanwhile_is_begun_again_and_never_mixed(self, product: Product) -> None:
        book, item = fetch_one(product, Fault.cut(HALF, times=1), Fault.of(FaultKind.NEW_VERSION))

        assert item["status"] == "completed"
        assert product.origin.stats().media_bytes == product.origin.weight() + HALF
        Shelf(product.library).assert_sound([book])

    def test_a_slow_drip_is_cut_off(self, product: Product) -> None:
        with Pace() as pace:
            book, item = fetch_one(product, Fault.drip(100.0, times=1))

        assert item["status"] == "completed"
        first, second = product.origin.exchanges(RequestKind.MEDIA)
        assert (first.ended_at or 0) - first.started_at < pace.stretched(4 * STALL)
        assert second.is_complete
        Shelf(product.library).assert_sound([book])

    def test_an_origin_that_never_answers_is_not_waited_for(self, product: Product) -> None:
        book = offer_one(product, Fault.of(FaultKind.SILENCE, times=1))
        product.api.add(product.origin.book_url(book))
        product.wait_until_settled(1, within=10)

        assert product.api.item_of(book)["status"] == "completed"
        Shelf(product.library).assert_sound([book])


@pytest.mark.full
class TestGivenUp:
    """It never gets better: five attempts, and a person decides."""

    FAULTS = (
        (Fault.status_code(500), "500 Internal Server Error"),
        (Fault.truncated(HALF), "The file is cut: it has 0:00:10 of sound where the site promises 0:00:20"),
        (Fault.of(FaultKind.EMPTY), "sent an empty file"),
        (Fault.cut(0), "closed the connection before the end"),
    )

    def test_each_fails_after_five_attempts_with_its_reason(self, product: Product) -> None:
        catalogue = fresh_category(len(self.FAULTS) + 1, seconds=SECONDS)
        *bad, good = catalogue.books
        product.origin.offer(catalogue)
        for book, (fault, _) in zip(bad, self.FAULTS, strict=True):
            product.origin.fail(book, fault)

        product.collect(catalogue)
        product.wait_until(lambda: product.api.stats()["completed"] == 1, 20, "the good one does not wait for the bad")
        assert product.api.stats()["failed"] < len(bad)
        product.wait_until_settled(len(catalogue.books), within=75)

        for book, (fault, sentence) in zip(bad, self.FAULTS, strict=True):
            item = product.api.item_of(book)
            assert (item["status"], item["attempts"]) == ("failed", 5), (fault, item)
            assert item["error"].startswith("Given up after 5 attempts."), item["error"]
            assert sentence in item["error"]
        Shelf(product.library).assert_sound([good])

    def test_a_person_may_let_a_failed_book_try_again(self, product: Product) -> None:
        book, item = fetch_one(product, Fault.status_code(404, times=1))
        assert item["status"] == "failed"

        product.api.order(item, "retry")
        product.wait_until(lambda: product.api.item_of(book)["status"] == "completed", 10, "it is complete")

        item = product.api.item_of(book)
        assert (item["attempts"], item["error"]) == (1, None)
        Shelf(product.library).assert_sound([book])
