"""Names in the order in which people look for them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.domain.natural_order import natural_order


def test_numbers_are_sorted_by_their_value() -> None:
    names = ["Part 10", "part 9", "Part 1", "Épilogue", "2. Two"]
    assert sorted(names, key=natural_order) == ["2. Two", "Part 1", "part 9", "Part 10", "Épilogue"]


@given(st.lists(st.text(alphabet="0123456789²٣aZé. "), max_size=5))
def test_any_names_can_be_sorted(names: list[str]) -> None:
    assert len(sorted(names, key=natural_order)) == len(names)
