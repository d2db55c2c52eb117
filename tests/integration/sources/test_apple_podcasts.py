"""Pages of Apple Podcasts, over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ohdio_core.errors import PermanentError
from ohdio_core.sources.http import ClientSettings, HttpClientFactory, SiteClient
from ohdio_core.sources.web import WebSource
from tests.integration.sources.origin import Origin
from tests.unit.sources.rss.documents import item, rss

SOURCE = WebSource()


def answer(origin: Origin, path: str, body: str | bytes, content_type: str = "text/html") -> None:
    data = body.encode() if isinstance(body, str) else body
    origin.answer(path, data, headers={"Content-Type": content_type})


class TestApplePodcasts:
    """Apple shows podcasts; what is read is the feed that it shows."""

    PAGE = "/ca/podcast/contes/id1234567890"
    LOOKUP = "/lookup?id=1234567890"

    @pytest.fixture
    def apple(self, origin: Origin) -> Iterator[SiteClient]:
        hosts = ("podcasts.apple.com", "itunes.apple.com", "stories.example")
        factory = HttpClientFactory(ClientSettings(host_overrides=dict.fromkeys(hosts, origin.url)))
        answer(origin, self.PAGE, "<title>Contes</title><h1>Contes</h1>")
        answer(origin, f"{self.PAGE}?i=1000", "<title>Un conte</title>")
        answer(origin, "/contes.xml", rss(item(1), item(2)), "application/rss+xml")
        yield factory.site("podcasts.apple.com")
        factory.close()

    def found(self, apple: SiteClient, query: str = "") -> list[str | None]:
        target = SOURCE.match(f"https://podcasts.apple.com{self.PAGE}{query}")
        assert target is not None
        return [book.title for page in SOURCE.discover(target, apple) for book in page.books]

    @pytest.mark.parametrize("data", ['"feedUrl":"{}"', "&quot;feedUrl&quot;:&quot;{}&quot;"])
    def test_a_page_leads_to_the_feed_that_its_data_names(self, origin: Origin, apple: SiteClient, data: str) -> None:
        named = data.format("https:\\/\\/stories.example\\/contes.xml")
        answer(origin, self.PAGE, f"<title>Contes</title><script type='application/json'>{{{named}}}</script>")
        assert self.found(apple) == ["Récit 1", "Récit 2"]
        assert not any("lookup" in request for request in map(str, origin.requests))

    def test_or_to_the_one_that_apple_looks_up(self, origin: Origin, apple: SiteClient) -> None:
        results = '{"results": [{"collectionId": 1234567890, "feedUrl": "https://stories.example/contes.xml"}]}'
        answer(origin, self.LOOKUP, results, "text/javascript")
        assert self.found(apple) == ["Récit 1", "Récit 2"]

    def test_where_neither_names_one_people_are_told_how_to_find_it(self, apple: SiteClient) -> None:
        with pytest.raises(PermanentError, match=r"Add the podcast's feed.*itunes\.apple\.com/lookup\?id=1234567890"):
            self.found(apple)

    def test_one_episode_is_refused_with_the_feed(self, origin: Origin, apple: SiteClient) -> None:
        results = '{"results": [{"collectionId": 1234567890, "feedUrl": "https://stories.example/contes.xml"}]}'
        answer(origin, self.LOOKUP, results)
        with pytest.raises(PermanentError, match=r"one episode .* feed https://stories\.example/contes\.xml"):
            self.found(apple, "?i=1000")
