"""What every source promises of its listings, descriptions and media, against the simulated sites over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import pytest

from ohdio_core.domain.audiobook import BookDetails, BookRef, ListingPage, Part, Target, TargetKind
from ohdio_core.errors import PermanentError
from ohdio_core.sources.http import ClientSettings, HttpClientFactory, SiteClient, parse_overrides
from ohdio_core.sources.protocol import Source
from ohdio_core.sources.registry import SOURCES, SourceRegistry
from tests.sites import archive, hosts
from tests.sites.catalogue import (
    Catalogue,
    ProgrammeKind,
    SimBook,
    SimCategory,
    SimFeed,
    invent_book,
    invent_programme,
)
from tests.sites.client import SimOrigin

BOOKS = tuple(invent_book(number, parts=2, seconds=2) for number in range(50_001, 50_006))
NUMBERS = tuple(book.id for book in BOOKS)
SHOP = Catalogue(
    books=BOOKS,
    categories=(SimCategory(9001, "Récits inventés", NUMBERS, 2),),
    feeds=(SimFeed("recits", "Récits en ondes", NUMBERS, 2), SimFeed("serie", "Une série", NUMBERS, is_serial=True)),
)
TOLD_BY_ALL = {"title", "authors", "description", "published_year", "language", "cover_url", "duration", "parts"}


@dataclass(frozen=True)
class Listing:
    """A listing of five books, and what its source tells of them."""

    url: str
    missing: str  #: a link to a book that is not there
    told: frozenset[str]  #: names of fields that are never empty, besides those that all tell
    part_told: frozenset[str]  #: the same of parts
    same: frozenset[str]  #: names of fields that are exactly what was invented
    catalogue: Catalogue = SHOP
    is_dated: bool = True  #: whether it tells when each book appeared


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def programme(kind: ProgrammeKind) -> Catalogue:
    """Return five episodes, none of which is a replay, which would be marked in its title."""
    catalogue = invent_programme(5, kind=kind)
    return replace(catalogue, programmes=tuple(replace(each, replays=()) for each in catalogue.programmes))


LISTINGS = {
    "ohdio-category": Listing(
        f"https://{hosts.PAGES}/ohdio/categories/9001/recits",
        f"https://{hosts.PAGES}/ohdio/livres-audio/1/nothing",
        is_dated=False,
        told=words("narrators publisher genre audience page_count"),
        part_told=words("title duration"),
        same=words("title authors narrators genre publisher"),
    ),
    "ohdio-podcast": Listing(
        f"https://{hosts.PAGES}/ohdio/balados/8001/vents",
        f"https://{hosts.PAGES}/ohdio/balados/8001/vents/1/nothing",
        told=words("narrators series"),
        part_told=words("duration"),
        same=words("title"),
        catalogue=programme(ProgrammeKind.PODCAST),
    ),
    "ohdio-radio": Listing(
        f"https://{hosts.PAGES}/ohdio/premiere/emissions/8001/vents",
        f"https://{hosts.PAGES}/ohdio/premiere/emissions/vents/episodes/1/nothing",
        told=words("narrators series"),
        part_told=words("duration chapters"),
        same=words("title"),
        catalogue=programme(ProgrammeKind.RADIO),
    ),
    "librivox": Listing(
        f"https://{hosts.LIBRIVOX}/api/feed/audiobooks",
        f"https://{hosts.LIBRIVOX}/nothing-by-nobody/",
        is_dated=False,
        told=words("narrators publisher genre"),
        part_told=words("title duration url narrators"),
        same=words("title authors narrators genre"),
    ),
    "archive": Listing(
        f"https://{hosts.ARCHIVE}/details/{archive.COLLECTION}?tab=collection",
        f"https://{hosts.ARCHIVE}/details/nothing",
        told=words("narrators publisher genre"),
        part_told=words("title duration url size checksum"),
        same=words("title authors narrators genre publisher"),
    ),
    "rss": Listing(
        f"https://{hosts.FEEDS}/recits.xml",
        f"https://{hosts.FEEDS}/recits.xml#item=0000000000000000",
        told=frozenset(),
        part_told=words("duration url size"),
        same=words("title authors"),
    ),
    "rss-serial": Listing(
        f"https://{hosts.FEEDS}/serie.xml",
        f"https://{hosts.FEEDS}/nothing.xml#book",
        told=words("narrators"),
        part_told=words("duration url size narrators chapters_url transcript_url"),
        same=words("title authors narrators"),
    ),
}


def test_every_source_with_a_site_of_its_own_is_here() -> None:
    # Web pages have no site to simulate (tests/integration/sources/test_web.py), nor has what yt-dlp reads.
    found = {SourceRegistry().identify(listing.url)[0].name for listing in LISTINGS.values()}
    assert found == {source.name for source in SOURCES} - {"web"}


@pytest.mark.parametrize("name", LISTINGS)
class TestSource:
    @pytest.fixture
    def listing(self, name: str, origin: SimOrigin) -> Listing:
        origin.offer(LISTINGS[name].catalogue)
        return LISTINGS[name]

    @pytest.fixture
    def found(self, listing: Listing) -> tuple[Source, Target]:
        return SourceRegistry().identify(listing.url)

    @pytest.fixture
    def http(self, origin: SimOrigin, found: tuple[Source, Target]) -> Iterator[SiteClient]:
        factory = HttpClientFactory(ClientSettings(host_overrides=parse_overrides(origin.overrides())))
        yield factory.site(found[0].site_key(found[1].url))
        factory.close()

    def test_lists_every_book_once_and_under_its_own_name(
        self, listing: Listing, found: tuple[Source, Target], http: SiteClient
    ) -> None:
        source, target = found
        refs = [ref for page in source.discover(target, http) for ref in page.books]
        assert len(refs) == len({ref.url for ref in refs}) == len(listing.catalogue.books)
        for ref in refs:
            assert source.match(ref.url) == Target(TargetKind.AUDIOBOOK, source.name, ref.url, ref.external_id)
            assert ref.source == source.name
            assert ref.title
        assert {ref.title for ref in refs} == {book.title for book in listing.catalogue.books}

    def test_says_when_each_book_appeared_where_its_site_does(
        self, listing: Listing, found: tuple[Source, Target], http: SiteClient
    ) -> None:
        dates = [ref.published for page in found[0].discover(found[1], http) for ref in page.books]
        assert [date is not None for date in dates] == [listing.is_dated] * len(dates)
        assert all(date.tzinfo for date in dates if date is not None)

    def test_goes_on_after_any_page_with_exactly_the_rest(self, found: tuple[Source, Target], http: SiteClient) -> None:
        source, target = found
        pages = list(source.discover(target, http))
        assert pages[-1].next_cursor is None or not urls(source.discover(target, http, pages[-1].next_cursor))
        for number, page in enumerate(pages[:-1], 1):
            assert page.next_cursor is not None
            assert urls(source.discover(target, http, page.next_cursor)) == urls(pages[number:])

    def test_describes_every_field_that_its_site_tells(
        self, listing: Listing, found: tuple[Source, Target], http: SiteClient
    ) -> None:
        source, target = found
        expected = {book.title: book for book in listing.catalogue.books}
        for ref in (ref for page in source.discover(target, http) for ref in page.books):
            details = source.describe(ref, http)
            assert empty_fields(details, TOLD_BY_ALL | listing.told) == []
            for part in details.parts:
                assert empty_fields(part, {"external_id"} | listing.part_told) == []
            book = expected[details.title]
            for field in listing.same:
                assert shown(getattr(details, field)) == shown(getattr(book, field))
            assert [part.index for part in details.parts] == list(range(len(details.parts)))
            assert book.summary in (details.description or "")

    def test_describes_a_pasted_link_as_it_does_a_listed_one(
        self, found: tuple[Source, Target], http: SiteClient
    ) -> None:
        source, target = found
        ref = next(ref for page in source.discover(target, http) for ref in page.books)
        pasted = source.describe(BookRef(ref.source, ref.url, ref.external_id), http)
        assert (pasted.title, len(pasted.parts)) == (ref.title, len(source.describe(ref, http).parts))

    def test_gives_an_address_that_has_each_part(
        self, listing: Listing, found: tuple[Source, Target], http: SiteClient
    ) -> None:
        source, target = found
        ref = next(ref for page in source.discover(target, http) for ref in page.books)
        book = next(book for book in listing.catalogue.books if book.title == ref.title)
        for part in source.describe(ref, http).parts:
            assert_plays(source, ref, part, http, book)

    def test_says_in_a_sentence_that_a_book_is_not_there(
        self, listing: Listing, found: tuple[Source, Target], http: SiteClient
    ) -> None:
        target = found[0].match(listing.missing)
        assert target is not None
        with pytest.raises(PermanentError, match=r"\w+ \w+.*\."):
            found[0].describe(BookRef(target.source, target.url, target.external_id), http)


def urls(pages: Iterator[ListingPage] | list[ListingPage]) -> list[str]:
    return [ref.url for page in pages for ref in page.books]


def shown(value: str | tuple[str, ...]) -> str:
    """Return names as one text: feeds have no other way to name two people than in one."""
    return value if isinstance(value, str) else " et ".join(value)


def empty_fields(record: BookDetails | Part, told: set[str] | frozenset[str]) -> list[str]:
    values: dict[str, Any] = {each.name: getattr(record, each.name) for each in fields(record)}
    return sorted(name for name in told if not values[name])


def assert_plays(source: Source, ref: BookRef, part: Part, http: SiteClient, book: SimBook) -> None:
    media = source.resolve(ref, part, http)
    with http.stream(media.url) as response:
        size = sum(len(piece) for piece in response.iter_bytes())
    assert response.status == 200
    assert size > 1000 * book.parts[0].seconds
    if media.is_size_exact:
        assert size == media.size
