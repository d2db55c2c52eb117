"""Lists of feeds, over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ohdio_core.domain.audiobook import ListingPage
from ohdio_core.sources.http import ClientSettings, HttpClientFactory, SiteClient
from ohdio_core.sources.rss import RssSource
from tests.integration.sources.origin import Origin
from tests.unit.sources.rss.documents import item, rss

SOURCE = RssSource()


@pytest.fixture
def http(origin: Origin) -> Iterator[SiteClient]:
    factory = HttpClientFactory(ClientSettings(host_overrides={"podcasts.example": origin.url}))
    yield factory.site("podcasts.example")
    factory.close()


class TestSubscriptionLists:
    """An OPML document leads to the books of its feeds."""

    LIST = """<opml version="2.0"><head><title>Nos balados</title></head><body>
        <outline text="A & B"><outline xmlUrl="https://podcasts.example/a/feed.xml?x=1&y=2"/></outline>
        <outline type="rss" xmlUrl="https://podcasts.example/gone/feed.xml"/><outline xmlUrl="nonsense"/>
        <outline xmlUrl="https://podcasts.example/b/feed.xml"/></body></opml>"""

    @pytest.fixture
    def pages(self, origin: Origin, http: SiteClient) -> list[ListingPage]:
        origin.answer("/list.xml", self.LIST.encode())
        origin.answer("/a/feed.xml?x=1&y=2", rss(item(1), item(2)))
        origin.answer("/b/feed.xml", rss(item(3)))
        target = SOURCE.match("https://podcasts.example/list.xml")
        assert target is not None
        return list(SOURCE.discover(target, http))

    def test_are_read_feed_by_feed_and_one_that_is_gone_costs_no_other(self, pages: list[ListingPage]) -> None:
        assert [[book.title for book in page.books] for page in pages] == [["Récit 1", "Récit 2"], [], ["Récit 3"]]
        assert [page.title for page in pages] == ["Nos balados", None, None]
        assert "https://podcasts.example/gone/feed.xml, which is listed, cannot be read" in str(pages[1].note)
        assert pages[2].books[0].url.startswith("https://podcasts.example/b/feed.xml#item=")

    def test_go_on_where_they_stopped(self, pages: list[ListingPage], http: SiteClient) -> None:
        target = SOURCE.match("https://podcasts.example/list.xml")
        assert target is not None
        rest = list(SOURCE.discover(target, http, pages[1].next_cursor))
        assert [page.books for page in rest] == [pages[2].books]
        assert pages[2].next_cursor is None
