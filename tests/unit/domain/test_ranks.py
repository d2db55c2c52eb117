from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.domain.ranks import ranks_before_all, ranks_in_order

ANY_RANK = st.integers(-50, 50)


class TestBeforeAll:
    def test_the_first_ranks_of_all_are_below_nothing(self) -> None:
        assert list(ranks_before_all(2, None)) == [-2, -1]

    @given(count=st.integers(0, 20), taken=st.sets(ANY_RANK, min_size=1))
    def test_precede_what_there_is_in_their_own_order(self, count: int, taken: set[int]) -> None:
        ranks = list(ranks_before_all(count, min(taken)))

        assert len(ranks) == count
        assert sorted({*ranks, *taken}) == [*ranks, *sorted(taken)]


class TestInOrder:
    def test_a_swap_of_two_swaps_their_ranks_alone(self) -> None:
        assert ranks_in_order([3, 9, 7], highest=12) == [3, 7, 9]

    def test_what_has_none_comes_after_all_that_have_one(self) -> None:
        assert ranks_in_order([3, None, None], highest=12) == [3, 13, 14]

    @given(data=st.data(), others=st.sets(st.integers(51, 99)))
    def test_are_rising_and_nobody_elses(self, data: st.DataObject, others: set[int]) -> None:
        own = data.draw(st.lists(st.none() | ANY_RANK, unique_by=lambda rank: rank if rank is not None else object()))
        highest = max((*others, *(rank for rank in own if rank is not None)), default=None)

        ranks = ranks_in_order(own, highest)

        assert len(ranks) == len(own)
        assert ranks == sorted(set(ranks))
        assert not set(ranks) & others
        assert {rank for rank in own if rank is not None} <= set(ranks)
