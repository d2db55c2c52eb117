"""OHdio, Radio-Canada's audio service: categories of audiobooks, and audiobooks of several parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from ohdio_core.domain.audiobook import BookDetails, BookRef, Media, Page, Part, Target
from ohdio_core.errors import NotFound, PermanentError
from ohdio_core.sources.http import SiteClient
from ohdio_core.sources.ohdio import links
from ohdio_core.sources.ohdio.book import parse_book
from ohdio_core.sources.ohdio.category import parse_category
from ohdio_core.sources.ohdio.graphql import HEADERS, book_data, book_query
from ohdio_core.sources.ohdio.media import TECHNIQUES, is_known_host, media_at, parse_validation, validation_url
from ohdio_core.sources.ohdio.state import page_data

_MOST_PAGES = 1000  # no category is that long: pages that never end are a fault of the site


class OhdioSource:
    """Implements ``Source`` for ici.radio-canada.ca/ohdio."""

    name = links.NAME
    label = "OHdio categories and audiobooks (ici.radio-canada.ca/ohdio)"
    examples: tuple[str, ...] = (
        "https://ici.radio-canada.ca/ohdio/categories/1003592/jeunesse",
        "https://ici.radio-canada.ca/ohdio/livres-audio/105729/augustine",
    )

    def match(self, url: str) -> Target | None:
        """Recognise categories, audiobooks and their parts."""
        return links.match(url)

    def politeness_key(self, target_url: str) -> str:  # noqa: ARG002 - one site, whatever the link
        """Pace every host of the site as one."""
        return self.name

    def discover(self, target: Target, http: SiteClient, cursor: str | None = None) -> Iterator[Page]:
        """Read the category's page, and the pages that it links to as next."""
        url, seen = cursor or target.url, set[str]()
        for _ in range(_MOST_PAGES):
            seen.add(url)
            response = http.get(url)
            page = parse_category(response.body, response.url)
            if not page.books and cursor is None and len(seen) == 1:
                raise PermanentError(
                    f"No audiobook was found on {target.url}; it may not be a category of audiobooks, "
                    "or the site's pages may have changed."
                )
            if page.next_cursor is None or page.next_cursor in seen:
                yield replace(page, next_cursor=None)
                return
            yield page
            url = page.next_cursor
        raise PermanentError(f"{target.url} has more than {_MOST_PAGES} pages; the rest is not read.")

    def describe(self, ref: BookRef, http: SiteClient) -> BookDetails:
        """Ask the site's API; where that does not know the question any more, read the book's page."""
        try:
            answer = http.get(book_query(ref.external_id), headers=HEADERS).body
        except PermanentError:
            # The API itself is gone or closed, which says nothing about the book.
            answer = b""
        if (data := book_data(answer)) is not None:
            return parse_book(data)
        response = http.get(links.book_url(ref.external_id))
        data = page_data(response.body, urlsplit(response.url).path)
        if data is None:
            raise PermanentError(
                f"Neither OHdio's API nor the page {links.book_url(ref.external_id)} describes the audiobook; "
                "the site's format may have changed."
            )
        return parse_book(data)

    def resolve(self, ref: BookRef, part: Part, http: SiteClient) -> Media:  # noqa: ARG002 - a part's id is enough
        """Ask for one file first, then for a playlist; the first refusal is what people read."""
        missing: NotFound | None = None
        for technique in TECHNIQUES:
            try:
                url = parse_validation(http.get(validation_url(part.external_id, technique)).body)
            except NotFound as error:
                missing = missing or error
                continue
            if not is_known_host(url) and not http.is_overridden(url):
                raise PermanentError(f"OHdio's media service leads to {urlsplit(url).hostname}, which is not its own.")
            return media_at(url)
        assert missing is not None
        raise missing
