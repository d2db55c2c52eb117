from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.sources.librivox.names import distinct, person_name
from tests.fixtures.effort import seconds_of_work


@pytest.mark.parametrize(
    "years",
    ["(1799 - 1850)", "(d. 2015)", "(1850-1920)", "(1850 – )", "( - )", "(70 BCE - 19 BCE)", "(c. 1340 - 1400)", "(?)"],
)
def test_years_are_not_part_of_a_name(years: str) -> None:
    assert person_name(f"Odile  VACHON {years}") == "Odile VACHON"


@pytest.mark.parametrize("name", ["Odile Vachon (Montréal)", "Paul (2)", "(Anonymous)", "Vachon (1850", "1850", ""])
def test_anything_else_is(name: str) -> None:
    assert person_name(name) == name


def test_names_are_given_once() -> None:
    assert distinct(["Zoé", "", "Paul", "Zoé"]) == ("Zoé", "Paul")


@given(st.text())
def test_any_text_gives_a_name(text: str) -> None:
    person_name(text)


@pytest.mark.fuzz
@pytest.mark.parametrize("piece", ["1", "(", "( ", "(1850 ", " ", ")", "d."])
def test_a_megabyte_takes_no_time(piece: str) -> None:
    text = "(" + piece * (1_000_000 // len(piece))
    assert seconds_of_work(lambda: person_name(text), enough=3) < 3
