"""LibriVox: books read by volunteers, their catalogue, and their recordings on archive.org."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

import structlog

from ohdio_core.domain.audiobook import BookDetails, BookRef, ListingPage, Media, Part, SearchHit, Target, TargetKind
from ohdio_core.errors import PermanentError
from ohdio_core.sentences import sentence
from ohdio_core.sources.archive.source import media_of
from ohdio_core.sources.http import SiteClient
from ohdio_core.sources.librivox import links
from ohdio_core.sources.librivox.audio import SectionsDisagree
from ohdio_core.sources.librivox.book import description, numbered_book
from ohdio_core.sources.librivox.catalogue import hit_of, page_url, pages_of_query, query_catalogue
from ohdio_core.sources.librivox.listings import pages_of_results, results_page_url
from ohdio_core.sources.librivox.recordings import Recordings
from ohdio_core.sources.missing_page import to_the_last_page
from ohdio_core.sources.strategies import Strategy, StrategyChoice

log = structlog.get_logger(__name__)


class LibrivoxSource:
    """Implements ``Source``, ``Searchable`` and ``Diagnosable`` for librivox.org."""

    name = links.NAME
    label = sentence("librivox.label", "LibriVox books, authors, readers, genres and catalogue queries (librivox.org)")
    measures_durations = True
    is_feed = False
    knows_kind_from_link = True
    examples: tuple[str, ...] = (
        "https://librivox.org/letters-of-two-brides-by-honore-de-balzac/",
        "https://librivox.org/author/86",
        "https://librivox.org/api/feed/audiobooks?genre=Poetry&language=French",
    )
    known_items: tuple[str, ...] = (
        "https://librivox.org/letters-of-two-brides-by-honore-de-balzac/",
        "https://librivox.org/rss/52",
        "https://librivox.org/author/86",
    )

    def __init__(self) -> None:
        self._recordings = Recordings()
        # Of each client, for as long as it lives: the sections of a book are asked for one by one.
        self._last: WeakKeyDictionary[SiteClient, tuple[str, tuple[Part, ...]]] = WeakKeyDictionary()

    def match(self, url: str) -> Target | None:
        """Recognise pages of books, authors, readers, genres and languages, feeds of books, and API queries."""
        return links.match(url)

    def site_key(self, target_url: str) -> str:  # noqa: ARG002 - one site, whatever the link
        """Return the source's name: all hosts of the site are paced as one."""
        return self.name

    @staticmethod
    def former_id(ref: BookRef) -> str | None:  # noqa: ARG004 - the site's own ids never changed
        """Return None: ids were always the site's own."""
        return None

    def discover(self, target: Target, http: SiteClient, cursor: str | None = None) -> Iterator[ListingPage]:
        """Yield a listing's pages; the catalogue's describe books whose files it names, the site's only name them."""
        listing = links.listing_of(target)
        if listing.book_id is not None:
            yield ListingPage((numbered_book(listing.book_id, http).best(),), None)
        elif listing.filters is not None:
            pages = pages_of_query(dict(listing.filters), target, http, cursor)
            yield from to_the_last_page(pages, cursor, partial(page_url, dict(listing.filters)))
        elif listing.results is not None:
            pages = pages_of_results(*listing.results, target=target, http=http, cursor=cursor)
            yield from to_the_last_page(pages, cursor, partial(results_page_url, target))

    def describe(self, ref: BookRef, http: SiteClient) -> BookDetails:
        """Return the description from the catalogue's listing, or read the book in whichever way works."""
        if ref.complete_details is not None:
            return ref.complete_details
        return self._recordings.of_book(description(ref.external_id, ref.title, http).best(), http)

    def resolve(self, ref: BookRef, part: Part, http: SiteClient) -> Media:
        """Return the section's best file on archive.org, with size and checksum; else the address of the catalogue.

        Raises:
            SectionsDisagree: That address is of a file that is another section, or may be.
            PermanentError: There is neither.
            TransientError: A site failed.
        """
        item, separator, _ = part.external_id.partition("/")
        if part.checksum is not None or not separator:
            return media_of(part)
        try:
            return media_of(self._recordings.of_section(part, item, http))
        except PermanentError as error:
            reason = error
        # What is not surely found by its name is found among all sections of the book, or not at all.
        if (found := self._described_anew(ref, part, http)) is not None:
            return media_of(found)
        if part.url is None:
            raise reason
        log.info("audio served", what=ref.url, by="address of the catalogue", reason=str(reason))
        return media_of(part)

    def search(self, text: str, http: SiteClient, limit: int) -> list[SearchHit]:
        """Search titles that begin with the words, then authors whose last name is the last word."""
        words = " ".join(text.split())
        if not words:
            return []
        queries: tuple[dict[str, str | int], ...] = (
            {"title": f"^{words}", "limit": limit},
            {"author": words.rpartition(" ")[2], "limit": limit},
        )
        found = (book for query in queries for book in query_catalogue(query, http).books)
        hits = {book.slug: hit_of(book) for book in found}
        return list(hits.values())[:limit]

    def choices(self, target: Target, http: SiteClient) -> Iterator[StrategyChoice[Any]]:
        """Yield the strategies for reading a book, a feed's one book, or a listing."""
        if target.kind is TargetKind.AUDIOBOOK:
            yield description(target.external_id, None, http)
            return
        listing = links.listing_of(target)
        if listing.book_id is not None:
            yield numbered_book(listing.book_id, http)
        else:
            yield StrategyChoice(
                target.url,
                (Strategy("listing", lambda: next(self.discover(target, http))),),
                lambda page: 1.0 if page.books else 0.5,
                site=links.SITE_NAME,
            )

    def _described_anew(self, ref: BookRef, part: Part, http: SiteClient) -> Part | None:
        """Return a part as the book is described now; None where it is not there."""
        slug, parts = self._last.get(http, ("", ()))
        if slug != ref.external_id:
            try:
                parts = self.describe(replace(ref, details=None), http).parts
            except SectionsDisagree:
                raise
            except PermanentError:
                parts = ()
            self._last[http] = (ref.external_id, parts)
        return next((each for each in parts if each.external_id == part.external_id), None)
