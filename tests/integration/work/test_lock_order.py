"""People, scans and workers take rows in one order, so that nobody waits for one another in a circle."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from sqlalchemy import text

from ohdio_core.collection import control
from ohdio_core.collection.add_books import add_books, lock_item
from ohdio_core.collection.add_scan import add_scrape
from ohdio_core.collection.books import save_details
from ohdio_core.db.session import UnitOfWork
from ohdio_core.domain.audiobook import BookDetails, BookRef, Part, Target, TargetKind
from ohdio_core.domain.queue import StopReason
from ohdio_core.work.claim import Claim
from ohdio_core.work.outcome import Done, PutBack
from ohdio_core.work.stages import METADATA, SCRAPING
from ohdio_core.work.sweep import promote
from tests.fixtures.engine import Engine

BOOKS = 30
LISTING = Target(TargetKind.CATEGORY, "books.example", "https://books.example/new", "new")


def refs() -> list[tuple[BookRef, str]]:
    return [
        (BookRef("books.example", f"https://books.example/{n}", str(n), f"Book {n}"), "books.example")
        for n in range(BOOKS)
    ]


def test_deletions_scans_and_descriptions_at_once_never_deadlock(engine: Engine) -> None:
    metadata = engine.at(METADATA)

    def describe(claimed: Claim) -> None:
        details = BookDetails(f"Book {claimed.id}", parts=(Part(0, "a"),))

        def effect(work: UnitOfWork) -> None:
            item = lock_item(work, claimed.id, "books.example")
            work.execute(text("UPDATE queue_items SET is_ready = true WHERE id = :id"), {"id": item})
            save_details(work, {claimed.id: details})

        metadata.finish(claimed, Done(effect))

    for _ in range(6):
        engine.order(add_books, refs(), are_filed=lambda books: [True] * len(books))
        metadata.worker(threads=BOOKS)
        claims = [metadata.start(row_id) for row_id in metadata.admit()]
        items = [row.id for row in engine.rows("SELECT id FROM queue_items")]
        random.shuffle(items)
        steps: list[Callable[[], object]] = [partial(describe, claimed) for claimed in claims]
        half = len(steps) // 2
        steps[half:half] = [
            partial(engine.order, control.delete, items),
            partial(engine.order, control.set_priority, items, 7),
            lambda: engine.order(add_books, refs(), are_filed=lambda books: [True] * len(books)),
        ]
        with ThreadPoolExecutor(12) as pool:
            for ended in [pool.submit(step) for step in steps]:
                ended.result(timeout=30)


def test_a_scan_that_is_added_again_while_it_is_being_cancelled_goes_on(engine: Engine) -> None:
    scraping = engine.at(SCRAPING)
    scraping.worker()
    scan, _ = engine.order(add_scrape, LISTING, "books.example")
    claimed = scraping.admit_and_start()
    engine.order(control.end_scrape, scan)
    assert engine.order(add_scrape, LISTING, "books.example") == (scan, False)
    scraping.finish(claimed, PutBack(StopReason.CANCEL))
    assert scraping.status(scan) == "queued"


def test_what_is_resumed_is_due_at_once(engine: Engine) -> None:
    (item,) = engine.items(1)
    engine.execute(
        "UPDATE queue_items SET status = 'paused', next_attempt_at = now() + interval '9 minutes' WHERE id = :id",
        id=item,
    )
    engine.order(control.resume, [item])
    assert engine.row(item).next_attempt_at is None


HOSTS = 40


def test_two_lists_of_the_same_sites_are_added_at_once(engine: Engine) -> None:
    def listed(start: int) -> list[tuple[BookRef, str]]:
        order = random.sample(range(HOSTS), HOSTS)
        return [
            (BookRef("web", f"https://host-{host}.example/{start + host}", f"{start + host}"), f"host-{host}.example")
            for host in order
        ]

    for turn in range(10):
        lists = [listed(turn * 1000), listed(turn * 1000 + 500)]
        with ThreadPoolExecutor(2) as pool:
            ends = [
                pool.submit(engine.order, add_books, books, are_filed=lambda books: [True] * len(books))
                for books in lists
            ]
            assert [len(end.result(timeout=30)) for end in ends] == [HOSTS, HOSTS]
        # So that each source's first due row has to be noted again.
        engine.execute("UPDATE turns SET ready_priority = NULL")


def test_what_comes_due_and_what_a_person_changes_take_sources_in_one_order(engine: Engine) -> None:
    for host in range(HOSTS):
        engine.items(4, source=f"host-{host}.example")
    items = [row.id for row in engine.rows("SELECT id FROM queue_items ORDER BY random()")]
    late, failed = items[: len(items) // 2], items[len(items) // 2 :]
    for _ in range(10):
        engine.execute(
            "UPDATE queue_items SET status = 'queued', next_attempt_at = now() - random() * interval '1 minute' "
            "WHERE id = ANY(:ids)",
            ids=late,
        )
        engine.execute("UPDATE queue_items SET status = 'failed', error = 'x' WHERE id = ANY(:ids)", ids=failed)
        engine.execute("UPDATE turns SET ready_priority = NULL")
        with ThreadPoolExecutor(2) as pool:
            promoted = pool.submit(engine.order, promote, engine.stage)
            retried = pool.submit(engine.order, control.retry, failed)
            promoted.result(timeout=30)
            retried.result(timeout=30)
        assert engine.value("SELECT count(*) FROM queue_items WHERE status = 'queued'") == len(items)


def test_admission_waits_for_nobody_who_raises_a_priority(engine: Engine) -> None:
    engine.worker(threads=2)
    (low, high) = (*engine.items(1, priority=3), *engine.items(1, priority=7))
    engine.order(control.set_limit, 1)
    assert engine.admit() == [high]  # the source still counts as having something of priority 7
    engine.order(control.set_limit, 2)
    with engine.database.unit_of_work() as person:
        person.execute(text("SELECT FROM queue_items WHERE id = :id FOR UPDATE"), {"id": low})
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(engine.admit).result(timeout=3) == []
        control.set_priority(person, [low], 9)
    assert engine.admit() == [low]
