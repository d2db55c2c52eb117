from __future__ import annotations

import pytest

from ohdio_core.domain.sequence import sequence


@pytest.mark.parametrize(
    ("position", "number"),
    [
        ("3", "3"), ("03", "3"), ("2.50", "2.5"), ("2,5", "2.5"), ("0", "0"), ("Tome 3", "3"), ("1/6", "1"),
        ("1-2", "1"), ("E7", "7"), ("S2E7", "2.07"), ("s02e07", "2.07"), ("S2E3.5", "2.035"),
        ("2x07", "2.07"), ("S1E120", "1.990120"), ("Saison 2, épisode 7", "2.07"),
        ("Season 2 Episode 7", "2.07"), ("IV", "4"), ("Tome II", "2"), ("XXXIX", "39"), ("L'été", None),
        ("DIX", None), ("hors série", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_a_place_in_a_series_is_a_number_or_none(position: str | None, number: str | None) -> None:
    assert sequence(position) == number


def test_episodes_sort_as_they_follow() -> None:
    places = [f"S{season}E{episode}" for season in (1, 2) for episode in (1, 2, 9, 10, 11, 99, 100, 110, 120, 999)]
    numbers = [float(sequence(place) or "") for place in places]
    assert numbers == sorted(set(numbers))
