"""How fast books may come: each by an option of its link, and by what is set for it later; what is said of it."""

from __future__ import annotations

import json

import pytest

from tests.fixtures.api import Api
from tests.integration.api.test_wishes import FEED, add
from tests.integration.command.running import ohdio
from tests.integration.web.test_home import notices, send, visit

BOOK = "https://ici.radio-canada.ca/ohdio/livres-audio/5"


@pytest.fixture
def item(api: Api) -> int:
    (found,) = api.engine.titled("La mer")
    return found


def test_a_link_may_say_it_and_a_listing_says_it_of_its_books(api: Api) -> None:
    (book,) = add(api, BOOK, speed_limit_kb=500)
    (found,) = api.get("/queue", audiobook=book["id"])["items"]
    assert (found["speed_limit_kb"], found["limit_reason"]) == (500, None)
    (scan,) = add(api, FEED, speed_limit_kb=300)
    assert api.engine.value("SELECT speed_limit_kb FROM scrapes WHERE id = :id", id=scan["id"]) == 300
    assert api.http.post("/submissions", json={"urls": [BOOK], "speed_limit_kb": 0}).status_code == 422


def test_is_changed_while_it_runs_and_says_whose_limit_slows_it(api: Api, item: int) -> None:
    api.engine.worker()
    api.engine.admit()
    claimed = api.engine.start(item)
    assert api.http.put(f"/queue/items/{item}/speed", json={"speed_limit_kb": 250}).json()["speed_limit_kb"] == 250
    assert api.engine.beat(claimed).speed_limit == 250_000
    api.engine.execute("UPDATE queue_items SET limited_by = 'book' WHERE id = :id", id=item)
    assert api.item(item)["limit_reason"] == "no faster than 250 kB/s, as was set for it"
    api.engine.execute("UPDATE queue_items SET limited_by = 'all' WHERE id = :id", id=item)
    assert api.item(item)["limit_message"]["id"] == "limit.of_all"
    assert any("the limit for all downloads" in text for text in visit(api, "/").texts(".far"))
    assert api.http.put(f"/queue/items/{item}/speed", json={"speed_limit_kb": None}).json()["speed_limit_kb"] is None
    assert api.engine.beat(claimed).speed_limit is None


def test_is_set_where_a_row_is_opened(api: Api, item: int) -> None:
    assert visit(api, f"/?open={item}").one(f"#speed-{item}") is not None
    send(api, f"/queue/{item}/speed", {"speed": "120"})
    assert api.item(item)["speed_limit_kb"] == 120
    assert notices(send(api, f"/queue/{item}/speed", {"speed": "soon"}))
    assert api.item(item)["speed_limit_kb"] == 120
    send(api, f"/queue/{item}/speed", {"speed": ""})
    assert api.item(item)["speed_limit_kb"] is None


def test_is_set_with_a_command_for_all_and_for_one(api: Api, item: int) -> None:
    assert json.loads(ohdio(api, "limit", "--speed", "2.5MB", "--json").stdout)["speed_limit_kb"] == 2500
    assert ohdio(api, "limit", "--speed", "any").stdout == "At most 3 at once, as fast as they come.\n"
    assert "La mer: 80 kB/s." in ohdio(api, "limit", "--speed", "80k", "--book", str(item)).stdout
    assert api.item(item)["speed_limit_kb"] == 80
