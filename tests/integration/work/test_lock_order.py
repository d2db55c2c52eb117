"""People, scans and workers take rows in one order, so that nobody waits for one another in a circle."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from sqlalchemy import text

from ohdio_core.db.books import save_details
from ohdio_core.db.intake import add_books, add_scrape, hold_item
from ohdio_core.db.session import UnitOfWork
from ohdio_core.domain.audiobook import BookDetails, BookRef, Part, Target, TargetKind
from ohdio_core.domain.queue import StopReason
from ohdio_core.work import control
from ohdio_core.work.claim import Claim
from ohdio_core.work.outcome import Done, PutBack
from ohdio_core.work.stages import METADATA, SCRAPING
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
            item = hold_item(work, claimed.id, "books.example")
            work.execute(text("UPDATE queue_items SET is_ready = true WHERE id = :id"), {"id": item})
            save_details(work, claimed.id, details)

        metadata.finish(claimed, Done(effect))

    for _ in range(6):
        engine.order(add_books, refs(), is_filed=lambda _: True)
        metadata.worker(threads=BOOKS)
        claims = [metadata.start(row_id) for row_id in metadata.admit()]
        items = [row.id for row in engine.rows("SELECT id FROM queue_items")]
        random.shuffle(items)
        steps: list[Callable[[], object]] = [partial(describe, claimed) for claimed in claims]
        half = len(steps) // 2
        steps[half:half] = [
            partial(engine.order, control.delete, items),
            partial(engine.order, control.set_priority, items, 7),
            lambda: engine.order(add_books, refs(), is_filed=lambda _: True),
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
