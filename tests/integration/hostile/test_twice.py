"""The same order twice, at once or one after the other: carried out once, and the second is told."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.fixtures.api import Api
from tests.fixtures.page import Page

BROWSER = {"Accept": "text/html", "Accept-Language": "en-CA,en;q=0.9"}
LINK = "https://librivox.org/the-lamp-by-ann-whitfield/"
LISTING = "https://ici.radio-canada.ca/ohdio/categories/1003592/jeunesse"


def _press(api: Api, path: str, fields: Mapping[str, str]) -> httpx.Response:
    # A browser of its own each time, so that each reads its own notices.
    with httpx.Client(base_url=api.url, headers=BROWSER, trust_env=False, timeout=20) as browser:
        return browser.post(path, data={"back": "/", **fields}, follow_redirects=True)


def _press_at_once(api: Api, path: str, fields: Mapping[str, str]) -> list[str]:
    """Press a button in eight tabs at once; return what each was told."""
    with ThreadPoolExecutor(8) as tabs:
        answers = list(tabs.map(lambda _: _press(api, path, fields), range(8)))
    assert {answer.status_code for answer in answers} == {200}
    return ["; ".join(Page(answer.text).texts(".notice > span")) for answer in answers]


@pytest.mark.parametrize(("link", "table"), [(LINK, "queue_items"), (LISTING, "scrapes")], ids=["a book", "a listing"])
def test_a_link_is_added_once(api: Api, link: str, table: str) -> None:
    _press_at_once(api, "/add", {"url": link})
    assert api.engine.value(f"SELECT count(*) FROM {table}") == 1


@pytest.mark.parametrize(
    ("order", "status"), [("pause", "paused"), ("retry", "queued"), ("first", "failed"), ("sooner", "failed")]
)
def test_an_order_of_a_row_is_carried_out(api: Api, order: str, status: str) -> None:
    (item,) = api.engine.titled("Sailing")
    before = "queued" if order == "pause" else "failed"
    api.engine.execute("UPDATE queue_items SET status = :status, error = 'It is gone.'", status=before)
    _press_at_once(api, f"/queue/{item}/{order}", {})
    assert api.item(item)["status"] == status


def test_what_is_removed_in_two_tabs_is_removed_once_and_comes_back_once(api: Api) -> None:
    (item,) = api.engine.titled("Sailing")
    said = _press_at_once(api, f"/queue/{item}/remove", {})
    assert sum("Sailing is no longer in the queue." in each for each in said) == 1
    removal = api.engine.value("SELECT DISTINCT removal::text FROM removed_items")
    said = _press_at_once(api, "/queue/undo", {"removal": removal})
    assert sum("1 book is back in the queue." in each for each in said) == 1
    assert len(api.get("/queue")["items"]) == 1


def test_a_book_is_deleted_once(api: Api) -> None:
    (item,) = api.engine.titled("Sailing")
    book = api.file_book(item, {"01 - One.mp3": b"sound"})
    with ThreadPoolExecutor(8) as tabs:
        answers = sorted(tabs.map(lambda _: api.http.delete(f"/audiobooks/{book}").status_code, range(8)))
    assert answers[0] == 204
    assert set(answers[1:]) <= {404, 409}
    (file,) = api.library_dir.rglob("*.mp3")
    assert file.relative_to(api.library_dir).parts[0] == ".ohdio-trash"


def test_an_account_is_made_once(guarded_api: Api) -> None:
    fields = {"name": "Odile", "password": "grand-duc des marais", "role": "manager"}
    with ThreadPoolExecutor(8) as tabs:
        answers = list(tabs.map(lambda _: guarded_api.http.post("/accounts", json=fields).status_code, range(8)))
    assert answers.count(201) == 1
    assert set(answers) <= {201, 409, 503}  # not too many passwords are worked on at once
    assert guarded_api.engine.value("SELECT count(*) FROM accounts") == 1
