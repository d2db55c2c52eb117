from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from lxml import etree

from tests.integration.sites.conftest import Fetch
from tests.sites import hosts
from tests.sites.catalogue import invent_feed
from tests.sites.client import SimOrigin
from tests.sites.faults import RequestKind

CATALOGUE = invent_feed(5, page_size=2)
ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def on_offer(origin: SimOrigin) -> None:
    origin.offer(CATALOGUE)


def channel(fetch: Fetch, target: str) -> etree._Element:
    found = etree.fromstring(fetch(hosts.FEEDS, target).content).find("channel")
    assert found is not None
    return found


def test_a_feed_lists_its_books_over_linked_pages(fetch: Fetch) -> None:
    target: str | None = CATALOGUE.feeds[0].path
    titles: list[str | None] = []
    while target is not None:
        page = channel(fetch, target)
        titles += [item.findtext("title") for item in page.findall("item")]
        links = [link.get("href", "") for link in page.findall(f"{ATOM}link") if link.get("rel") == "next"]
        target = next((f"{urlsplit(link).path}?{urlsplit(link).query}" for link in links), None)

    assert titles == [book.title for book in CATALOGUE.books]


def test_an_enclosure_leads_to_the_bytes_that_it_promises(origin: SimOrigin, fetch: Fetch) -> None:
    item = channel(fetch, CATALOGUE.feeds[0].path).find("item")
    assert item is not None
    enclosure = item.find("enclosure")
    assert enclosure is not None
    address = urlsplit(enclosure.get("url", ""))

    response = fetch(address.netloc, address.path)

    assert (response.status_code, response.headers["Content-Type"]) == (200, enclosure.get("type"))
    assert str(len(response.content)) == enclosure.get("length")
    assert origin.exchanges(RequestKind.MEDIA)[0].book == CATALOGUE.books[0].id


def test_an_item_tells_author_duration_and_picture(fetch: Fetch) -> None:
    item = channel(fetch, CATALOGUE.feeds[0].path).find("item")
    assert item is not None
    picture = item.find(f"{ITUNES}image")
    assert picture is not None

    assert item.findtext(f"{ITUNES}author") == " et ".join(CATALOGUE.books[0].authors)
    assert item.findtext(f"{ITUNES}duration") == "00:00:08"
    assert fetch(hosts.FEEDS, urlsplit(picture.get("href", "")).path).content.startswith(b"\x89PNG")


@pytest.mark.parametrize("target", ["/other.xml", "/recits.xml?page=9", "/covers/1.png"])
def test_there_is_nothing_else(fetch: Fetch, target: str) -> None:
    assert fetch(hosts.FEEDS, target).status_code == 404
