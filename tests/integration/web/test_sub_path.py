"""Below a path of a server that has more to serve, whether its proxy takes that path away or leaves it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import feedparser
import httpx
import pytest

from ohdio_api.way_in import WayIn
from tests.fixtures.api import EventReader
from tests.fixtures.fronts import PATH, TOKEN, Fronts
from tests.integration.api.filed_books import SOUND, filed

BROWSER = {"Accept": "text/html", "Accept-Language": "en-CA,en;q=0.9"}

pytestmark = pytest.mark.parametrize("front", ["taking", "leaving"])


@pytest.fixture
def browser(fronts: Fronts, front: str) -> Iterator[httpx.Client]:
    """A browser at one of the proxies."""
    with httpx.Client(base_url=fronts.named(front), headers=BROWSER, trust_env=False, timeout=20) as browser:
        yield browser


def sign_in(browser: httpx.Client) -> httpx.Response:
    # As browsers do that say no more than this of where a form was.
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(str(browser.base_url)))
    fields = {"token": TOKEN, "back": "/library"}
    return browser.post("/login", data=fields, headers={"Origin": origin})


def test_every_address_on_every_page_is_below_it_and_every_file_is_there(browser: httpx.Client) -> None:
    sign_in(browser)
    for path in ("/", "/library", "/sources", "/settings", "/settings/people", "/settings/system", "/add", "/docs"):
        page = browser.get(path)
        assert page.status_code == 200
        found = set(re.findall(r'(?:href|src|action)="(/[^"]*)"', page.text))
        assert [address for address in found if not address.startswith(f"{PATH}/")] == []
    for address in re.findall(r'(?:href|src)="(/[^"]*/assets/[^"]*)"', page.text):
        assert browser.get(address.removeprefix(PATH)).status_code == 200


def test_signing_in_leads_back_and_keeps_its_cookie_below_it(browser: httpx.Client) -> None:
    asked = browser.get("/library?q=lamp")
    assert asked.headers["location"] == f"{PATH}/login?next=%2Flibrary%3Fq%3Dlamp"
    answer = sign_in(browser)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PATH}/library")
    assert f"Path={PATH};" in answer.headers["set-cookie"]
    assert browser.get("/library").status_code == 200


def test_forms_of_other_sites_are_refused(browser: httpx.Client) -> None:
    sign_in(browser)
    for origin in ("http://evil.example", "null"):
        assert browser.post("/queue/pause", headers={"Origin": origin}).status_code == 403


def test_a_link_that_signs_in_does_so(fronts: Fronts, front: str, browser: httpx.Client) -> None:
    link = WayIn.of(TOKEN, fronts.named(front)).link
    assert link is not None
    assert f'action="{PATH}/login/link"' in browser.get(link).text
    answer = browser.post("/login/link", data={"key": link.partition("key=")[2]})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PATH}/")
    assert browser.get("/").status_code == 200


def test_events_come_at_once(browser: httpx.Client) -> None:
    sign_in(browser)
    with browser.stream("GET", "/api/v1/events") as stream:
        assert EventReader(stream).next()[0] == "snapshot"


def test_the_api_says_where_it_is(browser: httpx.Client) -> None:
    assert browser.get("/openapi.json").json()["servers"] == [{"url": PATH}]
    headers = {"Authorization": f"Bearer {TOKEN}"}
    assert browser.get("/api/v1/queue", headers=headers).status_code == 200


def test_a_listening_feed_and_its_sound_are_below_it(fronts: Fronts, browser: httpx.Client) -> None:
    fronts.api.empty()
    filed(fronts.api)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    address = browser.post("/api/v1/feeds", headers=headers, json={}).json()["address"]
    # Whichever name it was asked by: a person has said by which one phones reach it.
    assert address.startswith(f"{fronts.named('taking')}/podcast/")
    sound = feedparser.parse(httpx.get(address, trust_env=False, timeout=60).content).entries[0].enclosures[0].href
    assert httpx.get(sound, headers={"Range": "bytes=5-9"}, trust_env=False, timeout=60).content == SOUND[5:10]
    below = urlsplit(sound).path.removeprefix(PATH)
    assert browser.get(below).status_code == 200
