"""The page of what is followed, without a script."""

from __future__ import annotations

import pytest

from ohdio_api.follows.service import FollowService
from tests.fixtures.api import Api
from tests.fixtures.page import Page
from tests.integration.api.test_follows import FEED, follow
from tests.integration.api.test_scrapes import scan
from tests.integration.web.test_home import notices, send, visit

_FOLLOWED = ".scan form[action='/follows'] [name=url]"
_NO_NUMBER = "How many of the newest is a whole number, from 1 to 1,000."


def test_a_link_is_followed_and_ended(api: Api) -> None:
    assert "Nothing is followed yet." in visit(api, "/follows").texts(".nothing")
    answer = send(api, "/follows", {"url": FEED, "take": "newest", "newest": "3", "back": "/follows"})
    assert notices(answer) == [f"{FEED} is followed."]
    (view,) = api.get("/follows")["items"]
    assert view["take"] == 3
    assert visit(api, "/follows").texts(".follow .title") == [FEED]
    change = f"/follows/{view['id']}/change"
    assert visit(api, "/follows").one(f"[href='{change}']") is not None
    assert notices(send(api, change, {"keep_days": "30"})) == [f"{FEED} is changed."]
    assert "keeps each for 30 days" in visit(api, "/follows").texts(".follow p.quiet")[-1]
    send(api, change, {"book_form": "m4b", "speed": "300", "most_per_check": "5", "check_every_hours": "12"})
    said = visit(api, "/follows").texts(".follow p.quiet")[-1]
    for fact in ("as M4B", "no faster than 300 kB/s", "5 at a time at most", "every 12 h 00", "keeps each for 30 days"):
        assert fact in said.replace("\N{NO-BREAK SPACE}", " ")
    page = visit(api, change)
    assert [page.one(f"[name={name}]").get("value") for name in ("speed", "keep_days", "most_per_check")] == [
        *("300", "30", "5"),
    ]
    refused = send(api, change, {"keep_days": "30", "speed": "soon", "title": "mer"})
    assert (refused.status_code, Page(refused.text).texts("[role=alert]")) == (
        422,
        ["A number of kilobytes a second is expected, or nothing."],
    )
    assert Page(refused.text).one("[name=title]").get("value") == "mer"
    send(api, change, {"keep_newest": "", "keep_days": ""})
    assert api.get("/follows")["items"][0]["keep_days"] is None
    answer = send(api, f"/follows/{view['id']}/end", {"back": "/follows"})
    assert notices(answer) == [f"{FEED} is followed no more; its books stay."]
    assert api.get("/follows")["items"] == []


def test_it_says_when_it_is_checked_again_and_what_was_wrong(api: Api) -> None:
    number = follow(api)["id"]
    api.engine.execute(
        "UPDATE follows SET next_attempt_at = now() + interval '5 h', error = 'It is away.', title = '<b>Le phare</b>'"
    )
    page = visit(api, "/follows")
    assert page.texts(".follow .title") == ["<b>Le phare</b>"]
    said = page.texts(".follow p")
    assert said[2].startswith("Failed; tried again at ")
    assert "It is away." in said
    send(api, f"/follows/{number}/pause", {"back": "/follows"})
    assert "Paused" in visit(api, "/follows").texts(".follow p")


def test_a_list_is_followed_or_collected_once(api: Api) -> None:
    wishes = {"keep_newest": "3", "most_per_check": "5", "title": "mer"}
    wishes |= {"book_form": "m4b", "speed": "500", "priority": "70"}
    form = {"document": f"{FEED}\nhttps://librivox.org/phare-by-someone/", "take": "new", "back": "/follows"} | wishes
    followed, refused = notices(send(api, "/follows/list", form | {"how": "follow"}))
    assert followed == "1 link of the list is followed."
    assert refused.startswith("1 was refused: https://librivox.org/phare-by-someone/: ")
    (view,) = api.get("/follows")["items"]
    assert (view["keep_newest"], view["most_per_check"], view["filters"]["title_include"]) == (3, 5, ["mer"])
    asked = send(api, "/follows/list", form | {"how": "collect"})
    assert asked.text.count("The list adds at once: 2 links") == 1
    assert api.get("/scrapes")["items"] == []
    send(api, "/follows/list", form | {"how": "collect", "meant": "1"})
    assert len(api.get("/follows")["items"]) == 1
    (scan,) = api.get("/scrapes")["items"]
    assert scan["filters"]["title_include"] == ["mer"]
    (row,) = api.engine.rows("SELECT form, speed_limit_kb, priority FROM scrapes")
    assert tuple(row) == ("m4b", 500, 70)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"url": ""}, "Paste the link of a feed, a category or an author."),
        ({"url": FEED, "take": "newest", "newest": "many"}, _NO_NUMBER),
        ({"url": FEED, "take": "all"}, "What of it is added: One of these is expected: everything, new."),
        ({"url": "https://librivox.org/phare-by-someone/"}, "is a single book"),
    ],
)
def test_what_cannot_be_followed_is_said(api: Api, form: dict[str, str], said: str) -> None:
    answer = send(api, "/follows", {"title": "mer"} | form | {"back": "/follows"})
    assert answer.status_code == 422
    page = Page(answer.text)
    assert said in page.texts("[role=alert]")[0]
    assert page.one("[name=url]").get("value") == form["url"]
    assert page.one("[aria-label] [name=title]").get("value") == "mer"
    (notice,) = notices(send(api, "/follows", form | {"back": "/"}))
    assert said in notice


def test_a_link_that_is_a_secret_is_not_shown_again_where_something_else_is_wrong(api: Api) -> None:
    for form in ({"url": f"{FEED}?token=hunter2", "private": "on"}, {"url": "https://me:hunter2@stories.example/f"}):
        answer = send(api, "/follows", {"most_per_check": "many", **form, "back": "/follows"})
        assert "How many at a time is a whole number" in answer.text
        assert "hunter2" not in answer.text


def test_nothing_is_offered_that_a_library_in_a_bucket_refuses(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    number = follow(api)["id"]
    for path in ("/follows", f"/follows/{number}/change"):
        assert visit(api, path).all("[name=as_show]") != []
    monkeypatch.setattr(FollowService, "has_shows", property(lambda _: False))
    for path in ("/follows", f"/follows/{number}/change"):
        page = visit(api, path)
        assert page.all("[name=as_show]") == []
        assert "each book gets its own, as the library is in a bucket" in " ".join(page.texts(".more p"))
    assert visit(api, "/settings/names").all("[name=episodes]") == []


def test_the_card_of_a_scan_offers_to_follow_its_listing(api: Api) -> None:
    scrape_id = scan(api, 1, "completed")
    link = api.get(f"/scrapes/{scrape_id}")["url"]
    assert [field.get("value") for field in visit(api).all(_FOLLOWED)] == [link]
    api.engine.execute(
        "INSERT INTO follows (url, source, external_id, politeness_key, take) "
        "SELECT url, source, external_id, politeness_key, 'new' FROM scrapes"
    )
    assert visit(api).all(_FOLLOWED) == []
