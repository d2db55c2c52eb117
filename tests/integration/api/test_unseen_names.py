"""What is called something is called by something that can be seen: names of characters without a width are blanks."""

from __future__ import annotations

import re

import pytest

from ohdio_core.domain.sought import unless_blank
from ohdio_core.schemas.body import UNSEEN, VISIBLE
from tests.fixtures.api import Api
from tests.integration.web.test_library import filed

_UNSEEN_NAMES = ["\u200b", "\u200b \u2060", "\ufeff", "\u00ad\u00ad", "\u3164", "\u2800", "\ufe0f"]


@pytest.mark.parametrize("name", _UNSEEN_NAMES, ids=ascii)
def test_are_refused_as_blanks_wherever_something_is_called(api: Api, name: str) -> None:
    (book,) = filed(api, "The Lamp")
    wanted = {"urls": ["https://stories.example/tales"], "filters": {"title_include": [name]}}
    answers = [
        api.http.patch(f"/audiobooks/{book}", json={"revision": 0, "title": name}),
        api.http.patch(f"/audiobooks/{book}", json={"revision": 0, "authors": ["Odile", name]}),
        api.http.patch(f"/audiobooks/{book}", json={"revision": 0, "series": name}),
        api.http.post("/listeners", json={"name": name}),
        api.http.post("/accounts", json={"name": name, "password": "a long password", "role": "manager"}),
        api.http.post("/submissions", json=wanted),
    ]
    for answer in answers:
        assert answer.status_code == 422, answer.request.url
        assert [each["message"] for each in answer.json()["errors"]] == ["A text that is not blank is expected."]


def test_every_character_that_is_left_out_is_a_blank_by_itself() -> None:
    unseen = re.compile(f"[{UNSEEN}]")
    left_out = [chr(number) for number in range(0x10000) if unseen.match(chr(number))]
    assert len(left_out) >= 60
    assert [each for each in left_out if unless_blank(each) is not None] == []


@pytest.mark.parametrize(
    "name", ["\u200bOdile", "\U0001f469\u200d\U0001f680", "\u2764\ufe0f", "می\u200cخواهم"], ids=ascii
)
def test_beside_what_is_seen_they_belong_to_a_name(api: Api, name: str) -> None:
    assert re.match(VISIBLE, name)
    assert api.http.post("/listeners", json={"name": name}).status_code == 201
