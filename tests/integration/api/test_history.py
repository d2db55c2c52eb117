"""Who ordered what, and when."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from ohdio_core.collection import acts
from tests.fixtures.api import Api
from tests.fixtures.page import Page

PASSWORD = "grand-duc des marais"
LINK = "https://librivox.org/the-lamp-by-ann-whitfield/"
FEED = "https://stories.example/feed.xml"
BROWSER = {"Accept": "text/html", "Accept-Language": "en-CA,en;q=0.9"}


def told(api: Api) -> list[tuple[Any, ...]]:
    """Return who ordered what, in the order in which it was."""
    return [(act["actor"], act["way"], act["act"], act["about"]) for act in reversed(api.get("/history")["items"])]


class TestActs:
    def test_of_somebody_with_the_token_and_of_an_account_are_told_apart(self, guarded_api: Api) -> None:
        guarded_api.http.post("/accounts", json={"name": "Odile", "password": PASSWORD, "role": "manager"})
        with httpx.Client(base_url=guarded_api.url, headers=BROWSER, trust_env=False, timeout=60) as browser:
            browser.post("/login", data={"name": "Odile", "password": PASSWORD})
            browser.post("/add", data={"url": LINK})
        assert told(guarded_api) == [
            (None, "token", "account_added", "Odile"),
            ("Odile", "session", "added", LINK),
        ]

    def test_of_a_book_are_those_that_people_ordered_of_it(self, api: Api) -> None:
        (item,) = api.engine.titled("The Lamp")
        api.engine.execute("UPDATE queue_items SET status = 'failed', error = 'It is gone.'")
        api.http.post(f"/queue/items/{item}/retry")
        api.http.post(f"/queue/items/{item}/pause")
        api.http.post("/queue/items/resume", json={"ids": [item]})
        api.http.delete(f"/queue/items/{item}")
        assert told(api) == [
            (None, "this machine", act, "The Lamp") for act in ("retried", "paused", "resumed", "removed")
        ]

    def test_of_many_say_how_many(self, api: Api) -> None:
        api.engine.titled("The Lamp", "The Ferry", "Sailing")
        api.engine.execute("UPDATE queue_items SET status = 'failed', error = 'It is gone.'")
        api.http.post("/queue/items/retry", json={"filter": {"status": "failed"}})
        (act,) = api.get("/history")["items"]
        assert (act["act"], act["items"], act["about"], act["audiobook_id"]) == ("retried", 3, None, None)

    def test_of_settings_say_what_they_became(self, api: Api) -> None:
        api.http.put("/settings/page_interval", json={"value": 3})
        api.http.delete("/settings/page_interval")
        (variable,) = {each["variable"] for each in api.get("/settings")["items"] if each["name"] == "page_interval"}
        assert [each[2:] for each in told(api)] == [
            ("setting_changed", f"{variable}=3.0"),
            ("setting_reset", variable),
        ]

    def test_of_follows_say_of_which_listing(self, api: Api) -> None:
        follow = api.http.post("/follows", json={"url": FEED}).json()["id"]
        for order in ("pause", "resume"):
            api.http.post(f"/follows/{follow}/{order}").raise_for_status()
        api.http.patch(f"/follows/{follow}", json={"priority": 7}).raise_for_status()
        api.http.delete(f"/follows/{follow}").raise_for_status()
        acts = ("followed", "follow_paused", "follow_resumed", "follow_changed", "follow_ended")
        assert [each[2:] for each in told(api)] == [(act, FEED) for act in acts]

    def test_of_the_limit_an_edit_and_the_trash_are_there_too(self, api: Api) -> None:
        (item,) = api.engine.titled("The Lamp")
        book = api.file_book(item, {"01 - One.mp3": b"sound"})
        api.http.put("/queue/limit", json={"max_concurrent_downloads": 5}).raise_for_status()
        api.http.patch(f"/audiobooks/{book}", json={"revision": 0, "title": "The Lantern"}).raise_for_status()
        api.http.delete(f"/audiobooks/{book}").raise_for_status()
        api.http.post("/library/trash/restore", json={"ids": [book]}).raise_for_status()
        assert [each[2:] for each in told(api)] == [
            ("limit_changed", "5"),
            ("edited", "The Lantern"),
            ("deleted", "The Lantern"),
            ("restored", None),
        ]

    def test_that_were_refused_are_none(self, api: Api) -> None:
        (item,) = api.engine.titled("The Lamp")
        assert api.http.post(f"/queue/items/{item}/resume").status_code == 409
        api.http.post("/submissions", json={"urls": ["ftp://books.example/x"]})
        api.http.put("/settings/page_interval", json={"value": "never"})
        api.http.post("/queue/items/retry", json={"ids": [item]})
        assert api.get("/history")["items"] == []

    def test_of_what_the_engine_does_by_itself_are_none(self, api: Api) -> None:
        api.engine.titled("The Lamp")
        api.engine.worker()
        claimed = api.engine.admit_and_start()
        api.engine.die(claimed)
        api.engine.sweep()
        assert api.get("/history")["items"] == []

    def test_that_are_the_same_again_add_nothing(self, api: Api) -> None:
        for _ in range(2):
            api.http.post("/submissions", json={"urls": [LINK]})
        assert [act["act"] for act in api.get("/history")["items"]] == ["added"]

    def test_stay_when_their_book_goes(self, api: Api) -> None:
        (item,) = api.engine.titled("The Lamp")
        book = api.file_book(item, {"01 - One.mp3": b"sound"})
        api.http.delete(f"/audiobooks/{book}").raise_for_status()
        (act,) = api.get("/history")["items"]
        assert (act["act"], act["about"], act["audiobook_id"]) == ("deleted", "The Lamp", None)

    def test_of_long_ago_are_forgotten(self, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(acts, "MOST_KEPT", 150)
        for _ in range(2):
            api.engine.execute("INSERT INTO acts (way, act) SELECT 'token', 'added' FROM generate_series(1, 300)")
            for _ in range(100):
                api.http.post("/queue/pause")
        assert api.engine.value("SELECT count(*) FROM acts") <= 250


class TestReading:
    def test_is_of_pages_that_follow_each_other_without_a_gap(self, api: Api) -> None:
        api.engine.execute("INSERT INTO acts (way, act) SELECT 'token', 'added' FROM generate_series(1, 7)")
        seen: list[int] = []
        page = api.get("/history", limit=3)
        while True:
            seen += [act["id"] for act in page["items"]]
            if page["next"] is None:
                break
            page = api.get("/history", limit=3, before=page["next"])
        assert len(seen) == 7
        assert seen == sorted(seen, reverse=True)

    def test_is_of_managers(self, guarded_api: Api) -> None:
        for name, role in (("Odile", "manager"), ("Camille", "listener")):
            account = {"name": name, "password": PASSWORD, "role": role}
            guarded_api.http.post("/accounts", json=account).raise_for_status()
        with httpx.Client(base_url=guarded_api.url, headers=BROWSER, trust_env=False, timeout=60) as browser:
            browser.post("/login", data={"name": "Camille", "password": PASSWORD})
            assert browser.get("/settings/history").status_code == 403
            assert browser.get("/api/v1/history").status_code == 403

    def test_on_pages_names_who_and_what(self, api: Api) -> None:
        (item,) = api.engine.titled("The Lamp")
        api.http.post(f"/queue/items/{item}/pause")
        api.http.post("/queue/pause")
        page = Page(api.outside.get("/settings/history", headers=BROWSER).text)
        assert [said.split(" 20")[0] for said in page.texts(".of-act p:first-child")] == [
            "somebody at this machine has paused: all downloads",
            "somebody at this machine has paused The Lamp",
        ]
        book = Page(api.outside.get(f"/books/{api.book_of(item)}", headers=BROWSER).text)
        (told_there,) = book.texts(".acts li")
        assert told_there.endswith("somebody at this machine has paused")
