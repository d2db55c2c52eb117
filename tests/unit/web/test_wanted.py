"""What the form of a preview says of a link, as the API takes it."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from starlette.datastructures import FormData

from ohdio_api.web.add.wanted import read_wanted, wrong_wish
from ohdio_api.web.follows.choices import wrong_choice
from ohdio_api.web.follows.new_follow import wishes_typed
from ohdio_api.web.forms import FormFields
from ohdio_api.web.words import words
from ohdio_core.schemas.filters import MOST_NEWEST, FilterOrder
from ohdio_core.schemas.follows import NewFollowOrder


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


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "How many of the newest is a whole number, from 1 to 1,000."),
        ("fr", "Le nombre des plus récents est un entier, de 1 à 1\u202f000."),
    ],
)
def test_so_many_of_the_newest_are_refused_alike_by_each_form(language: str, said: str) -> None:
    beyond = str(MOST_NEWEST + 1)
    with pytest.raises(ValidationError) as of_preview:
        read_wanted({"newest": beyond}).order()
    typed = FormFields(FormData([("url", "https://stories.example/"), ("take", "newest"), ("newest", beyond)]))
    with pytest.raises(ValidationError) as of_follow:
        NewFollowOrder.model_validate(wishes_typed(typed) | {"url": typed("url")})
    spoken = words(language)
    assert wrong_wish(of_preview.value, spoken) == wrong_choice(typed, of_follow.value, spoken) == said
