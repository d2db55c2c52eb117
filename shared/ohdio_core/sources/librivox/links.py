"""LibriVox's addresses: which are books, which are listings, and their one form.

A book's page is ``/{slug}/``, and the slug is its identity: the catalogue's API tells it for every id
(``url_librivox``), while a page's address does not tell the id. What names a book by its id (``/rss/52``,
``/api/feed/audiobooks?id=52``) is therefore a listing of that one book. Other listings are ``/author/86``,
``/reader/1060``, the genre and language pages of ``/search``, and queries of the API, with the parameter ``language``
that is ours: the server has none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

from ohdio_core.domain.audiobook import Target, TargetKind
from ohdio_core.sources.canonical import canonical_url, refuse_reason

NAME = "librivox"
SITE_NAME = "LibriVox"  #: as people call it
ROOT = "https://librivox.org"
API = f"{ROOT}/api/feed"

#: Parameters that choose books of the catalogue; all but the last are the server's.
FILTERS = ("author", "genre", "since", "title", "language")
#: Listings that the site itself pages through, by the number of an author, reader, genre or language.
RESULTS = ("author", "reader", "genre", "language")

_HOST = re.compile(r"(?:(?:www|m)\.)?librivox\.org")
_ID = r"0*([1-9]\d{0,17})"
# Whatever stands alone is a book to the site, but for a word of its own or a year. Nearly every slug is
# "title-by-author"; some are a single word.
_BOOK = re.compile(r"/(?!wp-|(?:\d+|-+)/?$)([a-z0-9%_~-]+)/?", re.IGNORECASE)
_OWN_WORDS = """
about add_catalog_item add_project admin advanced_search api archives auth author authors blog books catalog category
comments contact cron donate embed events faq feed forum genre group help home keyword keywords language login logout
manage_dashboard newcatalog news page pages podcast podcasts private projects public random reader reader_dashboard
readers reply rss scripts search section_compiler sections sitemap stats tag test_post test_title testing timeout
upload_file uploader uploads validator volunteer volunteers wiki workflow
"""
_NO_BOOKS = frozenset(_OWN_WORDS.split())
_FEED = re.compile(rf"/rss/{_ID}/?")
_PERSON = re.compile(rf"/(author|reader)/{_ID}(?:/.*)?")
_QUERY = re.compile(r"/api/feed/audiobooks((?:/.*)?)")
_NUMBER = re.compile(_ID)


@dataclass(frozen=True, slots=True)
class ListingQuery:
    """What a listing's canonical URL asks for; exactly one of the three is given."""

    book_id: str | None = None  #: one book by its id
    results: tuple[str, str] | None = None  #: (one of ``RESULTS``, its number)
    filters: tuple[tuple[str, str], ...] | None = None  #: a query of the API; none at all is the whole catalogue


def match(url: str) -> Target | None:
    """Return the target of a link; None when it is not a book or a listing of LibriVox."""
    if refuse_reason(url) is not None:
        return None
    parts = urlsplit(canonical_url(url))
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(parts.hostname or "") or parts.port is not None:
        return None
    if (listing := _listing(parts)) is not None:
        return Target(TargetKind.CATEGORY, NAME, _listing_url(listing), _listing_id(listing))
    if found := _BOOK.fullmatch(parts.path):
        slug = found[1] if "%" in found[1] else found[1].lower()
        if slug in _NO_BOOKS:
            return None
        return Target(TargetKind.AUDIOBOOK, NAME, book_url(slug), slug)
    return None


def book_url(slug: str) -> str:
    """Return a book's canonical URL."""
    return f"{ROOT}/{slug}/"


def listing_of(target: Target) -> ListingQuery:
    """Return the query that a listing's target stands for."""
    listing = _listing(urlsplit(target.url))
    assert listing is not None, "only listings are walked"
    return listing


def api_url(filters: dict[str, str | int]) -> str:
    """Return the URL that asks the API for books, with all their fields."""
    return (
        f"{API}/audiobooks?{urlencode({**filters, 'format': 'json', 'extended': 1, 'coverart': 1}, errors='replace')}"
    )


def author_api_url(author_id: str) -> str:
    """Return the URL that asks the API for an author."""
    return f"{API}/authors?{urlencode({'id': author_id, 'format': 'json'})}"


def results_url(category: str, number: str, page: int) -> str:
    """Return the URL by which the site's own scripts load a page of a listing."""
    controller = category if category in ("author", "reader") else "search"
    parameters = {
        "primary_key": number,
        "search_category": category,
        "sub_category": "",
        "search_page": page,
        "search_order": "alpha",
        "project_type": "either",
    }
    return f"{ROOT}/{controller}/get_results?{urlencode(parameters)}"


def _listing(parts: SplitResult) -> ListingQuery | None:
    if found := _FEED.fullmatch(parts.path):
        return ListingQuery(book_id=found[1])
    if found := _PERSON.fullmatch(parts.path):
        return ListingQuery(results=(found[1], found[2]))
    parameters = _parameters(parts.query)
    if parts.path.rstrip("/") == "/search":
        category, number = parameters.get("search_category", ""), _NUMBER.fullmatch(parameters.get("primary_key", ""))
        return ListingQuery(results=(category, number[1])) if category in RESULTS and number else None
    if found := _QUERY.fullmatch(parts.path):
        # The API takes its parameters as path segments too: /audiobooks/author/austen.
        words = [unquote(word) for word in found[1].split("/") if word]
        parameters = {**dict(zip(words[::2], words[1::2], strict=False)), **parameters}
        if number := _NUMBER.fullmatch(parameters.get("id", "")):
            return ListingQuery(book_id=number[1])
        named = {name: " ".join(parameters.get(name, "").split()) for name in sorted(FILTERS)}
        return ListingQuery(filters=tuple((name, value) for name, value in named.items() if value))
    return None


def _listing_url(listing: ListingQuery) -> str:
    if listing.book_id is not None:
        return f"{ROOT}/rss/{listing.book_id}"
    if listing.results is not None:
        category, number = listing.results
        if category in ("author", "reader"):
            return f"{ROOT}/{category}/{number}"
        return f"{ROOT}/search?primary_key={number}&search_category={category}"
    query = _encoded(listing.filters or ())
    return f"{API}/audiobooks?{query}" if query else f"{API}/audiobooks"


def _listing_id(listing: ListingQuery) -> str:
    if listing.book_id is not None:
        return f"id/{listing.book_id}"
    if listing.results is not None:
        return "/".join(listing.results)
    return f"catalogue?{_encoded(listing.filters or ())}"


def _encoded(filters: tuple[tuple[str, str], ...]) -> str:
    return "&".join(f"{name}={quote(value, safe='', errors='replace')}" for name, value in filters)


def _parameters(query: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(query))
    except ValueError:
        return {}
