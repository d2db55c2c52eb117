"""Keeping what is not whole, over the API, the pages and the command."""

from __future__ import annotations

import pytest

from ohdio_core.sentences import Sentence, sentence
from tests.fixtures.api import Api
from tests.integration.command.running import ohdio
from tests.integration.web.test_home import notices, send, visit
from tests.integration.web.test_needs import CUT, fail

SHORT = sentence(
    "sound.shorter_than_promised",
    "The file is cut: it has {duration} of sound where the site promises {promised}.",
    duration="0:58:00",
    promised="1:01:00",
)


def given_up(said: Sentence) -> Sentence:
    return sentence(
        "file.damaged_for_good", "{damage} It came {times}, {how}.", damage=said, times="twice", how="whole"
    )


@pytest.fixture
def items(api: Api) -> list[int]:
    """Three that failed, of which the second never came."""
    found = api.engine.titled("La mer", "Le phare", "Le talus")
    for item, said in zip(found, (SHORT, CUT, given_up(SHORT)), strict=True):
        fail(api, item, said)
    return found


def kept(api: Api) -> list[bool]:
    return [row.is_kept_anyway for row in api.engine.rows("SELECT is_kept_anyway FROM queue_items ORDER BY id")]


def test_one_is_kept_and_what_never_came_is_refused(api: Api, items: list[int]) -> None:
    assert [api.item(item)["can_be_kept"] for item in items] == [True, False, True]
    assert api.http.post(f"/queue/items/{items[0]}/keep").json()["status"] == "queued"
    refused = api.http.post(f"/queue/items/{items[1]}/keep")
    assert refused.status_code == 409
    assert refused.json()["detail"].startswith("Only what came shorter")
    assert kept(api) == [True, False, False]
    assert [act["act"] for act in api.get("/history")["items"]] == ["kept_anyway"]


def test_all_that_match_are_kept(api: Api, items: list[int]) -> None:
    assert len(items) == 3
    body = {"filter": {"status": "failed", "q": "la mer"}}
    assert api.http.post("/queue/items/keep", json=body).json() == {"changed": 1}
    assert api.http.post("/queue/items/keep", json={"filter": {"status": "failed"}}).json() == {"changed": 1}
    assert kept(api) == [True, False, True]


def test_pages_offer_it_for_one_and_for_all_of_a_cause(api: Api, items: list[int]) -> None:
    page = visit(api, "/?status=failed")
    assert "Keep 1 anyway: Damaged at its site" in page.texts(".need button")
    assert len(page.all(f'form[action="/queue/{items[0]}/keep"]')) == 1
    assert page.all(f'form[action="/queue/{items[1]}/keep"]') == []
    assert notices(send(api, "/failures/damaged/keep")) == ["1 book is kept as it comes."]
    send(api, f"/queue/{items[2]}/keep")
    assert kept(api) == [True, False, True]


def test_the_command_keeps_what_is_named_or_all(api: Api, items: list[int]) -> None:
    assert "Nothing is kept" in ohdio(api, "keep", code=2).stderr
    assert ohdio(api, "keep", "mer").stdout.splitlines()[0] == "Kept as it comes: 1 book."
    assert f"{items[1]}: Only what came shorter" in ohdio(api, "keep", "phare", code=1).stderr
    assert ohdio(api, "keep", "--yes").stdout.splitlines()[0] == "Kept as it comes: 1 book."
    assert ohdio(api, "keep").stdout == "Nothing that failed can be kept.\n"
    assert kept(api) == [True, False, True]
