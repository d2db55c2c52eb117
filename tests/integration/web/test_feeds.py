"""The page of listening feeds, without a script."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx

from tests.fixtures.api import Api
from tests.fixtures.page import Page
from tests.fixtures.workers import wait_until
from tests.integration.api.filed_books import filed
from tests.integration.api.test_accounts import PASSWORD, add
from tests.integration.web.test_home import BROWSER, notices, send, visit


def test_an_address_is_made_from_the_page_of_a_book_shown_once_and_revoked(api: Api) -> None:
    book_id, _ = filed(api)
    (link,) = [each.get("href") for each in visit(api, f"/books/{book_id}").all("a[href^='/feeds']")]
    page = visit(api, link)
    assert page.texts(".new-feed .title") == ["The book Sailing"]
    fields = {field.get("name"): field.get("value") for field in page.all(".new-feed input")}
    answer = send(api, "/feeds", fields)
    made = Page(answer.text)
    (address,) = made.texts(".made-feed code")
    assert address.startswith(f"{api.url}/podcast/")
    assert "<svg" in answer.text.partition('class="code"')[2]
    assert "Only this machine reaches that address:" in answer.text
    assert api.outside.get(urlsplit(address).path).status_code == 200
    again = visit(api, "/feeds")
    assert again.texts(".follow .title") == ["The book Sailing"]
    assert "podcast/" not in again.texts("main")[0]
    (form,) = (each.get("action") for each in again.all(".follow form"))
    assert notices(send(api, form, {"back": "/feeds"})) == [
        "Revoked: apps that have this address hear nothing more by it."
    ]
    assert api.outside.get(urlsplit(address).path).status_code == 410


def test_the_library_offers_one_of_what_it_shows(api: Api) -> None:
    filed(api)
    # Books are counted anew after a while.
    wait_until(lambda: visit(api, "/library").all("main a[href^='/feeds']"), 10, "a feed is offered")
    for shown, offered in (("/library", "/feeds"), ("/library?author=Odile+Marchand", "/feeds?scope=author")):
        (link,) = [each.get("href") for each in visit(api, shown).all("main a[href^='/feeds']")]
        assert link.startswith(offered)
    assert visit(api, link).texts(".new-feed .title") == ["Everything by Odile Marchand"]
    assert notices(send(api, "/feeds", {"scope": "book", "about": "no", "back": "/feeds"})) == [
        "There is nothing of this in the library to hear."
    ]


def test_a_listener_makes_their_own(guarded_api: Api) -> None:
    filed(guarded_api)
    add(guarded_api, "Odile", "manager")
    add(guarded_api, "Camille", "listener")
    with httpx.Client(base_url=guarded_api.url, headers=BROWSER, trust_env=False, timeout=20) as browser:
        browser.post("/login", data={"name": "Camille", "password": PASSWORD})
        assert "/feeds" in browser.get("/account").text
        answer = browser.post("/feeds", data={"scope": "library", "about": ""})
        assert Page(answer.text).texts(".made-feed h2") == ["The whole library"]
        assert Page(answer.text).all(".tabs") == []
