"""What the form of a preview says of a link, as the API takes it."""

from __future__ import annotations

from ohdio_api.web.add.wanted import read_wanted
from ohdio_core.schemas.filters import FilterOrder


def test_its_filters_are_those_of_a_follow_and_how_many_of_the_newest() -> None:
    typed = {"title": "phare, mer", "not_author": "Zoé", "language": "French; de", "least": "1,5", "newest": "3"}
    assert read_wanted(typed).order() == FilterOrder(
        title_include=["phare", "mer"],
        author_exclude=["Zoé"],
        languages=["fr", "de"],
        min_duration_seconds=90,
        newest=3,
    )


def test_what_is_too_long_or_cannot_be_in_an_address_is_as_if_nothing_was_entered() -> None:
    assert read_wanted({"title": "x" * 501, "author": "a\0b"}).order() == FilterOrder()
