from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.domain.admission import Candidate, Slot, TakeBack, choose, take_back, urgency

NOON = datetime(2031, 5, 4, 12, tzinfo=UTC)


def candidate(row_id: int, site: str = "a", priority: int = 5) -> Candidate:
    return Candidate(row_id, site, priority)


def slot(row_id: int, *, priority: int = 5, is_running: bool = True, is_stopping: bool = False) -> Slot:
    return Slot(row_id, "a", priority, is_running, is_stopping)


ANY_PRIORITY = st.integers(0, 4)


@st.composite
def rows_of_sites(draw: st.DrawFn, priorities: st.SearchStrategy[int] = ANY_PRIORITY) -> list[Candidate]:
    drawn = draw(st.lists(st.tuples(st.sampled_from("abcd"), priorities), max_size=15))
    return [Candidate(row_id, site, priority) for row_id, (site, priority) in enumerate(drawn, start=1)]


class TestChoose:
    def test_takes_no_more_than_is_free(self) -> None:
        assert choose([candidate(1), candidate(2)], free=1, held_by_site={}, served_at={}) == [1]

    def test_takes_nothing_when_nothing_is_free(self) -> None:
        assert choose([candidate(1)], free=0, held_by_site={}, served_at={}) == []

    def test_priority_comes_before_everything_else(self) -> None:
        chosen = choose(
            [candidate(1, "idle", 5), candidate(2, "busy", 6)],
            free=2,
            held_by_site={"busy": 9},
            served_at={"busy": NOON},
        )

        assert chosen == [2, 1]

    def test_then_the_site_that_holds_the_fewest_slots(self) -> None:
        chosen = choose(
            [candidate(1, "two"), candidate(2, "one"), candidate(3, "none")],
            free=3,
            held_by_site={"two": 2, "one": 1},
            served_at={"none": NOON},
        )

        assert chosen == [3, 2, 1]

    def test_then_the_site_that_was_served_least_recently(self) -> None:
        chosen = choose(
            [candidate(1, "just now"), candidate(2, "long ago"), candidate(3, "never")],
            free=3,
            held_by_site={},
            served_at={"just now": NOON, "long ago": NOON - timedelta(days=1), "never": None},
        )

        assert chosen == [3, 2, 1]

    def test_then_the_oldest_row(self) -> None:
        chosen = choose(
            [candidate(9, "b"), candidate(7, "c"), candidate(8, "a")], free=3, held_by_site={}, served_at={}
        )

        assert chosen == [7, 8, 9]

    def test_a_slot_given_now_counts_for_the_next_choice(self) -> None:
        rows = [candidate(1, "a"), candidate(2, "a"), candidate(3, "a"), candidate(4, "b"), candidate(5, "b")]

        assert choose(rows, free=5, held_by_site={}, served_at={}) == [1, 4, 2, 5, 3]

    def test_within_a_site_priority_and_then_age_decide_whatever_the_order_of_arrival(self) -> None:
        rows = [candidate(3), candidate(1), candidate(9, priority=8), candidate(2)]

        assert choose(rows, free=4, held_by_site={}, served_at={}) == [9, 1, 2, 3]

    def test_a_site_gets_no_more_than_it_may_hold(self) -> None:
        rows = [candidate(n, "paced") for n in range(1, 6)] + [candidate(n, "free") for n in range(6, 9)]

        chosen = choose(rows, free=8, held_by_site={"paced": 1}, served_at={}, most_per_site={"paced": 2})

        assert sorted(chosen) == [1, 6, 7, 8]

    @given(data=st.data())
    def test_nobody_who_was_left_out_is_before_one_who_was_chosen(self, data: st.DataObject) -> None:
        rows = data.draw(rows_of_sites())
        free = data.draw(st.integers(0, 12))
        held = data.draw(st.dictionaries(st.sampled_from("abcd"), st.integers(0, 4)))
        most = data.draw(st.none() | st.dictionaries(st.sampled_from("abcd"), st.integers(0, 4)))

        chosen = choose(rows, free=free, held_by_site=held, served_at={}, most_per_site=most)

        by_id = {row.id: row for row in rows}
        assert len(chosen) == len(set(chosen)) <= free
        given_now = Counter(by_id[row_id].site for row_id in chosen)
        assert all(
            most is None or site not in most or count + held.get(site, 0) <= most[site]
            for site, count in given_now.items()
        )
        left_out = [
            row
            for row in rows
            if row.id not in chosen
            and (most is None or held.get(row.site, 0) + given_now[row.site] < most.get(row.site, 99))
        ]
        assert not left_out or len(chosen) == free
        assert all(by_id[row_id].urgency >= other.urgency for row_id in chosen for other in left_out)
        assert [by_id[row_id].urgency for row_id in chosen] == sorted(
            (by_id[row_id].urgency for row_id in chosen), reverse=True
        )

    @given(rows=rows_of_sites(priorities=st.just(5)), free=st.integers(0, 12))
    def test_among_equals_no_site_gets_two_more_than_one_that_still_waits(
        self, rows: list[Candidate], free: int
    ) -> None:
        chosen = set(choose(rows, free=free, held_by_site={}, served_at={}))

        got = Counter(row.site for row in rows if row.id in chosen)
        waiting = {row.site for row in rows if row.id not in chosen}
        assert all(count - got[site] <= 1 for count in got.values() for site in waiting)

    @given(rows=rows_of_sites(), free=st.integers(0, 12), randomness=st.randoms())
    def test_the_order_of_arrival_changes_nothing(
        self, rows: list[Candidate], free: int, randomness: random.Random
    ) -> None:
        shuffled = sorted(rows, key=lambda _: randomness.random())

        assert choose(shuffled, free=free, held_by_site={}, served_at={}) == choose(
            rows, free=free, held_by_site={}, served_at={}
        )


ANY_RANK = st.integers(-(10**6), 10**6)


class TestUrgency:
    @given(priority=st.integers(0, 2**31 - 1), rank=ANY_RANK, other=st.integers(0, 2**31 - 1))
    def test_a_row_with_a_rank_precedes_any_without(self, priority: int, rank: int, other: int) -> None:
        assert urgency(priority, rank) > urgency(other, None)

    @given(ranks=st.lists(ANY_RANK), priorities=st.lists(st.integers(0, 100), min_size=1))
    def test_the_lowest_rank_is_first_whatever_the_priorities(self, ranks: list[int], priorities: list[int]) -> None:
        by_urgency = sorted(
            ranks, key=lambda rank: urgency(priorities[rank % len(priorities)], rank), reverse=True
        )  # fmt: skip
        assert by_urgency == sorted(ranks)

    @given(
        ranked=st.sets(st.integers(1, 40)), sites=st.lists(st.sampled_from("abc"), min_size=1), free=st.integers(1, 45)
    )
    def test_ranked_rows_start_in_their_order_whatever_their_sites(
        self, ranked: set[int], sites: list[str], free: int
    ) -> None:
        """Rows without a rank are of a site that was never served, and have the highest priority."""
        ranks = dict(zip(sorted(ranked), range(len(ranked), 0, -1), strict=True))
        rows = [
            Candidate(row, sites[row % len(sites)], urgency(1, ranks[row]))
            if row in ranked
            else Candidate(row, "never", urgency(100, None))
            for row in range(1, 41)
        ]

        chosen = choose(rows, free=free, held_by_site=dict.fromkeys("abc", 9), served_at=dict.fromkeys("abc", NOON))

        assert chosen[: len(ranked)] == sorted(ranked, key=ranks.__getitem__)[:free]


class TestTakeBack:
    def test_nothing_gives_way_within_the_limit(self) -> None:
        assert take_back([slot(1), slot(2, is_running=False)], limit=2, is_paused=False) == TakeBack()

    def test_what_has_not_started_gives_way_first(self) -> None:
        slots = [slot(1), slot(2), slot(3, is_running=False, priority=9)]

        assert take_back(slots, limit=2, is_paused=False) == TakeBack(to_waiting=(3,))

    def test_then_what_runs_is_asked_to_stop(self) -> None:
        slots = [slot(1), slot(2), slot(3), slot(4, is_running=False)]

        assert take_back(slots, limit=1, is_paused=False) == TakeBack(to_waiting=(4,), to_stop=(3, 2))

    def test_the_lowest_priority_gives_way_first_and_then_the_youngest(self) -> None:
        slots = [slot(1, priority=2), slot(2), slot(3), slot(4, priority=9)]

        assert take_back(slots, limit=2, is_paused=False) == TakeBack(to_stop=(1, 3))

    def test_one_that_is_stopping_already_counts_as_going(self) -> None:
        slots = [slot(1), slot(2), slot(3, is_stopping=True)]

        assert take_back(slots, limit=2, is_paused=False) == TakeBack()

    def test_a_pause_takes_back_only_what_has_not_started(self) -> None:
        slots = [slot(1), slot(2, is_running=False), slot(3, is_running=False)]

        assert take_back(slots, limit=9, is_paused=True) == TakeBack(to_waiting=(3, 2))

    @given(
        slots=st.lists(
            st.builds(
                slot,
                st.integers(1, 10_000),
                priority=st.integers(0, 3),
                is_running=st.booleans(),
                is_stopping=st.booleans(),
            ),
            unique_by=lambda s: s.id,
            max_size=12,
        ),
        limit=st.integers(1, 12),
    )
    def test_what_stays_fits_the_limit_and_no_more_goes_than_must(self, slots: list[Slot], limit: int) -> None:
        back = take_back(slots, limit=limit, is_paused=False)

        going = {*back.to_waiting, *back.to_stop} | {s.id for s in slots if s.is_running and s.is_stopping}
        staying = [s for s in slots if s.id not in going]
        assert len(staying) <= limit
        assert not back.to_stop or len([s for s in staying if s.is_running]) == limit
        assert len(back.to_waiting) == min(max(0, len(slots) - limit), len([s for s in slots if not s.is_running]))
