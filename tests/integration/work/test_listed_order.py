"""What a listing orders is numbered, described and downloaded in that order, whoever adds it and however often."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from ohdio_core.collection import control
from ohdio_core.collection.add_books import add_books
from ohdio_core.domain.audiobook import BookRef
from ohdio_core.errors import TransientError
from ohdio_core.sentences import legacy
from ohdio_core.work.outcome import Done, outcome_of
from ohdio_core.work.relay import take_next
from ohdio_core.work.stages import METADATA
from tests.fixtures.engine import Engine

HOST = "tales.example"

#: In no order that a database, or the hash of a link, would come to by itself.
NAMES = ["moon", "anchor", "zebra", "brook", "yarn", "candle", "willow", "drum", "velvet"]


def listed(names: list[str]) -> list[tuple[BookRef, str]]:
    return [(BookRef("rss", f"https://{HOST}/feed#item={name}", name, name), HOST) for name in names]


def add(engine: Engine, names: list[str]) -> None:
    engine.order(add_books, listed(names), are_filed=lambda books: [True] * len(books))


def titles_by(engine: Engine, order: str) -> list[str]:
    rows = engine.rows(
        "SELECT title FROM audiobooks AS book JOIN queue_items AS item ON item.audiobook_id = book.id "
        f"JOIN extractions AS reading ON reading.id = book.id ORDER BY {order}"
    )
    return [row.title for row in rows]


def ready(engine: Engine, item: int) -> None:
    engine.execute("UPDATE queue_items SET is_ready = true, stage = 'waiting' WHERE id = :id", id=item)


class TestNumbering:
    def test_books_items_and_descriptions_follow_the_listing(self, engine: Engine) -> None:
        add(engine, NAMES)

        assert titles_by(engine, "item.id") == NAMES
        assert titles_by(engine, "reading.id") == NAMES

    def test_a_later_page_comes_after_an_earlier_one(self, engine: Engine) -> None:
        add(engine, NAMES[:4])
        add(engine, NAMES[3:])

        assert titles_by(engine, "item.id") == NAMES

    def test_books_that_were_removed_come_back_in_the_order_of_the_listing_now(self, engine: Engine) -> None:
        add(engine, NAMES)
        engine.order(control.delete, [row.id for row in engine.rows("SELECT id FROM queue_items")])
        today = random.Random(5).sample(NAMES, len(NAMES))

        add(engine, today)

        assert titles_by(engine, "item.id") == today

    def test_twenty_who_add_the_same_links_in_orders_of_their_own_agree_on_one(self, engine: Engine) -> None:
        orders = [random.Random(seed).sample(NAMES, len(NAMES)) for seed in range(20)]

        with ThreadPoolExecutor(20) as pool:
            for ended in [pool.submit(add, engine, names) for names in orders]:
                ended.result(timeout=30)

        assert titles_by(engine, "item.id") in orders


class TestDownloading:
    """Several threads describe, so a later book may be described before an earlier one."""

    def test_an_earlier_book_that_is_being_described_starts_first(self, engine: Engine) -> None:
        first, second, other = self._first_is_being_described(engine)

        assert engine.admit() == [other]  # no other source waits for it

        ready(engine, first)
        assert engine.admit() == [first, second]

    def test_a_slot_that_is_passed_on_waits_as_well(self, engine: Engine) -> None:
        first, second, other = self._first_is_being_described(engine)
        others = [other, *engine.items(5)]
        worker = engine.worker()
        engine.order(control.set_limit, 1)

        def follow() -> int | None:
            with engine.database.unit_of_work() as work:
                taken = take_next(work, engine.stage, worker_id=worker.id, timing=engine.timing)
            if taken is None:
                return None
            engine.finish(taken, Done())
            return taken.id

        assert [follow(), follow()] == others[:2]
        ready(engine, first)
        assert [follow(), follow(), follow()] == [first, others[2], second]

    def test_nothing_waits_long_for_a_description_that_takes_its_time(self, engine: Engine) -> None:
        _, second, other = self._first_is_being_described(engine)

        engine.pass_time(timedelta(seconds=6))
        engine.worker(threads=3)

        assert set(engine.admit()) == {second, other}

    def test_nothing_waits_for_a_description_that_is_to_be_tried_again(self, engine: Engine) -> None:
        first, second, other = self._first_is_being_described(engine)
        reading = engine.at(METADATA)
        claimed = reading.start(engine.row(first).audiobook_id)

        reading.finish(claimed, outcome_of(TransientError(legacy("The site stumbled."))))

        assert engine.bus.wakes >= {"downloads"}
        assert set(engine.admit()) == {second, other}

    def test_a_more_urgent_book_waits_for_none_that_is_less_so(self, engine: Engine) -> None:
        _, second, other = self._first_is_being_described(engine)

        engine.order(control.set_priority, [second], 8)

        assert engine.admit() == [second, other]

    def _first_is_being_described(self, engine: Engine) -> tuple[int, int, int]:
        """Add two books of a listing, of which only the second is described, and one of elsewhere that is due."""
        reading = engine.at(METADATA)
        reading.worker(threads=1)
        add(engine, NAMES[:2])
        first, second = (row.id for row in engine.rows("SELECT id FROM queue_items ORDER BY id"))
        reading.admit()
        ready(engine, second)
        engine.execute(
            "UPDATE extractions SET status = 'completed', admitted_at = NULL FROM queue_items AS item "
            "WHERE item.id = :id AND extractions.id = item.audiobook_id",
            id=second,
        )
        (other,) = engine.items(1)
        engine.worker(threads=3)
        return first, second, other
