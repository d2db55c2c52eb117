"""Scans leave out what people removed, and count it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text

from ohdio_core.collection import control
from ohdio_core.collection.add_books import add_books
from ohdio_core.collection.unwanted import mark_unwanted
from ohdio_core.domain.audiobook import BookRef
from ohdio_core.work.stages import DOWNLOADS
from tests.fixtures.workers import wait_until
from tests.integration.scraper.scanning import PATH, Scanning
from tests.unit.sources.rss.documents import item, rss


def counts(row: Any) -> tuple[int, int, int, int]:
    return row.found, row.new, row.known, row.unwanted


@pytest.fixture
def scanned(scanning: Scanning) -> Scanning:
    """Three books, as a first scan found them."""
    scanning.origin.answer(PATH, rss(*map(item, (1, 2, 3))))
    scanning.scan()
    return scanning


def number_of(scanned: Scanning, title: str) -> int:
    """Return the item of a book in the queue."""
    number: int = scanned.engine.value(
        "SELECT queue_items.id FROM queue_items JOIN audiobooks ON audiobooks.id = audiobook_id WHERE title = :title",
        title=title,
    )
    return number


def remove(scanned: Scanning, title: str) -> None:
    scanned.engine.order(control.delete, [number_of(scanned, title)])


def remove_with_files(scanned: Scanning, title: str) -> None:
    """Remove a book as the API does, with all that is known of it."""
    (book,) = scanned.engine.rows("SELECT id FROM audiobooks WHERE title = :title", title=title)
    scanned.engine.order(control.delete, [number_of(scanned, title)])
    scanned.engine.order(mark_unwanted, [book.id])
    scanned.engine.execute("DELETE FROM audiobooks WHERE id = :id", id=book.id)


def queued(scanned: Scanning) -> list[str]:
    rows = scanned.engine.rows(
        "SELECT title FROM queue_items JOIN audiobooks ON audiobooks.id = audiobook_id ORDER BY title"
    )
    return [row.title for row in rows]


@pytest.mark.parametrize("removal", [remove, remove_with_files])
class TestABookThatWasRemoved:
    def test_is_left_out_and_counted_by_every_later_scan(self, scanned: Scanning, removal: Any) -> None:
        removal(scanned, "Récit 2")

        for _ in range(2):
            assert counts(scanned.scan()) == (3, 0, 2, 1)
            assert queued(scanned) == ["Récit 1", "Récit 3"]

    def test_comes_back_with_a_scan_that_asks_for_it_and_stays(self, scanned: Scanning, removal: Any) -> None:
        removal(scanned, "Récit 2")

        assert counts(scanned.scan(brings_back=True)) == (3, 1, 2, 0)
        assert counts(scanned.scan()) == (3, 0, 3, 0)
        assert queued(scanned) == ["Récit 1", "Récit 2", "Récit 3"]

    def test_comes_back_when_somebody_asks_for_it_alone(self, scanned: Scanning, removal: Any) -> None:
        rows = scanned.engine.rows("SELECT source, url, external_id FROM audiobooks WHERE title = 'Récit 2'")
        removal(scanned, "Récit 2")
        refs = [(BookRef(row.source, row.url, row.external_id, "Récit 2"), "podcasts.example") for row in rows]

        scanned.engine.order(add_books, refs, are_filed=lambda books: [True] * len(books))

        assert counts(scanned.scan()) == (3, 0, 3, 0)


def test_a_book_that_was_removed_is_known_by_its_id_when_its_address_changed(scanned: Scanning) -> None:
    remove_with_files(scanned, "Récit 2")
    scanned.engine.execute("UPDATE unwanted_books SET url = 'https://moved.example/2'")
    assert counts(scanned.scan()) == (3, 0, 2, 1)


def test_a_book_that_was_removed_is_known_by_its_address_when_its_id_changed(scanned: Scanning) -> None:
    remove_with_files(scanned, "Récit 2")
    scanned.engine.execute("UPDATE unwanted_books SET external_id = 'another'")
    assert counts(scanned.scan()) == (3, 0, 2, 1)


def test_a_complete_book_that_left_the_queue_is_not_unwanted(scanned: Scanning) -> None:
    scanned.engine.execute("UPDATE queue_items SET status = 'completed'")
    remove(scanned, "Récit 2")
    assert counts(scanned.scan()) == (3, 1, 2, 0)


def test_a_complete_book_that_is_not_to_be_fetched_anew_after_all_is_not_unwanted(scanned: Scanning) -> None:
    scanned.engine.execute("UPDATE queue_items SET is_refetch = true")
    scanned.engine.execute("UPDATE audiobooks SET library_path = 'A/B'")
    remove(scanned, "Récit 2")
    assert scanned.scan().unwanted == 0


def test_a_running_book_that_is_removed_stays_removed_while_its_worker_stops(scanned: Scanning) -> None:
    downloads = scanned.engine.at(DOWNLOADS)
    scanned.engine.execute("UPDATE queue_items SET is_ready = true, stage = 'waiting'")
    downloads.worker(threads=3)
    claims = [downloads.start(row_id) for row_id in downloads.admit()]
    assert len(claims) == 3
    remove(scanned, "Récit 2")

    assert counts(scanned.scan()) == (3, 0, 2, 1)
    assert scanned.engine.value("SELECT count(*) FROM queue_items WHERE deleted_at IS NOT NULL") == 1


def waiting_for_locks(scanned: Scanning) -> int:
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    count: int = scanned.engine.value(query)
    return count


def waits_for_a_lock(scanned: Scanning) -> bool:
    return waiting_for_locks(scanned) > 0


class TestAtTheSameMoment:
    def test_a_scan_waits_for_a_removal_that_has_begun(self, scanned: Scanning) -> None:
        number = number_of(scanned, "Récit 2")
        with ThreadPoolExecutor(1) as scraper:
            with scanned.engine.database.unit_of_work() as person:
                control.delete(person, [number])
                person.execute(text("DELETE FROM audiobooks WHERE title = 'Récit 2'"))
                scan = scraper.submit(scanned.scan)
                wait_until(lambda: waits_for_a_lock(scanned), 5, "the scan waits")
            assert counts(scan.result(timeout=10)) == (3, 0, 2, 1)
        assert scanned.titles() == ["Récit 1", "Récit 3"]

    def test_a_removal_waits_for_a_scan_that_holds_the_book(self, scanned: Scanning) -> None:
        number = number_of(scanned, "Récit 2")
        rows = scanned.engine.rows("SELECT source, url, external_id FROM audiobooks")
        refs = [(BookRef(row.source, row.url, row.external_id), "podcasts.example") for row in rows]
        with ThreadPoolExecutor(1) as people:
            with scanned.engine.database.unit_of_work() as scan:
                add_books(scan, refs, are_filed=lambda books: [True] * len(books))
                removal = people.submit(scanned.engine.order, control.delete, [number])
                wait_until(lambda: waits_for_a_lock(scanned), 5, "the removal waits")
            assert removal.result(timeout=10) == 1
        assert counts(scanned.scan()) == (3, 0, 2, 1)
        assert queued(scanned) == ["Récit 1", "Récit 3"]

    def test_a_scan_does_not_fail_over_a_book_that_a_person_asks_for_meanwhile(self, scanned: Scanning) -> None:
        rows = scanned.engine.rows("SELECT source, url, external_id FROM audiobooks WHERE title = 'Récit 2'")
        refs = [(BookRef(row.source, row.url, row.external_id, "Récit 2"), "podcasts.example") for row in rows]
        remove_with_files(scanned, "Récit 2")
        with ThreadPoolExecutor(1) as scraper:
            with scanned.engine.database.unit_of_work() as person:
                add_books(person, refs, are_filed=lambda books: [True] * len(books))
                scan = scraper.submit(scanned.scan)
                wait_until(lambda: waits_for_a_lock(scanned), 5, "the scan waits")
            assert counts(scan.result(timeout=10)) == (3, 0, 2, 1)
        assert queued(scanned) == ["Récit 1", "Récit 2", "Récit 3"]
        assert counts(scanned.scan()) == (3, 0, 3, 0)

    def test_a_scan_and_a_person_who_adds_the_same_books_do_not_wait_for_each_other(self, scanned: Scanning) -> None:
        rows = scanned.engine.rows("SELECT source, url, external_id FROM audiobooks")
        refs = [(BookRef(row.source, row.url, row.external_id), "podcasts.example") for row in rows]
        # To both it is a new one, whereas the others are known.
        scanned.engine.execute("DELETE FROM audiobooks WHERE title = 'Récit 3'")
        with ThreadPoolExecutor(2) as both:
            with scanned.engine.database.unit_of_work() as other:
                other.execute(text("SELECT FROM extractions FOR UPDATE"))
                scan = both.submit(scanned.scan)
                wait_until(lambda: waiting_for_locks(scanned) == 1, 5, "the scan waits")
                person = both.submit(scanned.engine.order, add_books, refs, are_filed=lambda books: [True] * len(books))
                wait_until(lambda: waiting_for_locks(scanned) == 2, 5, "the person waits")
            assert counts(scan.result(timeout=10)) == (3, 1, 2, 0)
            assert len(person.result(timeout=10)) == 3
        assert queued(scanned) == ["Récit 1", "Récit 2", "Récit 3"]


@pytest.mark.full
def test_a_listing_of_ten_thousand_that_were_all_removed_is_left_out_in_one_go(scanned: Scanning) -> None:
    scanned.origin.answer(PATH, rss(*map(item, range(1, 10_001))))
    scanned.scan()
    scanned.engine.order(mark_unwanted, [row.id for row in scanned.engine.rows("SELECT id FROM audiobooks")])
    scanned.engine.execute("DELETE FROM audiobooks")

    assert counts(scanned.scan()) == (10_000, 0, 0, 10_000)
    assert scanned.titles() == []
