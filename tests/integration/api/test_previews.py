"""Looking at what a link would add."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from ohdio_api.previews.listed import Bounds
from ohdio_api.previews.service import PreviewService
from ohdio_api.problems import Refusal
from ohdio_core.collection.add_books import add_books
from ohdio_core.collection.match_keys import recognise_and_store_keys
from ohdio_core.schemas.previews import PreviewOrder
from ohdio_core.sources.http import ClientSettings, HttpClientFactory
from ohdio_core.sources.registry import SourceRegistry
from tests.fixtures.api import Api
from tests.integration.sources.origin import send
from tests.unit.sources.rss.documents import item, parse_feed, rss

FEED = "https://stories.example/feed.xml"
SECOND_PAGE = '<title>Le phare</title><atom:link rel="next" href="?page=2"/>'


def preview(api: Api, **body: Any) -> Any:
    answer = api.http.post("/preview", json={"url": FEED, **body})
    assert answer.status_code == 200, answer.text
    return answer.json()


def refusal(api: Api, **body: Any) -> tuple[int, str]:
    answer = api.http.post("/preview", json={"url": FEED, **body})
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["detail"]


def counts(found: Any) -> list[int]:
    return [found[name] for name in ("found", "new", "known", "skipped", "undecided")]


class TestAFeed:
    def test_is_shown_with_every_book_on_all_pages(self, api: Api) -> None:
        api.origin.answer("/feed.xml", rss(item(1, "<itunes:duration>90</itunes:duration>"), channel=SECOND_PAGE))
        api.origin.answer("/feed.xml?page=2", rss(item(2)))

        found = preview(api)

        assert (found["url"], found["kind"], found["title"]) == (FEED, "category", "Le phare")
        assert counts(found) == [2, 2, 0, 0, 0]
        assert (found["is_whole"], found["note"]) == (True, None)
        assert [book["title"] for book in found["books"]] == ["Récit 1", "Récit 2"]
        assert found["books"][0]["duration_seconds"] == 90

    def test_whose_guids_are_new_each_time_is_known_again(self, api: Api) -> None:
        dated = item(1, "<pubDate>Fri, 06 Jun 2014 08:00:00 GMT</pubDate>")
        for ref in parse_feed(rss(dated), FEED, FEED).books:
            api.engine.order(recognise_and_store_keys, [ref])
            api.engine.order(add_books, [(ref, "stories.example")], are_filed=lambda books: [True] * len(books))
        api.origin.answer("/feed.xml", rss(dated.replace("<guid>", "<guid>new-")))

        found = preview(api)

        assert counts(found) == [1, 0, 1, 0, 0]

    def test_writes_nothing_down(self, api: Api) -> None:
        api.origin.answer("/feed.xml", rss(item(1)))
        preview(api)
        assert [api.get(path)["items"] for path in ("/queue", "/audiobooks", "/scrapes")] == [[], [], []]

    def test_names_what_is_known(self, api: Api) -> None:
        api.origin.answer("/feed.xml", rss(item(1), item(2)))
        first = preview(api)["books"][0]["url"]
        assert api.http.post("/submissions", json={"urls": [first]}).status_code == 202

        found = preview(api)

        assert counts(found) == [2, 1, 1, 0, 0]
        assert [book["state"] for book in found["books"]] == ["known", "new"]

    def test_says_what_filters_would_skip_and_why(self, api: Api) -> None:
        api.origin.answer(
            "/feed.xml", rss(item(1), item(2, "<itunes:duration>2:00</itunes:duration>"), item(3), item(4))
        )

        found = preview(
            api, filters={"title_exclude": ["récit 3"], "min_duration_seconds": 600, "languages": ["fr"], "newest": 1}
        )

        assert counts(found) == [4, 1, 0, 3, 1]
        assert [book["detail"] for book in found["books"]] == [
            None,
            "It lasts 0:02:00, less than 0:10:00.",
            "Its title has “récit 3”.",
            "It is not among the newest 1.",
        ]

    def test_as_one_book_is_shown_as_that(self, api: Api) -> None:
        api.origin.answer("/feed.xml", rss(item(1), item(2)))

        found = preview(api, **{"as": "book"})

        assert (found["kind"], found["title"], counts(found)) == ("audiobook", "Le phare", [1, 1, 0, 0, 0])
        assert found["url"] == f"{FEED}#book"

    def test_whose_second_page_fails_shows_the_first_and_says_so(self, api: Api) -> None:
        api.origin.answer("/feed.xml", rss(item(1), channel=SECOND_PAGE))
        api.origin.answer("/feed.xml?page=2", status=500)

        found = preview(api)

        assert (found["found"], found["is_whole"]) == (1, False)
        assert found["note"].startswith("The listing could not be read to its end: ")

    def test_with_many_books_is_cut_and_says_so(self, api: Api) -> None:
        api.origin.answer("/feed.xml", rss(*(item(number) for number in range(230))))

        found = preview(api)

        assert (found["found"], found["is_whole"]) == (200, False)
        assert found["note"] == "Only the first 200 books were looked at."

    def test_of_which_the_newest_are_wanted_is_read_to_its_end(self, api: Api) -> None:
        days = [datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=day) for day in range(230)]
        dates = [f"<pubDate>{format_datetime(day)}</pubDate>" for day in days]
        api.origin.answer("/feed.xml", rss(*(item(number, date) for number, date in enumerate(dates))))

        found = preview(api, filters={"newest": 3})

        assert (counts(found), found["is_whole"]) == ([230, 3, 0, 227, 0], True)
        assert [book["title"] for book in found["books"] if book["state"] == "new"] == [
            "Récit 227",
            "Récit 228",
            "Récit 229",
        ]
        assert len(found["books"]) == 200

    def test_that_is_slow_is_cut_after_a_time(self, api: Api) -> None:
        def never(handler: BaseHTTPRequestHandler) -> None:
            is_asked.set()
            is_over.wait(60)
            has_answered.set()
            send(handler, b"", 500)

        is_asked, is_over, has_answered = threading.Event(), threading.Event(), threading.Event()
        api.origin.answer("/feed.xml", rss(item(1), channel=SECOND_PAGE))
        api.origin.answers["/feed.xml?page=2"] = never
        clients = HttpClientFactory(ClientSettings(host_overrides={"stories.example": api.origin.url}))
        service = PreviewService(api.engine.database, SourceRegistry(), clients, Bounds(seconds=1.0))

        found = service.preview(PreviewOrder.model_validate({"url": FEED}))

        assert is_asked.is_set()
        assert not has_answered.is_set()
        is_over.set()
        clients.close()
        assert (found.found, found.is_whole) == (1, False)
        assert found.note == "The site was asked for 1 seconds; there may be more."


class TestARefusal:
    def test_of_a_book_that_the_site_does_not_describe_in_time(self, api: Api) -> None:
        is_over = threading.Event()

        def never(handler: BaseHTTPRequestHandler) -> None:
            is_over.wait(20)
            send(handler, b"", 500)

        api.origin.answers["/feed.xml"] = never
        clients = HttpClientFactory(ClientSettings(host_overrides={"stories.example": api.origin.url}))
        service = PreviewService(api.engine.database, SourceRegistry(), clients, Bounds(seconds=0.5))

        with pytest.raises(Refusal, match="did not describe this book within") as refused:
            service.preview(PreviewOrder.model_validate({"url": f"{FEED}#book"}))

        is_over.set()
        clients.close()
        assert refused.value.status == 502

    def test_of_more_links_at_once_than_there_are_places(self, api: Api) -> None:
        is_over = threading.Event()
        are_waiting = threading.Semaphore(0)

        def late(handler: BaseHTTPRequestHandler) -> None:
            are_waiting.release()
            is_over.wait(20)
            send(handler, rss(item(1)))

        api.origin.answers["/feed.xml"] = late
        with ThreadPoolExecutor(4) as people:
            looking = [people.submit(preview, api) for _ in range(4)]
            for _ in range(4):
                assert are_waiting.acquire(timeout=10)
            status, detail = refusal(api)
            is_over.set()
            assert [each.result()["found"] for each in looking] == [1, 1, 1, 1]
        assert (status, detail) == (503, "Several links are being looked at already; try again in a moment.")
        assert preview(api)["found"] == 1

    def test_of_a_link_that_nobody_can_follow_says_why(self, api: Api) -> None:
        status, detail = refusal(api, url="ftp://stories.example/feed.xml")
        assert (status, "http" in detail) == (422, True)

    def test_of_a_listing_that_is_no_feed_and_wanted_as_one_book(self, api: Api) -> None:
        status, detail = refusal(api, url="https://ici.radio-canada.ca/ohdio/categories/77/contes", **{"as": "book"})
        assert (status, detail.startswith("Only a feed can become one book")) == (422, True)

    def test_of_a_feed_that_is_gone_says_so(self, api: Api) -> None:
        status, _ = refusal(api)
        assert status == 422

    def test_of_a_site_that_fails_is_its_fault(self, api: Api) -> None:
        api.origin.answer("/feed.xml", status=500)
        status, detail = refusal(api)
        assert (status, "stories.example" in detail) == (502, True)

    @pytest.mark.parametrize(
        "filters",
        [
            {"min_duration_seconds": 20, "max_duration_seconds": 10},
            {"newest": 0},
            {"languages": ["f"]},
            {"title_include": [""]},
            {"title_exclude": ["\x00"]},
            {"other": 1},
        ],
    )
    def test_of_filters_that_make_no_sense(self, api: Api, filters: dict[str, Any]) -> None:
        status, _ = refusal(api, filters=filters)
        assert status == 422
