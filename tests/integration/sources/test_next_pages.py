"""A next page that is not there, of every listing that has pages: what came before is kept, and the page is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

import pytest

from ohdio_core.domain.audiobook import ListingPage
from ohdio_core.errors import AnswersDifferently, Blocked, DiffersForNow, OhdioError, PermanentError, TransientError
from ohdio_core.sources.http import ClientSettings, HttpClientFactory, SiteClient
from ohdio_core.sources.librivox import LibrivoxSource
from ohdio_core.sources.registry import SourceRegistry
from tests.integration.sources.origin import Origin, send
from tests.unit.sources.archive.answers import doc, scraped, searched
from tests.unit.sources.librivox.answers import authors, books, none_found, numbered, result, results
from tests.unit.sources.ohdio.answers import answer, card_of_episode, grid_item, page, programme

HOSTS = ("ici.radio-canada.ca", "services.radio-canada.ca", "archive.org", "librivox.org", "files.example")
SORRY = b"<html><title>Sorry</title><p>There is no such page.</html>"
QUERY = "https://librivox.org/api/feed/audiobooks?genre=Poetry"


@dataclass(frozen=True)
class Listing:
    """A listing whose pages are answered by hand."""

    url: str
    path: str  #: of its pages
    begin: Callable[[Origin], None]  #: answers all but the next page
    is_next: Callable[[dict[str, list[str]], bytes], bool]  #: whether query and body ask for the next page
    named: str  #: how the next page is named
    passing: tuple[bytes, ...] = ()  #: answers that the site is known to give while it is in trouble, too


def _category(origin: Origin) -> None:
    more = '<a class="pagination-next" href="/ohdio/categories/9001/contes?page=2">Suite</a>'
    origin.answer("/ohdio/categories/9001/contes", page(grid_item(1, "Un") + more))


def _programme(origin: Origin) -> None:
    first = programme(card_of_episode(41), card_of_episode(42), total=4)
    origin.answer("/bff/audio/graphql", answer(first, "programmeById"))


def _scraped(origin: Origin) -> None:
    origin.answer("/services/search/v1/scrape", scraped(doc("a1"), cursor="abc", total=2))


def _searched(origin: Origin) -> None:
    origin.answer("/services/search/v1/scrape", b"", 404)
    origin.answer("/advancedsearch.php", searched(doc("a1"), total=300))


def _results(origin: Origin) -> None:
    origin.answer("/reader/get_results", results(result(1), last_page=2))


LISTINGS = {
    "an OHdio category": Listing(
        "https://ici.radio-canada.ca/ohdio/categories/9001/contes",
        "/ohdio/categories/9001/contes",
        _category,
        lambda query, _: query.get("page") == ["2"],
        "https://ici.radio-canada.ca/ohdio/categories/9001/contes?page=2",
    ),
    "an OHdio programme": Listing(
        "https://ici.radio-canada.ca/ohdio/balados/8001/les-vents",
        "/bff/audio/graphql",
        _programme,
        lambda query, body: b'"pageNumber": 2' in body or '"pageNumber":2' in str(query),
        "https://ici.radio-canada.ca/ohdio/balados/8001?pageNumber=2",
        (SORRY, b""),
    ),
    "a collection of archive.org": Listing(
        "https://archive.org/details/librivoxaudio",
        "/services/search/v1/scrape",
        _scraped,
        lambda query, _: "cursor" in query,
        "https://archive.org/services/search/v1/scrape?",
    ),
    "a search of archive.org": Listing(
        "https://archive.org/details/librivoxaudio",
        "/advancedsearch.php",
        _searched,
        lambda query, _: query.get("page") == ["2"],
        "https://archive.org/advancedsearch.php?",
    ),
    "a reader of LibriVox": Listing(
        "https://librivox.org/reader/7",
        "/reader/get_results",
        _results,
        lambda query, _: query.get("search_page") == ["2"],
        "https://librivox.org/reader/get_results?",
        (SORRY, b"", b"[]"),
    ),
}


@pytest.fixture
def http(origin: Origin) -> Iterator[SiteClient]:
    factory = HttpClientFactory(ClientSettings(host_overrides=dict.fromkeys(HOSTS, origin.url)))
    yield factory.site("any")
    factory.close()


def answered(origin: Origin, listing: Listing, body: bytes, status: int = 200) -> None:
    """Answer the listing's next page like this, and all else of it as it is."""
    listing.begin(origin)
    first = origin.answers[listing.path]

    def reply(handler: BaseHTTPRequestHandler) -> None:
        asked = parse_qs(urlsplit(handler.path).query)
        if listing.is_next(asked, origin.requests[-1].body):
            send(handler, body, status)
        else:
            first(handler)

    origin.answers[listing.path] = reply


def pages_of(url: str, http: SiteClient, cursor: str | None = None) -> list[ListingPage]:
    source, target = SourceRegistry().identify(url)
    return list(source.discover(target, http, cursor))


def catalogue(origin: Origin, body: bytes) -> None:
    """Answer with a book, and, to who asks for more, with this and 404."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        if parse_qs(urlsplit(handler.path).query)["offset"] == ["0"]:
            send(handler, books(numbered(1)))
        else:
            send(handler, body, 404)

    origin.answers["/api/feed/audiobooks"] = reply


@pytest.mark.parametrize("name", LISTINGS)
class TestANextPageThatIsNotThere:
    @pytest.mark.parametrize("status", [404, 410])
    def test_ends_the_listing_with_a_note(self, origin: Origin, http: SiteClient, name: str, status: int) -> None:
        listing = LISTINGS[name]
        answered(origin, listing, SORRY, status)
        first, last = pages_of(listing.url, http)
        assert first.books
        assert (last.books, last.next_cursor) == ((), None)
        assert f"The next page that the listing names, {listing.named}" in str(last.note)
        assert "what the pages before it list is kept." in str(last.note)

    def test_ends_it_also_where_it_goes_on_there(self, origin: Origin, http: SiteClient, name: str) -> None:
        listing = LISTINGS[name]
        answered(origin, listing, SORRY, 404)
        cursor = pages_of(listing.url, http)[0].next_cursor
        assert cursor is not None
        [last] = pages_of(listing.url, http, cursor)
        assert listing.named in str(last.note)

    @pytest.mark.parametrize("body", [SORRY, b"", b"[]"], ids=["a web page", "nothing", "other JSON"])
    def test_that_is_something_else_ends_it_unless_that_may_pass(
        self, origin: Origin, http: SiteClient, name: str, body: bytes
    ) -> None:
        listing = LISTINGS[name]
        answered(origin, listing, body)
        source, target = SourceRegistry().identify(listing.url)
        pages = source.discover(target, http)
        assert next(pages).books
        if body in listing.passing:
            with pytest.raises(DiffersForNow):
                next(pages)
            return
        [last] = pages
        assert listing.named in str(last.note)
        assert last.next_cursor is None

    @pytest.mark.parametrize(("status", "error"), [(403, Blocked), (503, TransientError)])
    def test_is_an_error_where_the_site_refuses_or_fails(
        self, origin: Origin, http: SiteClient, name: str, status: int, error: type[OhdioError]
    ) -> None:
        listing = LISTINGS[name]
        if name == "an OHdio programme":
            origin.answer("/ohdio/balados/8001", b"", status)
        answered(origin, listing, b"", status)
        with pytest.raises(error):
            pages_of(listing.url, http)


@pytest.mark.parametrize("name", LISTINGS)
def test_a_first_page_that_is_not_there_is_an_error(origin: Origin, http: SiteClient, name: str) -> None:
    assert not origin.answers
    with pytest.raises(PermanentError):
        pages_of(LISTINGS[name].url, http)


class TestLibriVox:
    def test_lists_an_author_by_its_pages_where_the_catalogue_ends(self, origin: Origin, http: SiteClient) -> None:
        catalogue(origin, SORRY)
        origin.answer("/api/feed/authors", authors(("86", "Vachon")))
        origin.answer("/author/get_results", results(result(1), result(2)))
        pages = pages_of("https://librivox.org/author/86", http)
        assert [book.title for page in pages for book in page.books] == ["Récit 1", "Récit 2 & suite"]
        assert {page.note for page in pages} == {None}

    def test_lists_a_query_of_its_catalogue_as_far_as_that_is_there(self, origin: Origin, http: SiteClient) -> None:
        catalogue(origin, SORRY)
        first, last = pages_of(QUERY, http)
        assert len(first.books) == 1
        assert "https://librivox.org/api/feed/audiobooks?genre=Poetry" in str(last.note)
        assert "offset=90" in str(last.note)

    def test_lists_a_query_of_its_catalogue_to_its_end(self, origin: Origin, http: SiteClient) -> None:
        catalogue(origin, none_found())
        [only] = pages_of(QUERY, http)
        assert (len(only.books), only.note) == (1, None)

    def test_in_a_language_is_no_empty_listing_where_no_book_tells_its_own(
        self, origin: Origin, http: SiteClient
    ) -> None:
        origin.answer("/api/feed/audiobooks", books(numbered(1, language="")))
        with pytest.raises(AnswersDifferently, match="have no language"):
            pages_of(f"{QUERY}&language=French", http)

    def test_finds_nothing_only_where_its_catalogue_says_so(self, origin: Origin, http: SiteClient) -> None:
        origin.answer("/api/feed/audiobooks", none_found(), 404)
        assert LibrivoxSource().search("phare", http, 10) == []
        origin.answer("/api/feed/audiobooks", SORRY, 404)
        with pytest.raises(AnswersDifferently, match="its catalogue is not at"):
            LibrivoxSource().search("phare", http, 10)


class TestAFolderThatIsListed:
    @pytest.mark.parametrize(
        ("status", "content_type", "why"),
        [(404, "text/html", "is gone"), (410, "text/html", "is gone"), (200, "image/jpeg", "cannot be read")],
    )
    def test_and_is_not_there_is_named_and_the_others_are_kept(
        self, origin: Origin, http: SiteClient, status: int, content_type: str, why: str
    ) -> None:
        def index(*names: str) -> bytes:
            rows = "".join(f'<a href="{name}">{name}</a>' for name in names)
            return f"<title>Index of /livres/</title><a href='../'>../</a>{rows}".encode()

        html = {"Content-Type": "text/html"}
        origin.answer("/livres/", index("a/", "b/"), headers=html)
        origin.answer("/livres/a/", SORRY, status, {"Content-Type": content_type})
        origin.answer("/livres/b/", index("b.mp3"), headers=html)
        pages = pages_of("https://files.example/livres/", http)
        assert [book.title for page in pages for book in page.books] == ["b"]
        [note] = [page.note for page in pages if page.note]
        assert f"The folder https://files.example/livres/a/, which is listed, {why}" in note.text
