"""archive.org: an item with recordings is a book; collections and searches list items."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from ohdio_core.domain.audiobook import (
    BookDetails,
    BookRef,
    ListingPage,
    Media,
    MediaKind,
    Part,
    SearchHit,
    Target,
    TargetKind,
)
from ohdio_core.errors import NotFound, PermanentError
from ohdio_core.sentences import sentence
from ohdio_core.sources.archive import links
from ohdio_core.sources.archive.book import book_from
from ohdio_core.sources.archive.item import ArchiveItem, parse_item, parse_item_xml
from ohdio_core.sources.archive.listing import audio_query, parse_scrape, parse_search, scrape_url, search_url
from ohdio_core.sources.endless_listing import EndlessListing
from ohdio_core.sources.http import SiteClient
from ohdio_core.sources.missing_page import to_the_last_page
from ohdio_core.sources.strategies import Strategy, StrategyChoice

_MOST_PAGES = 10_000  # no listing is that long: pages that never end are a fault of the site
_SCRAPE, _SEARCH = "scrape", "search"


class ArchiveSource:
    """Implements ``Source``, ``Searchable`` and ``Diagnosable`` for archive.org."""

    name = links.NAME
    label = sentence("archive.label", "archive.org items, collections and searches")
    measures_durations = True
    is_feed = False
    knows_kind_from_link = True
    examples: tuple[str, ...] = (
        "https://archive.org/details/letters_brides_0709_librivox",
        "https://archive.org/details/librivoxaudio",
        "https://archive.org/search?query=creator%3ABalzac",
    )
    known_items: tuple[str, ...] = (
        "https://archive.org/details/letters_brides_0709_librivox",
        "https://archive.org/details/librivoxaudio",
    )

    def match(self, url: str) -> Target | None:
        """Recognise items by any of their addresses, collections and searches."""
        return links.match(url)

    def site_key(self, target_url: str) -> str:  # noqa: ARG002 - one site, whatever the link
        """Return the source's name: all hosts of the site are paced as one."""
        return self.name

    @staticmethod
    def former_id(ref: BookRef) -> str | None:  # noqa: ARG004 - the site's own ids never changed
        """Return None: ids were always the site's own."""
        return None

    def discover(self, target: Target, http: SiteClient, cursor: str | None = None) -> Iterator[ListingPage]:
        """Yield the recordings of a collection or search; the cursor keeps which of the two ways serves."""
        yield from to_the_last_page(self._walk(target, http, cursor), cursor, partial(_page_url, target))

    def _walk(self, target: Target, http: SiteClient, cursor: str | None) -> Iterator[ListingPage]:
        seen: set[str] = set()
        for _ in range(_MOST_PAGES):
            page = _listing(target, http).best() if cursor is None else _page(target, http, cursor)
            if cursor is None and not page.books and page.next_cursor is None:
                raise PermanentError(
                    sentence("archive.listing_empty", "archive.org lists no recording under {link}.", link=target.url)
                )
            is_new = any(book.external_id not in seen for book in page.books)
            seen.update(book.external_id for book in page.books)
            if page.next_cursor is None or not is_new:
                yield replace(page, next_cursor=None)
                return
            yield page
            cursor = page.next_cursor
        raise EndlessListing(target.url, _MOST_PAGES)

    def describe(self, ref: BookRef, http: SiteClient) -> BookDetails:
        """Read the item's metadata and files."""
        return book_from(read_item(ref.external_id, http))

    def resolve(self, ref: BookRef, part: Part, http: SiteClient) -> Media:
        """Return the file's address, which is stable, with the size and checksum that it must have."""
        if part.url is not None:
            return media_of(part)
        for listed in book_from(read_item(ref.external_id, http)).parts:
            if listed.external_id == part.external_id:
                return media_of(listed)
        raise NotFound(
            sentence(
                "archive.no_file",
                "The archive.org item {item} has no file {file} (any more).",
                item=ref.external_id,
                file=part.external_id,
            )
        )

    def search(self, text: str, http: SiteClient, limit: int) -> list[SearchHit]:
        """Search titles, creators and descriptions of recordings, best first."""
        words = _without_operators(text)
        if not words:
            return []
        page = parse_search(http.get(search_url(audio_query(words), 1, limit, by_relevance=True)).body, 1)
        return [
            SearchHit(
                Target(TargetKind.AUDIOBOOK, self.name, book.url, book.external_id),
                book.title or book.external_id,
                book.authors,
                book.cover_url,
            )
            for book in page.books[:limit]
        ]

    def choices(self, target: Target, http: SiteClient) -> Iterator[StrategyChoice[Any]]:
        """Yield the strategies for reading an item, or for listing a collection or search."""
        if target.kind is TargetKind.AUDIOBOOK:
            yield item_choice(target.external_id, http)
        else:
            yield _listing(target, http)


def read_item(identifier: str, http: SiteClient) -> ArchiveItem:
    """Return an item, read from archive.org in whichever of three ways still works.

    Raises:
        NotFound: There is no such item.
        PermanentError: None of the ways works.
        TransientError: The site failed.
    """
    return item_choice(identifier, http).best()


def item_choice(identifier: str, http: SiteClient) -> StrategyChoice[ArchiveItem]:
    """Return the strategies for reading an item."""

    def metadata() -> ArchiveItem:
        return parse_item(_body(f"{links.ROOT}/metadata/{identifier}", http), identifier)

    def details() -> ArchiveItem:
        return parse_item(_body(f"{links.item_url(identifier)}?output=json", http), identifier)

    def documents() -> ArchiveItem:
        meta = _body(links.file_url(identifier, f"{identifier}_meta.xml"), http)
        files = _body(links.file_url(identifier, f"{identifier}_files.xml"), http)
        return parse_item_xml(meta, files, identifier)

    return StrategyChoice(
        sentence("archive.item", "archive.org item {item}", item=identifier),
        (Strategy("metadata API", metadata), Strategy("details as JSON", details), Strategy("item XML", documents)),
        _completeness,
        site=links.SITE_NAME,
    )


def _body(url: str, http: SiteClient) -> bytes:
    """Read one of the site's interfaces.

    Raises:
        PermanentError: It cannot be read, or is not there any more, which says nothing about the item.
        TransientError: It may be read later.
    """
    try:
        return http.get(url).body
    except NotFound as error:
        raise PermanentError(error.sentence) from error


def media_of(part: Part) -> Media:
    """Return the medium of a part whose address is stable.

    Raises:
        PermanentError: It has no address.
    """
    if part.url is None:
        raise PermanentError(
            sentence(
                "part.no_address", "Part {number} has no address that it could be fetched from.", number=part.index + 1
            )
        )
    return Media(part.url, MediaKind.HTTP, size=part.size, is_size_exact=part.size is not None, checksum=part.checksum)


def _completeness(item: ArchiveItem) -> float:
    # A collection has files of no interest, and what was taken down none.
    is_whole = bool(item.files) or item.is_dark or item.first("mediatype") == "collection"
    return 0.25 + 0.25 * bool(item.first("title")) + 0.5 * is_whole if not item.is_dark else 1.0


def _listing(target: Target, http: SiteClient) -> StrategyChoice[ListingPage]:
    return StrategyChoice(
        target.url,
        (
            Strategy("scraping API", lambda: _page(target, http, f"{_SCRAPE}:")),
            Strategy("advanced search", lambda: _page(target, http, f"{_SEARCH}:1")),
        ),
        lambda page: 1.0 if page.books else 0.5,
        site=links.SITE_NAME,
    )


def _page(target: Target, http: SiteClient, cursor: str) -> ListingPage:
    """Read a page by the way that the cursor names, and name that way in the next cursor."""
    body = _body(_page_url(target, cursor), http)
    way, _, place = cursor.partition(":")
    page = parse_search(body, _number(place)) if way == _SEARCH else parse_scrape(body, is_first=not place)
    return replace(page, next_cursor=f"{way}:{page.next_cursor}" if page.next_cursor else None)


def _page_url(target: Target, cursor: str) -> str:
    query = audio_query(links.query_of(target))
    way, _, place = cursor.partition(":")
    return search_url(query, _number(place)) if way == _SEARCH else scrape_url(query, place or None)


def _number(place: str) -> int:
    return int(place) if place.isdecimal() else 1


def _without_operators(text: str) -> str:
    """Return the words of a search without operators of the site's query language: in lower case, no punctuation."""
    words = "".join(character if character.isalnum() or character in "'’" else " " for character in text).split()
    return " ".join(word.lower() for word in words)
