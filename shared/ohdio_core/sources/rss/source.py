"""A podcast or audiobook feed: a category in which every item is a book."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urldefrag, urlsplit

from ohdio_core.domain.audiobook import BookDetails, BookRef, Media, MediaKind, Page, Part, Target
from ohdio_core.errors import NotFound, PermanentError
from ohdio_core.sources.http import SiteClient
from ohdio_core.sources.rss import links
from ohdio_core.sources.rss.feed import parse_feed

_MOST_PAGES = 1000  # no feed is that long: pages that never end are a fault of the site


class RssSource:
    """Implements ``Source`` for feeds of any host."""

    name = links.NAME
    label = "podcast and audiobook feeds (RSS or Atom)"
    examples: tuple[str, ...] = ("https://librivox.org/rss/52", "https://podcasts.example/show/feed.xml")

    def match(self, url: str) -> Target | None:
        """Recognise feeds by their address, and items of feeds by the fragment that we gave them."""
        return links.match(url)

    def politeness_key(self, target_url: str) -> str:
        """Pace each host by itself."""
        return urlsplit(target_url).hostname or self.name

    def discover(self, target: Target, http: SiteClient, cursor: str | None = None) -> Iterator[Page]:
        """Read the feed, and the pages that it names as next. Where a feed says it has moved is not followed."""
        yield from _pages(target.url, http, cursor)

    def describe(self, ref: BookRef, http: SiteClient) -> BookDetails:
        """Give what the listing told already, or read the feed again and find the item in it."""
        if ref.details is not None:
            return ref.details
        return self._find(ref, http)

    def resolve(self, ref: BookRef, part: Part, http: SiteClient) -> Media:
        """Give the address of the enclosure; the size is what the feed claims."""
        if part.url is None:
            part = self._find(ref, http).parts[0]
        assert part.url is not None
        is_playlist = urlsplit(part.url).path.lower().endswith(".m3u8")
        return Media(part.url, MediaKind.HLS if is_playlist else MediaKind.HTTP, size=part.size)

    def _find(self, ref: BookRef, http: SiteClient) -> BookDetails:
        feed = urldefrag(ref.url).url
        for page in _pages(feed, http, None):
            for book in page.books:
                if book.url == ref.url and book.details is not None:
                    return book.details
        raise NotFound(f"The feed {feed} does not list this item (any more).")


def _pages(feed: str, http: SiteClient, cursor: str | None) -> Iterator[Page]:
    url, seen = cursor or links.fetchable(feed), set[str]()
    for _ in range(_MOST_PAGES):
        seen.add(url)
        response = http.get(url)
        page = parse_feed(response.body, feed, response.url)
        if page.next_cursor is None or page.next_cursor in seen:
            yield replace(page, next_cursor=None)
            return
        yield page
        url = page.next_cursor
    raise PermanentError(f"The feed {feed} has more than {_MOST_PAGES} pages; the rest is not read.")
