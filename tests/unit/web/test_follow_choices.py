"""What a form says of a follow, as the API takes it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError
from starlette.datastructures import FormData

from ohdio_api.web.follows.choices import FollowChoices, change_typed, order_typed, wrong_choice
from ohdio_api.web.follows.new_follow import wishes_typed
from ohdio_api.web.forms import FormFields
from ohdio_api.web.typed_text import seconds_typed
from ohdio_api.web.words import words
from ohdio_core.schemas.filters import BookFilterOrder
from ohdio_core.schemas.follows import FollowChange, FollowStatus, FollowView, NewFollowOrder


def form(**fields: str) -> FormFields:
    return FormFields(FormData(list(fields.items())))


def follow(**wanted: Any) -> FollowView:
    rest = {name: None for name, field in FollowView.model_fields.items() if field.is_required()}
    known = {"take": "new", "status": FollowStatus.WAITING, "priority": 5}
    return FollowView.model_construct(**{**rest, **known, **wanted})


def test_a_form_is_a_new_follow_in_the_words_of_the_api() -> None:
    typed = form(
        title="phare, mer", not_author="Zoé", language="French;de", least="1,5", most_per_check="5",
        most_gigabytes="0.5", check_every_hours="12", priority="70", as_show="no", speed="300", keep_days="",
    )  # fmt: skip
    assert order_typed(typed) == {
        "filters": {
            "title_include": ["phare", "mer"],
            "title_exclude": [],
            "author_include": [],
            "author_exclude": ["Zoé"],
            "languages": ["fr", "de"],
            "min_duration_seconds": 90,
            "max_duration_seconds": None,
        },
        "keep_days": None,
        "most_per_check": 5,
        "most_gigabytes": 0.5,
        "check_every_hours": 12,
        "priority": 70,
        "as_show": False,
        "speed_limit_kb": 300,
    }


def test_what_a_form_does_not_ask_is_not_said() -> None:
    assert order_typed(form(url="https://stories.example/feed.xml")) == {}


def test_what_was_left_as_it_is_shown_is_not_changed() -> None:
    odd = BookFilterOrder.model_construct(title_include=["mer, et vent"], min_duration_seconds=100)
    now = follow(filters=odd, most_gigabytes=1.23456789, priority=70, as_show=True, keep_newest=3)
    shown = FollowChoices.of(now)
    assert (shown.filters.title, shown.filters.least, shown.priority, shown.as_show) == (
        "mer, et vent",
        "1.666667",
        "70",
        "yes",
    )
    assert change_typed(form(**shown.texts()), now) == {}
    changed = form(**{**shown.texts(), "keep_newest": "", "priority": "", "check_every_hours": "2,5"})
    assert change_typed(changed, now) == {"keep_newest": None, "priority": 5, "check_every_hours": 2.5}


def test_one_filter_changes_and_the_others_stay_what_they_are() -> None:
    odd = BookFilterOrder(title_include=["Tom, Dick and Harry"], languages=["fr-CA"], min_duration_seconds=50)
    now = follow(filters=odd)
    shown = FollowChoices.of(now).texts()
    assert change_typed(form(**{**shown, "most": "90"}), now) == {
        "filters": odd.model_dump() | {"max_duration_seconds": 5400}
    }
    emptied = change_typed(form(**{**shown, "title": "", "language": "de"}), now)
    assert emptied == {"filters": odd.model_dump() | {"title_include": [], "languages": ["de"]}}
    assert seconds_typed(shown["least"]) == 50
    assert change_typed(form(**{**shown, "least": ""}), now)["filters"]["min_duration_seconds"] is None


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("keep_newest", "many", "How much of it is kept is a whole number"),
        ("most_per_check", "0", "How many at a time is a whole number"),
        ("most_per_check", "5000", "How many at a time is a whole number"),
        ("most_gigabytes", "nan", "How much in all is a number of GB"),
        ("check_every_hours", "0.5", "How often it is checked is a number of hours"),
        ("priority", "101", "The priority is a whole number"),
        ("speed", "-3", "A number of kilobytes a second is expected"),
        ("most_gigabytes", "1_000", "How much in all is a number of GB"),
        ("most_gigabytes", "1e3", "How much in all is a number of GB"),
        ("language", "fr, Klingonese", "No language called Klingonese is known"),
        ("least", "long", "How long a book may be is a number of minutes"),
        ("most", "-1", "How long a book may be is a number of minutes"),
        ("as_show", "maybe", "Folders: "),
        ("book_form", "vinyl", "Files: "),
        ("title", "x" * 201, "Title contains: At most 200 characters are expected."),
        ("not_author", "x" * 201, "Author leaves out: At most 200 characters are expected."),
    ],
    ids=[
        "keep",
        "none a time",
        "many a time",
        "size",
        "hours",
        "priority",
        "speed",
        "size of programs",
        "power",
        "language",
        "length",
        "negative length",
        "show",
        "form",
        "word",
        "author",
    ],
)
def test_what_cannot_be_is_said_by_its_field(name: str, text: str, said: str) -> None:
    typed = form(**{name: text})
    with pytest.raises(ValidationError) as refused:
        FollowChange.model_validate(order_typed(typed))
    assert said in wrong_choice(typed, refused.value, words("en"))


def test_lengths_of_which_nothing_is_left_are_said() -> None:
    typed = form(least="90", most="30")
    with pytest.raises(ValidationError) as refused:
        FollowChange.model_validate(order_typed(typed))
    assert "The shortest cannot be longer than the longest." in wrong_choice(typed, refused.value, words("en"))


@pytest.mark.parametrize(
    ("of", "value", "said"),
    [("take", "some", "What of it is added: "), ("held_against", {"path": ""}, "Compare first with a folder: ")],
    ids=["take", "folder"],
)
def test_what_cannot_be_of_a_new_follow_is_said_by_its_label(of: str, value: object, said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        NewFollowOrder.model_validate({"url": "https://stories.example/feed.xml", of: value})
    assert said in wrong_choice(form(), refused.value, words("en"))


@pytest.mark.parametrize(
    ("fields", "taken"),
    [
        ({}, "new"),
        ({"take": "everything", "newest": "3", "from_day": "2026-01-31"}, "everything"),
        ({"take": "newest", "newest": "3", "from_day": "2026-01-31"}, 3),
        ({"take": "from", "newest": "3", "from_day": "2026-01-31"}, date(2026, 1, 31)),
    ],
    ids=["nothing", "everything", "newest", "day"],
)
def test_what_was_there_before_is_taken_as_one_of_the_fields_says(fields: dict[str, str], taken: object) -> None:
    typed = {**wishes_typed(form(**fields)), "url": "https://stories.example/feed.xml"}
    assert NewFollowOrder.model_validate(typed).take == taken


@pytest.mark.parametrize("day", ["", "tomorrow", "2026-02-30"], ids=["none", "word", "no such day"])
def test_a_day_that_is_none_is_said(day: str) -> None:
    typed = form(take="from", from_day=day)
    with pytest.raises(ValidationError) as refused:
        NewFollowOrder.model_validate({**wishes_typed(typed), "url": "https://stories.example/feed.xml"})
    assert "Enter a day of the calendar" in wrong_choice(typed, refused.value, words("en"))


@pytest.mark.parametrize("name", ["français", "Francais", "French", "fr", "fre"])
def test_a_language_is_known_by_its_name_in_that_of_the_reader(name: str) -> None:
    typed = order_typed(form(language=f"{name}, allemand, anglais britannique"))
    assert typed["filters"]["languages"] == ["fr", "de", "en-GB"]
