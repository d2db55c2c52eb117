"""Walking the listings that the site's own pages show: authors, readers, genres, languages."""

from __future__ import annotations

from collections.abc import Iterator

from ohdio_core.domain.audiobook import ListingPage, Target
from ohdio_core.errors import NotFound
from ohdio_core.sentences import sentence
from ohdio_core.sources.endless_listing import EndlessListing
from ohdio_core.sources.http import SiteClient
from ohdio_core.sources.librivox import catalogue, links
from ohdio_core.sources.librivox.results import HEADERS, parse_results

_MOST_PAGES = 10_000  # no listing is that long: pages that never end are a fault of the site
_CURSOR = "results"  # how cursors of these listings begin; the number of the next page follows


def pages_of_results(
    category: str, number: str, *, target: Target, http: SiteClient, cursor: str | None
) -> Iterator[ListingPage]:
    """Yield a listing of the site's pages; an author's books from the catalogue first, where they are described."""
    seen: set[str] = set()
    if category == "author" and (cursor is None or cursor.startswith(f"{catalogue.CURSOR}:")):
        for page in catalogue.pages_of_author(number, http, cursor):
            seen.update(book.external_id for book in page.books)
            yield page
        cursor = f"{_CURSOR}:1"
    page_number = max(1, catalogue.place_of(cursor))
    for _ in range(_MOST_PAGES):
        response = http.get(links.results_url(category, number, page_number), headers=HEADERS)
        page = parse_results(response.body, page_number)
        new = tuple(book for book in page.books if book.external_id not in seen)
        if page_number == 1 and not page.books and not seen:
            raise NotFound(
                sentence("librivox.listing_empty", "LibriVox lists no complete book under {link}.", link=target.url)
            )
        seen.update(book.external_id for book in new)
        if page.next_cursor is None:
            yield ListingPage(new, None, note=page.note)
            return
        page_number += 1
        yield ListingPage(new, f"{_CURSOR}:{page_number}")
    raise EndlessListing(target.url, _MOST_PAGES)


def results_page_url(target: Target, cursor: str) -> str:
    """Return the address of the page at a cursor; after the catalogue's come the site's own, from the listing on."""
    results = links.listing_of(target).results
    if results is None or not cursor.startswith(f"{_CURSOR}:"):
        return target.url
    return links.results_url(*results, catalogue.place_of(cursor))
