"""Series and places in them, in titles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.sources.series_in_title import series_in


@pytest.mark.parametrize(
    "title",
    [
        "Les marées, tome 2",
        "Les marées – Tome 02",
        "Les marées T2",
        "Les marées #2",
        "Les marées. Livre 2",
        "Les marées, volume II",
        "Les marées vol. 2",
        "Les marées - Book 2 - La digue",
        "Les marées, tome 2 : La digue",
        "La digue (Les marées #2)",
        "La digue (Les marées, Book 2)",
        "La digue [Les marées, tome 2]",
    ],
)
def test_are_read_in_every_form(title: str) -> None:
    assert series_in(title) == ("Les marées", "2")


@pytest.mark.parametrize(
    "title", ["Le phare", "Tome 2", "L'été 1984", "Le livre 3", "La tomette 3", "C'est le #1", "Chapitre 3", "#1", ""]
)
def test_other_numbers_are_none(title: str) -> None:
    assert series_in(title) is None


@given(st.text(alphabet="Ltome #2().,:-IV ", max_size=310))
def test_any_text_has_one_or_none(title: str) -> None:
    found = series_in(title)
    assert found is None or all(found)
