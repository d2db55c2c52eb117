"""LibriVox against the simulated site, as it is and as it may come to be, over real HTTP."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from ohdio_core.domain.audiobook import BookRef, ListingPage, Media, Part
from ohdio_core.domain.filters import facts_of
from ohdio_core.errors import NotFound, PermanentError, TransientError
from ohdio_core.sources.http import ClientSettings, HttpClientFactory, SiteClient, parse_overrides
from ohdio_core.sources.librivox import LibrivoxSource
from ohdio_core.sources.protocol import Diagnosable, Searchable
from tests.sites import librivox
from tests.sites.catalogue import Catalogue, Drift, SimBook, invent_book
from tests.sites.client import SimOrigin
from tests.sites.faults import Fault, FaultKind, RequestKind

SOURCE = LibrivoxSource()
BOOK = replace(invent_book(5, parts=3, seconds=2), narrators=("Zoé Roy", "Paul Ménard"))
API = "https://librivox.org/api/feed/audiobooks"


@pytest.fixture
def site(origin_process: SimOrigin) -> SimOrigin:
    origin_process.offer(Catalogue(books=(BOOK,)))
    return origin_process


@pytest.fixture
def http(site: SimOrigin) -> Iterator[SiteClient]:
    settings = ClientSettings(host_overrides=parse_overrides(site.overrides()), read_timeout=timedelta(seconds=1))
    factory = HttpClientFactory(settings)
    yield factory.site("librivox")
    factory.close()


def walked(url: str, http: SiteClient, cursor: str | None = None) -> list[ListingPage]:
    target = SOURCE.match(url)
    assert target is not None
    return list(SOURCE.discover(target, http, cursor))


def listed(url: str, http: SiteClient, cursor: str | None = None) -> list[BookRef]:
    return [book for page in walked(url, http, cursor) for book in page.books]


def pasted(book: SimBook) -> BookRef:
    target = SOURCE.match(f"{librivox.ROOT}/{librivox.slug(book)}/")
    assert target is not None
    return BookRef(target.source, target.url, target.external_id)


def close_item(site: SimOrigin) -> None:
    for path in ("/metadata/sim_5_librivox", "/details/sim_5_librivox"):
        site.fail(path, Fault.status_code(404))


def is_the_recording(media: Media, http: SiteClient) -> bool:
    with http.stream(media.url) as response:
        body = b"".join(response.iter_bytes())
    assert media.checksum is not None
    algorithm, digest = media.checksum
    return (len(body), hashlib.new(algorithm, body).hexdigest()) == (media.size, digest)


class TestDescribe:
    @pytest.mark.parametrize(
        "drifts",
        [(), (Drift.CATALOGUE_CLOSED,), (Drift.AUDIO_MOVED,), (Drift.METADATA_CLOSED,)],
        ids=lambda drifts: "+".join(drifts) or "as-it-was",
    )
    def test_a_page_is_a_whole_book_with_verified_files(
        self, site: SimOrigin, http: SiteClient, drifts: tuple[Drift, ...]
    ) -> None:
        site.offer(Catalogue(books=(BOOK,), drifts=drifts))
        details = SOURCE.describe(pasted(BOOK), http)
        assert (details.title, details.authors, details.language) == (BOOK.title, BOOK.authors, "fr")
        assert [part.narrators for part in details.parts] == [("Zoé Roy",), ("Paul Ménard",), ("Zoé Roy",)]
        assert [part.title for part in details.parts] == [part.title for part in BOOK.parts]
        asked = len(site.exchanges())
        media = [SOURCE.resolve(pasted(BOOK), part, http) for part in details.parts]
        assert len(site.exchanges()) == asked
        assert all(each.is_size_exact and not each.url.endswith("_64kb.mp3") for each in media)
        assert is_the_recording(media[1], http)

    def test_an_unknown_page_is_not_found(self, http: SiteClient) -> None:
        with pytest.raises(NotFound):
            SOURCE.describe(pasted(invent_book(99)), http)

    @pytest.mark.parametrize("kind", [FaultKind.SILENCE, FaultKind.EMPTY, FaultKind.HTML])
    def test_an_api_that_fails_gives_way_to_the_page(self, site: SimOrigin, http: SiteClient, kind: FaultKind) -> None:
        site.fail(None, Fault.of(kind, on=RequestKind.LISTING))
        site.fail("/api/feed/audiobooks", Fault.of(kind))
        assert len(SOURCE.describe(pasted(BOOK), http).parts) == 3

    def test_a_site_that_is_down_is_waited_for(self, site: SimOrigin, http: SiteClient) -> None:
        site.fail(None, Fault.status_code(502, on=RequestKind.PAGE))
        site.fail(None, Fault.status_code(503, on=RequestKind.LISTING))
        with pytest.raises(TransientError):
            SOURCE.describe(pasted(BOOK), http)

    def test_addresses_of_the_catalogue_serve_where_the_item_is_gone(self, site: SimOrigin, http: SiteClient) -> None:
        close_item(site)
        details = SOURCE.describe(pasted(BOOK), http)
        assert [str(part.url).rpartition("/")[2] for part in details.parts] == [
            "chapter_000_sim_64kb.mp3",
            "chapter_001_sim_64kb.mp3",
            "chapter_002_sim_64kb.mp3",
        ]


class TestCatalogue:
    @pytest.fixture
    def many(self, site: SimOrigin) -> tuple[SimBook, ...]:
        books = tuple(invent_book(number, parts=2, seconds=2) for number in range(1, 121))
        site.offer(Catalogue(books=books))
        return books

    def test_every_page_is_walked_and_no_book_comes_twice(self, many: tuple[SimBook, ...], http: SiteClient) -> None:
        pages = walked(API, http)
        assert [len(page.books) for page in pages] == [100, 20]
        assert {book.external_id for page in pages for book in page.books} == {librivox.slug(book) for book in many}

    def test_a_cursor_goes_on_where_it_stopped(self, many: tuple[SimBook, ...], http: SiteClient) -> None:
        first = walked(API, http)[0]
        rest = {book.external_id for book in listed(API, http, first.next_cursor)}
        assert rest | {book.external_id for book in first.books} == {librivox.slug(book) for book in many}

    def test_the_listing_describes_every_book(
        self, many: tuple[SimBook, ...], http: SiteClient, site: SimOrigin
    ) -> None:
        books = listed(API, http)
        asked = len(site.exchanges())
        details = [SOURCE.describe(book, http) for book in books]
        assert len(site.exchanges()) == asked
        assert all(len(told.parts) == 2 and told.narrators for told in details)
        assert len(details) == len(many)

    def test_filters_choose(self, many: tuple[SimBook, ...], http: SiteClient) -> None:
        genre = many[0].genre
        chosen = listed(f"{API}?genre={genre}&language=fr", http)
        assert {book.external_id for book in chosen} == {librivox.slug(book) for book in many if book.genre == genre}
        assert listed(f"{API}?language=German", http) == []

    def test_a_query_that_finds_nothing_says_so(self, http: SiteClient) -> None:
        with pytest.raises(NotFound, match="no book"):
            walked(f"{API}?genre=None", http)

    def test_a_page_of_the_database_in_place_of_json_is_waited_for(self, site: SimOrigin, http: SiteClient) -> None:
        site.offer(Catalogue(books=(BOOK,), drifts=(Drift.CATALOGUE_CLOSED,)))
        with pytest.raises(TransientError, match="JSON"):
            walked(API, http)


class TestListings:
    @pytest.mark.parametrize("drifts", [(), (Drift.CATALOGUE_CLOSED,)])
    def test_a_feed_is_the_book_of_the_page(self, site: SimOrigin, http: SiteClient, drifts: tuple[Drift, ...]) -> None:
        site.offer(Catalogue(books=(BOOK,), drifts=drifts))
        [book] = listed("http://librivox.org/rss/5", http)
        assert (book.url, book.external_id) == (pasted(BOOK).url, pasted(BOOK).external_id)

    def test_an_author_has_the_books_that_are_theirs(self, site: SimOrigin, http: SiteClient) -> None:
        namesake = replace(invent_book(8), authors=(f"Autre {BOOK.authors[0].rpartition(' ')[2]}",))
        catalogue = Catalogue(
            books=(BOOK, namesake, *(replace(invent_book(n), authors=BOOK.authors) for n in (6, 7, 9)))
        )
        site.offer(catalogue)
        number = librivox.author_id(catalogue, BOOK.authors[0])
        books = listed(f"https://librivox.org/author/{number}", http)
        own = [book for book in catalogue.books if book is not namesake]
        assert sorted(book.external_id for book in books) == sorted(librivox.slug(book) for book in own)
        assert all(book.details is not None for book in books)

    def test_a_readers_pages_are_walked_and_go_on(self, site: SimOrigin, http: SiteClient) -> None:
        catalogue = Catalogue(books=tuple(replace(invent_book(n), narrators=("Zoé Roy",)) for n in range(1, 6)))
        site.offer(catalogue)
        url = f"https://librivox.org/reader/{librivox.reader_id(catalogue, 'Zoé Roy')}"
        pages = walked(url, http)
        assert [len(page.books) for page in pages] == [2, 2, 1]
        assert [page.next_cursor for page in pages] == ["results:2", "results:3", None]
        assert listed(url, http, "results:3") == list(pages[2].books)
        assert {facts_of(book).language for page in pages for book in page.books} == {"fr"}
        assert SOURCE.describe(pages[0].books[0], http).narrators == ("Zoé Roy",)

    def test_a_reader_of_nothing_is_not_found(self, http: SiteClient) -> None:
        with pytest.raises(NotFound, match="no complete book"):
            walked("https://librivox.org/reader/999", http)


class TestResolve:
    @pytest.mark.parametrize("drifts", [(), (Drift.METADATA_CLOSED,)])
    def test_what_a_listing_told_is_enough(self, site: SimOrigin, http: SiteClient, drifts: tuple[Drift, ...]) -> None:
        site.offer(Catalogue(books=(BOOK,), drifts=drifts))
        [book] = listed(API, http)
        assert book.details is not None
        media = SOURCE.resolve(book, book.details.parts[2], http)
        assert media.url == "https://archive.org/download/sim_5_librivox/chapter_002_sim.mp3"
        assert is_the_recording(media, http)

    def test_the_item_is_asked_once_for_all_sections(self, site: SimOrigin, http: SiteClient) -> None:
        [book] = listed(API, http)
        assert book.details is not None
        media = [SOURCE.resolve(book, part, http) for part in book.details.parts]
        assert len({each.url for each in media}) == 3
        assert sum("/metadata/" in exchange.target for exchange in site.exchanges()) == 1

    def test_what_a_listing_names_no_files_of_is_described_with_its_item(
        self, site: SimOrigin, http: SiteClient
    ) -> None:
        site.offer(Catalogue(books=(BOOK,), drifts=(Drift.AUDIO_MOVED,)))
        [book] = listed(API, http)
        details = SOURCE.describe(book, http)
        assert [SOURCE.resolve(book, part, http).url.rpartition("/")[2] for part in details.parts] == [
            "chapter_000_sim.mp3",
            "chapter_001_sim.mp3",
            "chapter_002_sim.mp3",
        ]

    def test_the_catalogues_address_serves_where_the_item_is_gone(self, site: SimOrigin, http: SiteClient) -> None:
        [book] = listed(API, http)
        assert book.details is not None
        close_item(site)
        media = SOURCE.resolve(book, book.details.parts[0], http)
        assert media.url == "https://archive.org/download/sim_5_librivox/chapter_000_sim_64kb.mp3"
        assert not media.is_size_exact

    def test_a_dead_address_and_no_item_is_not_found(self, site: SimOrigin, http: SiteClient) -> None:
        close_item(site)
        with pytest.raises(PermanentError, match="sim_5_librivox"):
            SOURCE.resolve(pasted(BOOK), Part(0, "sim_5_librivox/1"), http)


class TestSearch:
    def test_titles_and_authors_are_searched(self, http: SiteClient) -> None:
        for words in (BOOK.title[:6], BOOK.authors[0]):
            [hit] = SOURCE.search(words, http, 10)
            assert (hit.target.url, hit.title, hit.authors) == (pasted(BOOK).url, BOOK.title, BOOK.authors)

    def test_nothing_found_is_an_empty_list(self, http: SiteClient) -> None:
        assert SOURCE.search("introuvable", http, 10) == []
        assert SOURCE.search("  ", http, 10) == []


def test_it_is_searched_and_diagnosed() -> None:
    assert isinstance(SOURCE, Searchable)
    assert isinstance(SOURCE, Diagnosable)
    assert all(SOURCE.match(url) is not None for url in SOURCE.known_items)


def test_each_way_to_read_a_book_is_told(site: SimOrigin, http: SiteClient) -> None:
    site.offer(Catalogue(books=(BOOK,), drifts=(Drift.CATALOGUE_CLOSED,)))
    target = SOURCE.match(pasted(BOOK).url)
    assert target is not None
    [choice] = SOURCE.choices(target, http)
    works = {outcome.name: outcome.completeness for outcome in choice.outcomes()}
    assert works == {"catalogue by id": None, "catalogue by title": None, "book page": 1.0}
