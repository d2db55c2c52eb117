"""Asking for the same thing again, by one person or by twenty, now or later: nothing is fetched or listed twice."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from tests.e2e.shelf import Shelf
from tests.fixtures.product import Product, fresh_category, in_each_shape
from tests.fixtures.rest import Api
from tests.sites import ohdio
from tests.sites.catalogue import Catalogue, SimFeed
from tests.sites.faults import Fault, RequestKind


def rows(product: Product, catalogue: Catalogue) -> tuple[list[int], list[int]]:
    """Return the ids of the queue items, and of this catalogue's audiobooks."""
    ids = {str(book.id) for book in catalogue.books}
    books = [book["id"] for book in product.api.audiobooks() if book["url"].rpartition("/")[2] in ids]
    return sorted(item["id"] for item in product.api.items()), sorted(books)


def collect_all(product: Product, catalogue: Catalogue) -> dict[str, Any]:
    """Add the category, wait until all is done, and return the scan."""
    scan = product.collect(catalogue)
    product.wait_until_settled(len(catalogue.books), within=30)
    return product.api.scan(scan["id"])


class TestTheSameCategoryAgain:
    @in_each_shape
    def test_no_row_is_new_and_nothing_is_downloaded(self, product: Product) -> None:
        catalogue = fresh_category(6)
        product.origin.offer(catalogue)
        first = collect_all(product, catalogue)
        before = rows(product, catalogue)
        product.origin.reset()

        second = collect_all(product, catalogue)

        assert (first["found"], first["new"], first["known"]) == (6, 6, 0)
        assert (second["found"], second["new"], second["known"]) == (6, 0, 6)
        assert rows(product, catalogue) == before
        assert product.origin.stats().media_requests == 0

    def test_a_book_whose_file_was_deleted_by_hand_is_fetched_again_and_no_other(self, product: Product) -> None:
        catalogue = fresh_category(4)
        product.origin.offer(catalogue)
        collect_all(product, catalogue)
        before = rows(product, catalogue)
        lost = catalogue.books[2]
        shutil.rmtree(Shelf(product.library).folder(lost))
        product.origin.reset()

        collect_all(product, catalogue)

        assert set(product.origin.stats().books) == {lost.id}
        assert product.origin.stats().media_bytes == product.origin.weight()
        assert rows(product, catalogue) == before
        Shelf(product.library).assert_sound(list(catalogue.books))

    def test_books_that_were_sorted_into_other_folders_by_hand_are_found_and_not_fetched(
        self, product: Product
    ) -> None:
        catalogue = fresh_category(3)
        product.origin.offer(catalogue)
        collect_all(product, catalogue)
        before = rows(product, catalogue)
        shelf = Shelf(product.library)
        series = product.library / "Séries" / "Les vents"
        series.mkdir(parents=True)
        for number, book in enumerate(catalogue.books[:2], 1):
            shelf.folder(book).rename(series / f"Tome {number}")
        product.origin.reset()

        collect_all(product, catalogue)

        assert product.origin.stats().media_requests == 0
        assert rows(product, catalogue) == before
        paths = {book["library_path"] for book in product.api.audiobooks()}
        assert {"Séries/Les vents/Tome 1", "Séries/Les vents/Tome 2"} <= paths

    def test_what_was_removed_stays_away_until_it_is_asked_for(self, product: Product) -> None:
        catalogue = fresh_category(3)
        product.origin.offer(catalogue)
        collect_all(product, catalogue)
        removed, kept, other = catalogue.books
        product.api.delete_with_files(product.api.item_of(removed))
        product.origin.reset()

        scan = product.collect(catalogue)
        product.wait_until_settled(2, within=20)

        assert scan["detail"].endswith("1 unwanted, `--again` brings it.")
        seen = product.api.scan(scan["id"])
        assert [seen[name] for name in ("found", "new", "known", "unwanted")] == [3, 0, 2, 1]
        assert product.origin.stats().media_requests == 0
        Shelf(product.library).assert_sound([kept, other])

        product.api.add(product.origin.book_url(removed))
        product.wait_until_settled(3, within=20)
        Shelf(product.library).assert_sound(list(catalogue.books))


class TestOneBook:
    def test_the_link_of_a_book_is_all_it_needs(self, product: Product) -> None:
        catalogue = fresh_category(1)
        (book,) = catalogue.books
        product.origin.offer(catalogue)

        added = product.api.add(product.origin.book_url(book))

        assert (added["kind"], added["state"]) == ("audiobook", "accepted")
        item = product.api.item_of(book)
        assert (item["priority"], item["audiobook"]["id"]) == (5, added["id"])
        product.wait_until_settled(1, within=20)
        assert product.api.item_of(book)["status"] == "completed"
        assert rows(product, catalogue) == ([item["id"]], [added["id"]])
        assert product.origin.stats().media_bytes == product.origin.weight()
        Shelf(product.library).assert_sound([book])

    def test_a_known_link_says_so(self, product: Product) -> None:
        catalogue = fresh_category(1)
        (book,) = catalogue.books
        product.origin.offer(catalogue)
        first = product.api.add(product.origin.book_url(book))

        second = product.api.add(product.origin.book_url(book) + "?utm_source=letter")

        assert (second["state"], second["id"]) == ("known", first["id"])
        product.wait_until_settled(1, within=20)

    def test_a_feed_by_http_and_by_https_is_one_book(self, product: Product) -> None:
        catalogue = fresh_category(1)
        (book,) = catalogue.books
        feed = SimFeed(f"feed-{book.id}", "Récits en ondes", (book.id,))
        product.origin.offer(replace(catalogue, feeds=(feed,)))
        link = f"{product.origin.feed_url(feed)}#book"

        by_http = product.api.add(link.replace("https://", "http://"))
        by_https = product.api.add(link)
        product.wait_until_settled(1, within=20)

        assert (by_http["state"], by_https["state"]) == ("accepted", "known")
        assert by_https["id"] == by_http["id"]
        assert [item["status"] for item in product.api.items()] == ["completed"]
        assert product.origin.stats().media_bytes == product.origin.weight()

    def test_a_link_that_is_added_again_after_its_file_was_deleted_is_fetched_again(self, product: Product) -> None:
        catalogue = fresh_category(2)
        book, _ = catalogue.books
        product.origin.offer(catalogue)
        collect_all(product, catalogue)
        for path in Shelf(product.library).files(book):
            path.unlink()
        product.origin.reset()

        product.api.add(product.origin.book_url(book))
        product.wait_until_settled(2, within=20)

        assert set(product.origin.stats().books) == {book.id}
        Shelf(product.library).assert_sound(list(catalogue.books))


class TestTwentyAtOnce:
    @in_each_shape
    def test_twenty_clients_that_add_the_same_links_make_one_row_a_book(self, product: Product) -> None:
        catalogue = fresh_category(8)
        product.origin.offer(catalogue)
        links = [product.origin.category_url(catalogue.categories[0]), *map(product.origin.book_url, catalogue.books)]

        def add_all(number: int) -> list[dict[str, Any]]:
            with Api(product.api.url) as api:
                # Each in another order, so that they meet from all sides.
                return api.submit(*links[number % len(links) :], *links[: number % len(links)])

        with ThreadPoolExecutor(20) as clients:
            answers = list(clients.map(add_all, range(20)))
        product.wait_until_settled(8, within=40)

        assert {result["state"] for results in answers for result in results} <= {"accepted", "known"}
        items, books = rows(product, catalogue)
        assert (len(items), len(books)) == (8, 8)
        ids = {result["url"]: result["id"] for result in answers[0] if result["kind"] == "audiobook"}
        for results in answers:
            assert {result["url"]: result["id"] for result in results if result["kind"] == "audiobook"} == ids
        assert product.origin.stats().media_bytes == product.origin.weight()


class TestPagesThatFail:
    def test_what_was_found_is_kept_the_error_is_clear_and_the_scan_goes_on_from_there(self, product: Product) -> None:
        catalogue = fresh_category(9, page_size=3)
        (category,) = catalogue.categories
        product.origin.offer(catalogue)
        third = f"{ohdio.ROOT}{category.path}?page=3"
        product.origin.fail(third, Fault.status_code(500, on=RequestKind.LISTING, times=2))

        scan_id = product.collect(catalogue)["id"]
        product.wait_until(lambda: product.api.scan(scan_id)["error"], 20, "the scan says what is wrong")
        halfway = product.api.scan(scan_id)

        assert (halfway["status"], halfway["pages_done"], halfway["found"]) == ("scraping", 2, 6)
        assert "500" in halfway["error"]
        assert product.api.stats()["total"] == 6
        product.wait_until_settled(9, within=30)
        done = product.api.scan(scan_id)
        assert (done["status"], done["pages_done"], done["found"], done["new"]) == ("completed", 3, 9, 9)
        assert done["error"] is None
        listed = [exchange.target for exchange in product.origin.exchanges(RequestKind.LISTING)]
        assert len(listed) == 5, listed  # each page once, and the third three times

    def test_a_page_that_is_gone_for_good_ends_the_scan_with_a_note_and_the_books_before_it_are_kept(
        self, product: Product
    ) -> None:
        catalogue = fresh_category(6, page_size=3)
        (category,) = catalogue.categories
        product.origin.offer(catalogue)
        product.origin.fail(f"{ohdio.ROOT}{category.path}?page=2", Fault.status_code(404, on=RequestKind.LISTING))

        scan_id = product.collect(catalogue)["id"]
        product.wait_until(lambda: product.api.scan(scan_id)["status"] == "completed", 20, "the scan has ended")
        product.wait_until_settled(3, within=20)

        scan = product.api.scan(scan_id)
        assert (scan["found"], scan["error"]) == (3, None)
        assert f"{category.path}?page=2, is gone" in scan["note"]
        assert {item["status"] for item in product.api.items()} == {"completed"}
        Shelf(product.library).assert_sound(list(catalogue.books[:3]))
