"""The first page without a script: everything is a link or a form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

import pytest
from httpx import Response

from ohdio_core.sentences import json_of, sentence
from tests.fixtures.api import Api
from tests.fixtures.page import Page

BROWSER = {"Accept": "text/html", "Accept-Language": "en-CA,en;q=0.9"}


def visit(api: Api, path: str = "/") -> Page:
    answer = api.outside.get(path, headers=BROWSER)
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


def send(
    api: Api, path: str, fields: Mapping[str, Any] | None = None, headers: Mapping[str, str] = MappingProxyType({})
) -> Response:
    """Send a form and follow to the page that answers it."""
    return api.outside.post(
        path, data={"back": "/", **(fields or {})}, headers={**BROWSER, **headers}, follow_redirects=True
    )


def rows(page: Page) -> list[str]:
    return [title.text_content() for title in page.all(".rows .title")]


def notices(answer: Response) -> list[str]:
    return Page(answer.text).texts(".notice > span")


def titled(api: Api, *titles: str) -> list[int]:
    """Put books of these titles into the queue; return their items."""
    return api.engine.titled(*titles)


class TestAdding:
    def test_a_book_is_in_the_queue_at_once(self, api: Api) -> None:
        answer = send(api, "/add", {"url": "https://librivox.org/the-lamp-by-ann-whitfield/"})
        assert notices(answer) == ["1 book added."]
        assert len(api.get("/queue")["items"]) == 1

    def test_several_links_of_any_form_are_taken_together(self, api: Api) -> None:
        send(api, "/add", {"url": "https://librivox.org/one/\n https://librivox.org/two/  https://librivox.org/three/"})
        assert len(api.get("/queue")["items"]) == 3

    def test_a_listing_has_a_card(self, api: Api) -> None:
        answer = send(api, "/add", {"url": "https://ici.radio-canada.ca/ohdio/categories/1003592/jeunesse"})
        assert "1003592" in Page(answer.text).one(".scan").text_content()

    def test_what_nobody_can_follow_is_refused_in_words(self, api: Api) -> None:
        (said,) = notices(send(api, "/add", {"url": "ftp://books.example/x"}))
        assert said.startswith("ftp://books.example/x: ")
        assert api.get("/queue")["items"] == []

    def test_hundreds_of_bad_links_are_said_in_few_sentences_that_a_browser_keeps(self, api: Api) -> None:
        bad = [f"ftp://books.example/{'é' * 500}/{number}" for number in range(300)]
        answer = send(api, "/add", {"url": " ".join([*bad, "https://librivox.org/one/"])})
        said = notices(answer)
        assert said[0] == "1 book added."
        assert said[-1] == "298 more links were refused."
        assert len(said) == 4
        (sent,) = [before.headers["set-cookie"] for before in answer.history]
        assert len(sent) < 4096

    @pytest.mark.parametrize("links", ["", "   \n "])
    def test_nothing_pasted_says_what_to_paste(self, api: Api, links: str) -> None:
        assert notices(send(api, "/add", {"url": links})) == ["Paste the link of a category, a feed or a book."]

    @pytest.mark.parametrize(
        ("path", "headers"),
        [("/", {"Ohdio-Page": "again"}), ("/queue/rows?ids=1", {"HX-Request-Type": "partial"})],
        ids=["the page", "its rows"],
    )
    def test_a_notice_is_not_lost_to_what_a_script_reads_meanwhile(
        self, api: Api, path: str, headers: Mapping[str, str]
    ) -> None:
        api.outside.post("/add", data={"back": "/", "url": "https://librivox.org/one/"}, headers=BROWSER)
        meanwhile = api.outside.get(path, headers={**BROWSER, **headers})
        assert meanwhile.status_code == 200
        assert "1 book added." not in meanwhile.text
        assert visit(api).texts(".notice > span") == ["1 book added."]
        assert visit(api).texts(".notice > span") == []

    def test_a_notice_is_shown_once(self, api: Api) -> None:
        assert notices(send(api, "/add", {"url": "https://librivox.org/one/"}))
        assert visit(api).all(".notice") == []


class TestQueue:
    def test_lists_what_is_not_complete_in_the_order_of_starting(self, api: Api) -> None:
        _, _, third, filed = titled(api, "One", "Two", "Three", "Four")
        api.http.patch(f"/queue/items/{third}", json={"priority": 9})
        api.engine.execute("UPDATE queue_items SET status = 'completed' WHERE id = :id", id=filed)
        assert rows(visit(api)) == ["Three", "One", "Two"]

    def test_a_filter_is_a_link_that_a_second_press_takes_away(self, api: Api) -> None:
        one, _ = titled(api, "One", "Two")
        api.http.post(f"/queue/items/{one}/pause")
        page = visit(api, "/?status=paused")
        assert rows(page) == ["One"]
        chosen = page.one(".numbers [data-status=paused]")
        assert (chosen.get("href"), chosen.get("aria-current")) == ("/", "true")

    def test_a_search_looks_at_complete_books_too(self, api: Api) -> None:
        lamp, _ = titled(api, "The Lamp", "The Ferry")
        api.engine.execute("UPDATE queue_items SET status = 'completed' WHERE id = :id", id=lamp)
        assert rows(visit(api, "/?q=lamp")) == ["The Lamp"]

    def test_a_search_without_an_answer_says_so(self, api: Api) -> None:
        titled(api, "One")
        assert "Nothing is called “nightingale”." in visit(api, "/?q=nightingale").one(".nothing").text_content()

    def test_pages_follow_each_other_without_a_gap(self, api: Api) -> None:
        titled(api, *(f"Book {number:03}" for number in range(120)))
        seen, path = [], "/?sort=title"
        while path:
            page = visit(api, path)
            seen += rows(page)
            path = next((link.get("href") for link in page.all(".pager a[rel=next]")), "")
        assert seen == [f"Book {number:03}" for number in range(120)]

    def test_why_a_book_waits_and_until_when_stands_in_its_row(self, api: Api) -> None:
        (one,) = titled(api, "One")
        api.engine.worker()
        api.engine.execute(
            "UPDATE queue_items SET wait_reason = 'the site asked for a pause', "
            "next_attempt_at = clock_timestamp() + interval '6 min' WHERE id = :id",
            id=one,
        )
        page = visit(api)
        assert page.one(f"#item-{one} [data-words]").text_content() == "The site asked for a pause"
        assert re.search(r"again at \d\d:\d\d", page.one(f"#item-{one} [data-more]").text_content())

    @pytest.mark.parametrize("query", ["cursor=forged", "q=%00", "held=perhaps"])
    def test_an_address_that_means_nothing_is_a_page_that_says_so(self, api: Api, query: str) -> None:
        answer = api.outside.get(f"/?{query}", headers=BROWSER)
        assert answer.status_code == 422
        assert "That did not work" in answer.text

    @pytest.mark.parametrize(
        "query",
        [
            *(f"{name}=nonsense" for name in ("status", "sort", "order", "cause")),
            *(
                f"{name}={blank}"
                for name in ("status", "sort", "order", "cause", "open", "held", "cursor")
                for blank in ("", "%20", "%E2%80%8B")
            ),
        ],
    )
    def test_a_choice_that_there_is_not_is_none(self, api: Api, query: str) -> None:
        api.engine.titled("One", "Two")
        assert rows(visit(api, f"/?{query}")) == rows(visit(api)) != []


class TestButtons:
    def test_try_now_is_offered_where_it_does_something_and_else_it_says_when(self, api: Api) -> None:
        own, fails, asked, described = (
            api.engine.items(1, source=source)[0] for source in ("own", "fails", "asked", "d")
        )
        waits = "next_attempt_at = clock_timestamp() + interval '6 min'"
        api.engine.execute(f"UPDATE queue_items SET {waits} WHERE id = :id", id=own)
        api.engine.execute("UPDATE queue_items SET is_ready = false, stage = 'metadata' WHERE id = :id", id=described)
        api.engine.execute(
            "INSERT INTO extractions (id, politeness_key, next_attempt_at) "
            "VALUES (:id, 'd', clock_timestamp() + interval '6 min')",
            id=api.book_of(described),
        )
        for site, said in (("fails", "site.failing"), ("asked", "http.asked")):
            api.engine.execute(
                "INSERT INTO hosts (politeness_key, closed_until, closings, closed_reason, closed_message) "
                "VALUES (:site, clock_timestamp() + interval '6 min', 1, 'it rests', "
                "jsonb_build_object('id', CAST(:said AS text), 'values', '{}'::jsonb))",
                site=site,
                said=said,
            )
        page = visit(api)
        for item in (own, fails, described):
            assert len(page.all(f"#item-{item} .menu [action$=retry]")) == 1, item
            send(api, f"/queue/{item}/retry")
        again = visit(api)
        assert [again.all(f"#item-{item} .menu [action$=retry]") for item in (own, fails, described, asked)] == [[]] * 4
        assert page.one(f"#item-{asked} [data-more]").text_content().startswith("again ")
        assert api.item(fails)["rank"] is not None
        refused = api.http.post(f"/queue/items/{asked}/retry")
        assert (refused.status_code, refused.json()["message"]["id"]) == (409, "queue.not_possible_now")

    def test_pause_and_resume_one(self, api: Api) -> None:
        (one,) = titled(api, "One")
        send(api, f"/queue/{one}/pause")
        assert api.item(one)["status"] == "paused"
        send(api, f"/queue/{one}/resume")
        assert api.item(one)["status"] == "queued"

    def test_retry_one_and_all_that_failed(self, api: Api) -> None:
        ids = titled(api, "One", "Two", "Three")
        api.engine.execute("UPDATE queue_items SET status = 'failed', error = 'It is gone.'")
        send(api, f"/queue/{ids[0]}/retry")
        assert [api.item(row)["status"] for row in ids] == ["queued", "failed", "failed"]
        assert notices(send(api, "/queue/retry-failed")) == ["2 books are tried again."]
        assert [api.item(row)["status"] for row in ids] == ["queued", "queued", "queued"]

    def test_raise_and_lower_a_priority_within_its_bounds(self, api: Api) -> None:
        (one,) = titled(api, "One")
        send(api, f"/queue/{one}/sooner")
        assert api.item(one)["priority"] == 6
        for _ in range(8):
            send(api, f"/queue/{one}/later")
        assert api.item(one)["priority"] == 0

    def test_a_priority_of_what_is_complete_is_refused_wherever_it_is_set(self, api: Api) -> None:
        one, other = titled(api, "One", "Two")
        api.engine.execute("UPDATE queue_items SET status = 'completed' WHERE id = :id", id=one)
        said = "Only what is not complete can have another priority; this item is completed."
        assert notices(send(api, f"/queue/{one}/sooner")) == [said]
        answer = api.http.patch(f"/queue/items/{one}", json={"priority": 9})
        assert (answer.status_code, answer.json()["detail"]) == (409, said)
        several = api.http.post("/queue/items/priority", json={"ids": [one, other], "priority": 9})
        assert several.json() == {"changed": 1}
        assert [api.item(each)["priority"] for each in (one, other)] == [5, 9]

    def test_remove_says_what_is_gone(self, api: Api) -> None:
        (one,) = titled(api, "The Lamp")
        assert notices(send(api, f"/queue/{one}/remove")) == ["The Lamp is no longer in the queue."]
        assert api.get("/queue")["items"] == []

    def test_pause_everything_and_set_the_limit(self, api: Api) -> None:
        send(api, "/queue/pause")
        send(api, "/queue/limit", {"limit": "7"})
        stats = api.get("/queue/stats")
        assert (stats["is_paused"], stats["max_concurrent_downloads"]) == (True, 7)
        send(api, "/queue/resume")
        assert not api.get("/queue/stats")["is_paused"]

    @pytest.mark.parametrize("limit", ["0", "-1", "257", "many", "", "٣", "9" * 5000])
    def test_a_limit_that_cannot_be_is_refused(self, api: Api, limit: str) -> None:
        (said,) = notices(send(api, "/queue/limit", {"limit": limit}))
        assert "256" in said
        assert api.get("/queue/stats")["max_concurrent_downloads"] == 3

    def test_what_is_gone_meanwhile_is_said(self, api: Api) -> None:
        (one,) = titled(api, "One")
        api.http.delete(f"/queue/items/{one}")
        (said,) = notices(send(api, f"/queue/{one}/pause"))
        assert str(one) in said

    def test_a_script_is_answered_with_the_row_alone(self, api: Api) -> None:
        (one,) = titled(api, "One")
        answer = send(api, f"/queue/{one}/pause", headers={"HX-Request-Type": "partial"})
        assert "<html" not in answer.text
        assert Page(answer.text).one(f"#item-{one}").get("data-state") == "paused"
        assert Page(answer.text).one(f"#now-{one}").get("data-state") == "paused"

    def test_end_and_retry_a_scan(self, api: Api) -> None:
        send(api, "/add", {"url": "https://ici.radio-canada.ca/ohdio/categories/1003592/jeunesse"})
        (scan,) = api.get("/scrapes")["items"]
        send(api, f"/scans/{scan['id']}/end")
        assert api.get(f"/scrapes/{scan['id']}")["status"] == "cancelled"
        send(api, f"/scans/{scan['id']}/retry")
        assert api.get(f"/scrapes/{scan['id']}")["status"] == "scraping"

    @pytest.mark.parametrize(
        "place", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:x", ""]
    )
    def test_a_form_goes_back_to_a_page_of_ours_alone(self, api: Api, place: str) -> None:
        answer = api.outside.post("/queue/pause", data={"back": place}, headers=BROWSER)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")

    def test_another_site_can_press_nothing(self, api: Api) -> None:
        answer = send(api, "/queue/pause", headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403
        assert not api.get("/queue/stats")["is_paused"]


class TestTexts:
    @pytest.mark.parametrize(
        "title",
        [
            "<img src=x onerror=alert(1)>",
            "{{ 7 * 7 }}{% raw %}",
            '" onclick="x',
            "\u202edesrever",
            "a" * 10_000,
            "👻 &amp;",
        ],
    )
    def test_titles_are_text_and_nothing_else(self, api: Api, title: str) -> None:
        titled(api, title)
        page = visit(api)
        assert rows(page) == [title]
        assert page.all("img, [onclick], [onerror]") == []

    def test_a_link_that_runs_a_script_is_no_link(self, api: Api) -> None:
        titled(api, "One")
        api.engine.execute("UPDATE audiobooks SET url = 'javascript:alert(1)'")
        assert [link for link in visit(api).all("a") if (link.get("href") or "").startswith("javascript:")] == []


class TestWhatPeopleShouldKnow:
    """Notes on books and listings, in the reader's language."""

    FRENCH: ClassVar = {**BROWSER, "Accept-Language": "fr"}

    def test_of_a_complete_book_is_in_its_row(self, api: Api) -> None:
        titled(api, "The Lamp")
        said = sentence(
            "sound.shorter_than_stated",
            "It has {duration} of sound, although the file itself says {stated}.",
            duration="0:00:24",
            stated="0:00:30",
        )
        api.engine.execute("UPDATE queue_items SET status = 'completed'")
        api.engine.execute(
            "UPDATE audiobooks SET note = :note, note_message = CAST(:message AS jsonb)",
            note=said.text,
            message=json_of(said),
        )
        assert "Il y a 0:00:24 de son" in api.outside.get("/?status=completed", headers=self.FRENCH).text
        assert said.text in api.outside.get("/?status=completed", headers=BROWSER).text

    def test_of_a_listing_is_on_its_card(self, api: Api) -> None:
        send(api, "/add", {"url": "https://ici.radio-canada.ca/ohdio/categories/1003592/jeunesse"})
        api.engine.execute(
            """
            UPDATE scrapes SET note = 'A page is gone.', left_out = '{"a video": 2}',
                   left_out_messages = '{"a video": {"id": "omission.video", "values": {}}}'
            """
        )
        french = Page(api.outside.get("/", headers=self.FRENCH).text).one(".scan").text_content()
        assert "Omis, car ce ne sont pas des livres\u00a0: une vidéo (2). A page is gone." in french


class TestWhatCannotBeRead:
    """A page says what is wrong by the names of its own fields, in the reader's language."""

    FRENCH: ClassVar = {**BROWSER, "Accept-Language": "fr"}

    def test_in_an_address_is_named(self, api: Api) -> None:
        answer = api.outside.get("/?held=perhaps", headers=self.FRENCH)
        said = re.sub(r"\s", " ", Page(answer.text).one("main").text_content())
        assert answer.status_code == 422
        assert "held : Valeur attendue : vrai ou faux" in said
        assert "query" not in said

    @pytest.mark.parametrize(
        ("kind", "body"),
        [
            ("multipart/form-data", b"--x"),
            ("multipart/form-data; boundary=x", b"--y\r\n"),
            ("application/x-www-form-urlencoded", b"&".join(b"a=%d" % number for number in range(1_001))),
        ],
        ids=["a form without a boundary", "a form with another boundary", "a form of a thousand fields"],
    )
    def test_of_a_form_is_told_as_such(self, api: Api, kind: str, body: bytes) -> None:
        answer = api.outside.post("/add", content=body, headers={**BROWSER, "Content-Type": kind})
        assert answer.status_code == 400
        assert "The form that was sent cannot be read" in Page(answer.text).one("main").text_content()
        assert "JSON" not in answer.text
