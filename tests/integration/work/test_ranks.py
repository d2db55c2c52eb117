"""Places that people give to items before all that have none, on a real queue."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import text

from ohdio_core.collection import control
from ohdio_core.collection.add_books import add_books
from ohdio_core.collection.ranks import MOST_MOVED, Step, move, put_first, take_rank_back
from ohdio_core.domain.admission import urgency
from ohdio_core.domain.audiobook import BookRef
from ohdio_core.domain.queue import StopReason
from ohdio_core.sentences import legacy
from ohdio_core.work.outcome import Done, Failed, PutBack
from ohdio_core.work.ready import following
from ohdio_core.work.relay import take_next
from ohdio_core.work.stages import DOWNLOADS, METADATA
from tests.fixtures.engine import Engine


def told(engine: Engine, count: int = MOST_MOVED) -> list[int]:
    with engine.database.statement() as work:
        return following(work, DOWNLOADS, count)


def rank_of(engine: Engine, item: int) -> int | None:
    rank: int | None = engine.row(item).rank
    return rank


def queue_of_many_sites(engine: Engine, chance: random.Random) -> list[int]:
    """Insert items of several sites and priorities, also some that are not due."""
    items = []
    for site in range(chance.randint(2, 4)):
        for _ in range(chance.randint(1, 4)):
            items += engine.items(
                chance.randint(1, 3), source=f"site-{site}.example", priority=chance.choice((3, 5, 9))
            )
        engine.items(2, source=f"site-{site}.example", priority=10, is_ready=False)
    return items


class TestFirst:
    def test_precedes_every_priority_and_site(self, engine: Engine) -> None:
        engine.items(3, source="idle.example", priority=100)
        (wanted,) = engine.items(1, source="busy.example", priority=0)
        engine.worker(threads=3)

        engine.order(put_first, [wanted])

        assert told(engine)[0] == wanted
        engine.order(control.set_limit, 1)
        assert engine.admit() == [wanted]
        assert engine.held() == 1

    def test_the_last_one_that_was_put_first_is_first(self, engine: Engine) -> None:
        a, b, c, d = engine.items(4)
        engine.order(put_first, [c, d])
        engine.order(put_first, [b])

        assert told(engine) == [b, c, d, a]

    def test_is_taken_by_a_run_that_ends(self, engine: Engine) -> None:
        engine.items(2, priority=50)
        (wanted,) = engine.items(1, source="other.example", priority=0)
        engine.order(control.set_limit, 1)
        worker = engine.worker()
        running = engine.admit_and_start()
        engine.order(put_first, [wanted])

        with engine.database.unit_of_work() as work:
            work.execute(
                text(
                    "UPDATE queue_items SET status = 'completed', lease_token = NULL, lease_until = NULL WHERE id = :id"
                ),
                {"id": running.id},
            )
            taken = take_next(work, DOWNLOADS, worker_id=worker.id, timing=engine.timing)

        assert taken is not None
        assert taken.id == wanted

    def test_is_claimed_before_what_was_admitted_earlier(self, engine: Engine) -> None:
        first, second = engine.items(2)
        engine.worker(threads=2)
        engine.admit()
        engine.order(put_first, [second])

        claimed = engine.claim(first)

        assert claimed is not None
        assert claimed.id == second

    def test_has_its_description_read_first(self, engine: Engine) -> None:
        engine.order(
            add_books,
            [(BookRef("s", f"https://a.example/{n}", str(n)), "a.example") for n in range(30)],
            priority=9,
            are_filed=lambda books: [True] * len(books),
        )
        engine.order(
            add_books,
            [(BookRef("s", "https://b.example/1", "b1"), "b.example")],
            are_filed=lambda books: [True] * len(books),
        )
        (last,) = engine.rows("SELECT id, audiobook_id FROM queue_items ORDER BY id DESC LIMIT 1")
        engine.order(put_first, [last.id])
        describing = engine.at(METADATA)
        describing.worker()

        assert describing.admit()[0] == last.audiobook_id

    def test_what_has_ended_is_left_out(self, engine: Engine) -> None:
        failed, waiting = engine.items(2)
        engine.worker()
        engine.order(control.set_limit, 1)
        engine.finish(engine.admit_and_start(), Failed(legacy("The book is gone.")))

        assert engine.order(put_first, [failed, waiting]) == 1
        assert rank_of(engine, failed) is None

    def test_two_at_once_never_get_the_same_rank(self, engine: Engine) -> None:
        items = engine.items(60)

        def put(item: int) -> None:
            engine.order(put_first, [item, item + 1, item + 2])

        with ThreadPoolExecutor(12) as pool:
            for done in [pool.submit(put, item) for item in items[::3]]:
                done.result(timeout=30)

        ranks = [rank_of(engine, item) for item in items]
        assert None not in ranks
        assert len(set(ranks)) == len(items)
        for first in items[::3]:
            assert [rank_of(engine, first + n) for n in (1, 2)] == [(rank_of(engine, first) or 0) + n for n in (1, 2)]


class TestAMove:
    @pytest.mark.parametrize("seed", range(5))
    def test_swaps_two_neighbours_and_leaves_the_rest(self, engine: Engine, seed: int) -> None:
        chance = random.Random(seed)
        items = queue_of_many_sites(engine, chance)
        engine.order(put_first, chance.sample(items, 3))
        for _ in range(12):
            order = told(engine)
            item = chance.choice(order)
            step = chance.choice(tuple(Step))
            place, other = order.index(item), order.index(item) + step
            if 0 <= other < len(order):
                order[place], order[other] = order[other], order[place]

            assert engine.order(move, item, step) is True

            assert told(engine) == order
        ranks = [row.rank for row in engine.rows("SELECT rank FROM queue_items WHERE rank IS NOT NULL")]
        assert len(set(ranks)) == len(ranks)

    def test_leaves_ranks_of_what_is_not_due_alone(self, engine: Engine) -> None:
        first, waiting, second, third = engine.items(4)
        engine.order(put_first, [first, waiting, second])
        engine.execute("UPDATE queue_items SET next_attempt_at = now() + interval '1 h' WHERE id = :id", id=waiting)

        engine.order(move, second, Step.UP)
        engine.execute("UPDATE queue_items SET next_attempt_at = NULL WHERE id = :id", id=waiting)

        assert told(engine) == [second, waiting, first, third]

    def test_is_for_what_starts_next(self, engine: Engine) -> None:
        (paused,) = engine.items(1)
        engine.order(control.pause, [paused])

        assert engine.order(move, paused, Step.UP) is False
        assert rank_of(engine, paused) is None

    def test_and_whatever_else_happens_at_once_never_deadlock(self, engine: Engine) -> None:
        items = engine.items(30)
        engine.worker(threads=8)
        chance = random.Random(4)
        orders: list[Callable[[], object]] = [
            partial(engine.order, move, chance.choice(items), chance.choice(tuple(Step)))
            if n % 3
            else partial(engine.order, put_first, chance.sample(items, 5))
            for n in range(30)
        ]
        others: list[Callable[[], object]] = [
            partial(engine.order, control.set_priority, items, 7),
            partial(engine.order, control.pause, items[:9]),
            partial(engine.order, control.resume, items[:9]),
            partial(engine.order, take_rank_back, items[9:12]),
            engine.admit,
        ]
        with ThreadPoolExecutor(12) as pool:
            for done in [pool.submit(step) for step in (*orders, *others * 3)]:
                done.result(timeout=30)

        ranks = [row.rank for row in engine.rows("SELECT rank FROM queue_items WHERE rank IS NOT NULL")]
        assert len(set(ranks)) == len(ranks)


class TestARank:
    def test_is_the_same_to_the_database_as_to_the_rule(self, engine: Engine) -> None:
        for priority, rank in ((0, None), (100, None), (2**31 - 1, None), (0, 0), (7, -3), (7, 10**9)):
            in_sql = engine.value(
                "SELECT urgency(CAST(:priority AS integer), CAST(:rank AS bigint))", priority=priority, rank=rank
            )
            assert in_sql == urgency(priority, rank)

    def test_is_kept_by_what_is_paused_resumed_or_put_back(self, engine: Engine) -> None:
        (item,) = engine.items(1)
        engine.worker()
        engine.order(put_first, [item])
        rank = rank_of(engine, item)
        engine.finish(engine.admit_and_start(), PutBack(StopReason.LIMIT))
        engine.order(control.pause, [item])
        engine.order(control.resume, [item])

        assert rank_of(engine, item) == rank is not None

    @pytest.mark.parametrize("outcome", [Done(), Failed(legacy("The book is gone."))])
    def test_ends_with_the_item(self, engine: Engine, outcome: Done | Failed) -> None:
        (item,) = engine.items(1)
        engine.worker()
        engine.order(put_first, [item])
        engine.finish(engine.admit_and_start(), outcome)

        assert rank_of(engine, item) is None

    def test_is_taken_back(self, engine: Engine) -> None:
        a, b, c = engine.items(3)
        engine.order(put_first, [c, b])

        assert engine.order(take_rank_back, [c, a]) == 1

        assert told(engine) == [b, a, c]
