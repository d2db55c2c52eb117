"""The page that shows what a link leads to, without a script."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from httpx import Response

from tests.fixtures.api import Api
from tests.fixtures.page import Page
from tests.integration.web.test_home import BROWSER, notices, send
from tests.unit.sources.rss.documents import item, rss

FEED = "https://stories.example/feed.xml"  # is never asked


def lasting(minutes: int) -> str:
    return f"<itunes:duration>{minutes * 60}</itunes:duration>"


def published(api: Api, *items: str, **channel: str) -> str:
    """Return the link of a feed that nobody has read before."""
    path = f"/{uuid4().hex}.xml"
    api.origin.answer(path, rss(*items, **channel))
    return f"https://stories.example{path}"


@pytest.fixture
def feed(api: Api) -> str:
    return published(api, item(1, lasting(20)), item(2, lasting(90)), item(3, lasting(120)))


def preview(api: Api, status: int = 200, **fields: str) -> Page:
    answer = api.outside.get(f"/add?{urlencode(fields)}", headers=BROWSER)
    assert answer.status_code == status, answer.text
    return Page(answer.text)


def ticked(page: Page) -> list[str]:
    return [box.get("value") for box in page.all("[name=book]") if box.get("checked") is not None]


def choose(api: Api, page: Page, *, without: int = 0) -> Response:
    """Send what a page offers, with so many of its ticks taken away."""
    form = page.one("form.choosing")
    fields: dict[str, Any] = {box.get("name"): box.get("value") for box in form.cssselect("input[type=hidden]")}
    fields["book"] = ticked(page)[without:]
    return send(api, "/add/chosen", fields)


class TestPreview:
    def test_shows_every_book_with_what_would_become_of_it(self, api: Api, feed: str) -> None:
        page = preview(api, url=feed)
        assert page.texts(".hit .title") == ["Récit 1", "Récit 2", "Récit 3"]
        assert page.texts(".hit .why") == ["New"] * 3
        assert page.texts(".legend span")[0] == "3 new"
        assert page.texts("[data-total]")[0].startswith("3 h 50")
        assert page.texts("[data-add]") == ["Add 3"]
        assert api.get("/queue")["items"] == []

    def test_a_filter_says_of_each_book_why_it_is_left_out(self, api: Api, feed: str) -> None:
        page = preview(api, url=feed, least="60")
        assert page.texts(".hit .why") == ["It lasts 0:20:00, less than 1:00:00.", "New", "New"]
        assert len(ticked(page)) == 2
        assert page.texts("[data-add]") == ["Add 2"]

    @pytest.mark.parametrize(
        ("language", "said"),
        [
            ("en", "Left out as they are no books: a video (2), a picture (1)."),
            ("fr", "Omis, car ce ne sont pas des livres : une vidéo (2), une image (1)."),
        ],
    )
    def test_says_what_else_the_listing_has_by_kind(self, api: Api, language: str, said: str) -> None:
        files = [("video/mp4", "mp4"), ("image/jpeg", "jpg"), ("video/mp4", "mp4")]
        others = [
            item(number, enclosure=f'<enclosure url="https://audio.example/{number}.{suffix}" type="{kind}"/>')
            for number, (kind, suffix) in enumerate(files, start=2)
        ]
        link = urlencode({"url": published(api, item(1), *others)})
        answer = api.outside.get(f"/add?{link}", headers={**BROWSER, "Accept-Language": language})
        assert said in Page(answer.text).texts("header.listing .quiet")

    def test_changing_a_filter_does_not_make_the_site_answer_again(self, api: Api, feed: str) -> None:
        for least in ("", "30", "60"):
            preview(api, url=feed, least=least)
        assert len([seen for seen in api.origin.requests if feed.endswith(seen.path)]) == 1

    def test_what_is_known_cannot_be_ticked_and_says_so(self, api: Api, feed: str) -> None:
        send(api, "/add", {"url": ticked(preview(api, url=feed))[0]})
        page = preview(api, url=feed)
        assert page.texts(".hit .why") == ["Known already", "New", "New"]
        assert len(ticked(page)) == 2

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"url": "ftp://books.example/x"}, "http://"),
            ({"url": f"{FEED} {FEED}"}, "one link at a time"),
        ],
    )
    def test_what_cannot_be_shown_is_said_beside_the_link(self, api: Api, fields: dict[str, str], said: str) -> None:
        page = preview(api, 422, **fields)
        assert said in page.one(".wrong").text_content()
        assert page.one("#url").get("value") == fields["url"]

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"least": "long"}, "minutes"),
            ({"least": "inf", "title": "phare"}, "minutes"),
            ({"least": "20", "most": "1", "not_author": "Zoé"}, "longest"),
            ({"title": "a" * 201}, "Title contains"),
            ({"newest": "0"}, "newest"),
            ({"newest": "1.5"}, "whole number"),
        ],
    )
    def test_what_cannot_be_filtered_by_is_said_above_it_as_it_was_typed(
        self, api: Api, feed: str, typed: dict[str, str], said: str
    ) -> None:
        page = preview(api, 422, url=feed, **typed)
        assert said in page.one(".wrong").text_content()
        fields = page.one("form.wanted")
        assert {name: fields.xpath(f".//*[@name='{name}']/@value")[0] for name in typed} == typed
        assert len(ticked(page)) == 3
        assert notices(choose(api, page)) != []
        assert (api.get("/scrapes")["items"], api.get("/queue")["items"]) == ([], [])

    def test_without_a_link_asks_for_one(self, api: Api) -> None:
        assert preview(api).all("#url") != []

    def test_what_a_listing_calls_itself_is_never_markup_nor_template(self, api: Api) -> None:
        title = "<title>&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }}</title>"
        page = preview(api, url=published(api, item(1), channel=title))
        assert page.texts("h1") == ["{{ 7*7 }}"]
        assert [script for script in page.all("script") if "alert" in script.text_content()] == []


class TestChoosing:
    def test_everything_that_is_wanted_is_a_scan_with_its_filters(self, api: Api, feed: str) -> None:
        choose(api, preview(api, url=feed, least="60"))
        (scan,) = api.get("/scrapes")["items"]
        assert scan["filters"]["min_duration_seconds"] == 3600
        assert api.get("/queue")["items"] == []

    def test_some_are_added_one_by_one(self, api: Api, feed: str) -> None:
        answer = choose(api, preview(api, url=feed), without=1)
        assert notices(answer) == ["2 books added."]
        assert len(api.get("/queue")["items"]) == 2
        assert api.get("/scrapes")["items"] == []

    def test_none_is_said(self, api: Api, feed: str) -> None:
        assert notices(choose(api, preview(api, url=feed), without=3)) == ["No book is ticked."]

    def test_with_the_form_of_its_files(self, api: Api, feed: str) -> None:
        send(api, "/add/chosen", {"url": feed, "book": [feed], "offered": "1", "book_form": "m4b"})
        assert [row.form for row in api.engine.rows("SELECT form FROM scrapes")] == ["m4b"]
        assert preview(api, url=feed).one("select[name=book_form]") is not None

    def test_before_all_that_waits(self, api: Api, feed: str) -> None:
        page = preview(api, url=feed)
        send(api, "/add/chosen", {"url": feed, "offered": "3", "book": ticked(page)[0], "first": "1"})
        (added,) = api.get("/queue")["items"]
        assert added["priority"] > 5
