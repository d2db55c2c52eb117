"""A podcast or audiobook feed: a category in which every item is a book, or one book of all its items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urldefrag, urlsplit

from ohdio_core.domain.audiobook import BookDetails, BookRef, ListingPage, Media, MediaKind, Part, Target
from ohdio_core.errors import NotFound
from ohdio_core.sentences import Sentence, sentence
from ohdio_core.sources.http import SiteClient
from ohdio_core.sources.rss import links
from ohdio_core.sources.rss.book import one_book
from ohdio_core.sources.rss.cursor import Cursor
from ohdio_core.sources.rss.faults import SubscriptionList
from ohdio_core.sources.rss.listing import books_of
from ohdio_core.sources.rss.omissions import NoEpisodes, Omission, counted
from ohdio_core.sources.rss.subscriptions import PlaceInList, walk_list
from ohdio_core.sources.rss.walk import walk


class RssSource:
    """Implements ``Source`` and ``Bindable`` for feeds of any host."""

    name = links.NAME
    label = sentence("rss.label", "podcast and audiobook feeds (RSS, Atom or JSON)")
    measures_durations = False
    is_feed = True
    knows_kind_from_link = True
    examples: tuple[str, ...] = ("https://podcasts.example/rss", "https://podcasts.example/show/feed.xml")

    def match(self, url: str) -> Target | None:
        """Recognise feeds by their address, and by the fragment that we gave them feeds as one book and items."""
        return links.match(url)

    def as_one_book(self, target: Target) -> Target:
        """Return the whole feed as one book, with its episodes as parts."""
        return links.one_book(target)

    def site_key(self, target_url: str) -> str:
        """Return the host: each is paced by itself."""
        return urlsplit(target_url).hostname or self.name

    @staticmethod
    def former_id(ref: BookRef) -> str | None:
        """Return the id that hashes the feed's address with its scheme, as ids did before revision 0009."""
        return links.former_id(ref.url, ref.external_id)

    def discover(self, target: Target, http: SiteClient, cursor: str | None = None) -> Iterator[ListingPage]:
        """Read the feed as it arrives, and the pages that it names as next.

        Where a feed says it has moved is not followed. Of a subscription list, every feed is read.

        Raises:
            NoEpisodes: It was read from the beginning to the end, and has no recording.
        """
        place = None if cursor is None else PlaceInList.parse(cursor)
        if place is not None:
            yield from walk_list(place, http, _episodes_of)
            return
        try:
            yield from _episodes_of(target.url, http, cursor)
        except SubscriptionList as found:
            if cursor is not None:
                raise
            yield from walk_list(PlaceInList.at_start_of(found), http, _episodes_of, title=found.title)

    def describe(self, ref: BookRef, http: SiteClient) -> BookDetails:
        """Return the description from the listing, or read the feed for it."""
        if ref.details is not None:
            return ref.details
        if links.is_book(ref.url):
            feed = urldefrag(ref.url).url
            return one_book(walk(feed, http), feed)
        return self._find(ref, http)

    def resolve(self, ref: BookRef, part: Part, http: SiteClient) -> Media:
        """Return the address of the enclosure; the size is what the feed claims."""
        url = part.url or self._url(ref, part, http)
        kind = MediaKind.HLS if urlsplit(url).path.lower().endswith(".m3u8") else MediaKind.HTTP
        return Media(url, kind, size=part.size, checksum=part.checksum)

    def _url(self, ref: BookRef, part: Part, http: SiteClient) -> str:
        details = self.describe(replace(ref, details=None), http)
        for listed in details.parts:
            # That of an item has a name of its own at each look, where its guid has.
            if (listed.external_id == part.external_id or len(details.parts) == 1) and listed.url is not None:
                return listed.url
        raise NotFound(
            sentence("feed.no_part", "The feed {link} does not list this part (any more).", link=urldefrag(ref.url).url)
        )

    def _find(self, ref: BookRef, http: SiteClient) -> BookDetails:
        feed = urldefrag(ref.url).url
        by_match_key: BookDetails | None = None
        for stop in walk(feed, http):
            for book in books_of(stop.channel, stop.items, feed):
                if book.url == ref.url and book.details is not None:
                    return book.details
                if by_match_key is None and not set(ref.match_keys).isdisjoint(book.match_keys):
                    by_match_key = book.details
        if by_match_key is not None:
            return by_match_key
        raise NotFound(sentence("feed.no_item", "The feed {link} does not list this item (any more).", link=feed))


def _episodes_of(feed: str, http: SiteClient, cursor: str | None) -> Iterator[ListingPage]:
    """Yield the pages of one feed.

    Raises:
        NoEpisodes: It was read from the beginning to the end, and has no recording.
    """
    is_empty = cursor is None
    omitted = Counter[Omission]()
    for stop in walk(feed, http, None if cursor is None else Cursor.parse(cursor)):
        books = books_of(stop.channel, stop.items, feed)
        omitted.update(stop.omitted)
        is_empty = is_empty and not books
        if is_empty and stop.next is None and stop.missing is None:
            raise NoEpisodes(feed, omitted)
        if is_empty:
            continue  # so that whoever tries a feed knows from its first page whether it has any
        yield ListingPage(
            books,
            None if stop.next is None else str(stop.next),
            title=stop.channel.title,
            left_out=_counted_once(omitted),
            note=stop.missing,
            rhythm=stop.channel.rhythm,
            is_feed=True,
        )


def _counted_once(omitted: Counter[Omission]) -> dict[Sentence, int]:
    """Return what was left out since the last page; the count begins anew."""
    found = counted(omitted)
    omitted.clear()
    return found
