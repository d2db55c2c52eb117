"""archive.org against the simulated site, as it is and as it may come to be, over real HTTP."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from ohdio_core.domain.audiobook import BookRef, ListingPage
from ohdio_core.domain.filters import facts_of
from ohdio_core.errors import NotFound, PermanentError, TransientError
from ohdio_core.sources.archive import ArchiveSource
from ohdio_core.sources.http import ClientSettings, HttpClientFactory, SiteClient, parse_overrides
from ohdio_core.sources.protocol import Diagnosable, Searchable
from tests.sites import archive
from tests.sites.catalogue import Catalogue, Drift, SimBook, invent_book
from tests.sites.client import SimOrigin
from tests.sites.faults import Fault, FaultKind, RequestKind

SOURCE = ArchiveSource()
BOOKS = tuple(invent_book(number, parts=2, seconds=2) for number in range(1, 6))
COLLECTION = f"https://archive.org/details/{archive.COLLECTION}?tab=collection"
DRIFTS = [(), (Drift.METADATA_CLOSED,)]


def named(drifts: tuple[Drift, ...]) -> str:
    return "+".join(drifts) or "as-it-was"


@pytest.fixture
def site(origin_process: SimOrigin) -> SimOrigin:
    origin_process.offer(Catalogue(books=BOOKS))
    return origin_process


@pytest.fixture
def http(site: SimOrigin) -> Iterator[SiteClient]:
    settings = ClientSettings(host_overrides=parse_overrides(site.overrides()), read_timeout=timedelta(seconds=1))
    factory = HttpClientFactory(settings)
    yield factory.site("archive")
    factory.close()


def pasted(book: SimBook) -> BookRef:
    target = SOURCE.match(f"http://www.archive.org/download/{archive.item_of(book)}/x.mp3")
    assert target is not None
    return BookRef(target.source, target.url, target.external_id)


def walked(http: SiteClient, url: str = COLLECTION, cursor: str | None = None) -> list[ListingPage]:
    target = SOURCE.match(url)
    assert target is not None
    return list(SOURCE.discover(target, http, cursor))


@pytest.mark.parametrize("drifts", DRIFTS, ids=named)
class TestDrift:
    @pytest.fixture(autouse=True)
    def drifted(self, site: SimOrigin, drifts: tuple[Drift, ...]) -> None:
        site.offer(Catalogue(books=BOOKS, drifts=drifts))

    def test_an_item_is_a_whole_book_whose_files_can_be_verified(self, site: SimOrigin, http: SiteClient) -> None:
        details = SOURCE.describe(pasted(BOOKS[0]), http)
        assert (details.title, details.authors) == (BOOKS[0].title, BOOKS[0].authors)
        assert (details.narrators, details.language) == (BOOKS[0].narrators, "fr")
        assert [part.external_id for part in details.parts] == ["chapter_000_sim.mp3", "chapter_001_sim.mp3"]
        asked = len(site.exchanges())
        media = SOURCE.resolve(pasted(BOOKS[0]), details.parts[1], http)
        assert len(site.exchanges()) == asked
        with http.stream(media.url) as response:
            body = b"".join(response.iter_bytes())
        assert media.is_size_exact
        assert media.size == len(body)
        assert media.checksum == ("sha1", hashlib.sha1(body, usedforsecurity=False).hexdigest())

    def test_a_collection_is_walked_to_its_end(self, http: SiteClient) -> None:
        pages = walked(http)
        ids = [book.external_id for page in pages for book in page.books]
        assert ids == [archive.item_of(book) for book in BOOKS]
        assert pages[-1].next_cursor is None
        assert pages[0].total == len(BOOKS)


class TestListing:
    def test_a_cursor_goes_on_where_it_stopped(self, http: SiteClient) -> None:
        pages = walked(http)
        assert [len(page.books) for page in pages] == [2, 2, 1]
        assert walked(http, cursor=pages[0].next_cursor) == pages[1:]

    def test_only_recordings_are_asked_for(self, site: SimOrigin, http: SiteClient) -> None:
        walked(http)
        assert all("mediatype%3Aaudio" in exchange.target for exchange in site.exchanges(RequestKind.LISTING))

    @pytest.mark.parametrize("drifts", DRIFTS, ids=named)
    def test_every_book_says_its_language_so_that_filters_can_choose(
        self, site: SimOrigin, http: SiteClient, drifts: tuple[Drift, ...]
    ) -> None:
        site.offer(Catalogue(books=BOOKS, drifts=drifts))
        assert [facts_of(book).language for page in walked(http) for book in page.books] == ["fr"] * len(BOOKS)

    def test_a_search_that_finds_nothing_says_so(self, http: SiteClient) -> None:
        with pytest.raises(PermanentError, match="lists no recording"):
            walked(http, "https://archive.org/search?query=introuvable")

    def test_a_page_that_fails_leaves_what_was_found(self, site: SimOrigin, http: SiteClient) -> None:
        target = SOURCE.match(COLLECTION)
        assert target is not None
        pages = SOURCE.discover(target, http)
        assert len(next(pages).books) == 2
        site.fail(None, Fault.status_code(503, on=RequestKind.LISTING))
        with pytest.raises(TransientError, match="503"):
            next(pages)


class TestFailures:
    def test_an_unknown_item_is_not_found(self, http: SiteClient) -> None:
        with pytest.raises(NotFound, match="sim_99_librivox"):
            SOURCE.describe(pasted(invent_book(99)), http)

    def test_an_item_that_is_gone_is_not_found(self, site: SimOrigin, http: SiteClient) -> None:
        site.offer(Catalogue(books=(replace(BOOKS[0], is_gone=True),)))
        with pytest.raises(NotFound):
            SOURCE.describe(pasted(BOOKS[0]), http)

    @pytest.mark.parametrize("kind", [FaultKind.SILENCE, FaultKind.HTML, FaultKind.EMPTY, FaultKind.GZIP_BOMB])
    def test_a_way_that_fails_gives_way_to_the_next(self, site: SimOrigin, http: SiteClient, kind: FaultKind) -> None:
        site.fail("/metadata/sim_1_librivox", Fault.of(kind))
        assert len(SOURCE.describe(pasted(BOOKS[0]), http).parts) == 2

    def test_a_site_that_is_down_is_waited_for(self, site: SimOrigin, http: SiteClient) -> None:
        site.fail(None, Fault.status_code(503, on=RequestKind.METADATA))
        with pytest.raises(TransientError):
            SOURCE.describe(pasted(BOOKS[0]), http)

    def test_a_part_without_an_address_is_looked_up(self, http: SiteClient) -> None:
        [first, _] = SOURCE.describe(pasted(BOOKS[0]), http).parts
        bare = replace(first, url=None, size=None, checksum=None)
        assert SOURCE.resolve(pasted(BOOKS[0]), bare, http) == SOURCE.resolve(pasted(BOOKS[0]), first, http)
        with pytest.raises(NotFound, match=r"other\.mp3"):
            SOURCE.resolve(pasted(BOOKS[0]), replace(bare, external_id="other.mp3"), http)


class TestSearch:
    def test_words_are_searched(self, http: SiteClient) -> None:
        [hit, *_] = SOURCE.search(f'"{BOOKS[0].title}" (', http, 3)
        assert (hit.target.url, hit.title, hit.authors) == (pasted(BOOKS[0]).url, BOOKS[0].title, BOOKS[0].authors)

    def test_nothing_found_is_an_empty_list(self, http: SiteClient) -> None:
        assert SOURCE.search("introuvable", http, 3) == []
        assert SOURCE.search("()", http, 3) == []


def test_it_is_searched_and_diagnosed() -> None:
    assert isinstance(SOURCE, Searchable)
    assert isinstance(SOURCE, Diagnosable)
    assert all(SOURCE.match(url) is not None for url in SOURCE.known_items)


def test_each_way_to_read_an_item_is_told(site: SimOrigin, http: SiteClient) -> None:
    site.offer(Catalogue(books=BOOKS, drifts=(Drift.METADATA_CLOSED,)))
    target = SOURCE.match(pasted(BOOKS[0]).url)
    assert target is not None
    [choice] = SOURCE.choices(target, http)
    works = {outcome.name: outcome.completeness for outcome in choice.outcomes()}
    assert works == {"metadata API": None, "details as JSON": 1.0, "item XML": None}
