"""Showing what a link would add."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date
from http import HTTPStatus
from typing import NamedTuple

from ohdio_api.known_books import known_among
from ohdio_api.previews.listed import Bounds, Listed, read_link
from ohdio_api.previews.recent import RecentListings
from ohdio_api.problems import Refusal
from ohdio_api.submissions.recognition import Recognised, WantedAs, recognise
from ohdio_core.collection.match_keys import recognise_books
from ohdio_core.collection.unwanted import find_unwanted
from ohdio_core.db.session import Database
from ohdio_core.domain.audiobook import BookRef, TargetKind
from ohdio_core.domain.filters import Filters, Newest, facts_of
from ohdio_core.errors import PermanentError, TransientError
from ohdio_core.schemas.previews import Preview, PreviewBook, PreviewOrder, PreviewState
from ohdio_core.schemas.sentences import SentenceView
from ohdio_core.sentences import Sentence, sentence, text_of
from ohdio_core.sources.http import HttpClientFactory
from ohdio_core.sources.registry import SourceRegistry

#: Seconds for which a listing is not read again while somebody changes what is wanted of it.
_KEPT = 300.0
_AT_ONCE = 4  # previews; each holds one of the threads that answer requests, for seconds


class _Wanted(NamedTuple):
    """Which books of a listing are wanted."""

    filters: Filters
    from_day: date | None  #: only what appeared then, or later

    @property
    def is_by_date(self) -> bool:
        """Return whether that depends on when they appeared."""
        return self.filters.newest is not None or self.from_day is not None


class PreviewService:
    """Looks at links, and writes nothing down."""

    def __init__(
        self, database: Database, registry: SourceRegistry, clients: HttpClientFactory, bounds: Bounds | None = None
    ) -> None:
        self.database = database
        self.registry = registry
        self.clients = clients
        self.bounds = bounds or Bounds()
        self._places = threading.BoundedSemaphore(_AT_ONCE)
        self._recent = RecentListings(_KEPT)

    def preview(self, order: PreviewOrder, *, is_recent_enough: bool = False, from_day: date | None = None) -> Preview:
        """Return what the link would add.

        Args:
            is_recent_enough: Whether what was read of the link minutes ago is good enough.
            from_day: Only what appeared then, or later, is wanted.

        Raises:
            Refusal: It cannot be collected, its site does not answer, or too many are being looked at already.
        """
        if not self._places.acquire(blocking=False):
            raise Refusal(
                HTTPStatus.SERVICE_UNAVAILABLE,
                sentence("preview.busy", "Several links are being looked at already; try again in a moment."),
                headers={"Retry-After": "5"},
            )
        try:
            link = recognise(self.registry, order.url, WantedAs(order.wanted_as))
            wanted = _Wanted(order.filters.filters(), from_day)
            return self._look(link, wanted, again=order.again, is_recent_enough=is_recent_enough)
        except PermanentError as error:
            raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, error.sentence) from error
        except TransientError as error:
            raise Refusal(HTTPStatus.BAD_GATEWAY, error.sentence) from error
        finally:
            self._places.release()

    def _look(self, link: Recognised, wanted: _Wanted, *, again: bool, is_recent_enough: bool) -> Preview:
        if link.target.kind is TargetKind.AUDIOBOOK:
            # Whoever names a book wants it.
            wanted, again = _Wanted(Filters(), None), True
        listed = self._read(link, by_date=wanted.is_by_date, is_recent_enough=is_recent_enough)
        with self.database.reading() as session:
            books = recognise_books(session, listed.books)
        refusals = _refusals(books, wanted)
        known = known_among(self.database, map(_named, books))
        unwanted = () if again else self._unwanted(books)
        shown = [
            _show(book, refusals.get(book.url), is_known=_named(book) in known, is_unwanted=book.url in unwanted)
            for book in books
        ]
        counts = Counter(book.state for book in shown)
        undecided = sum(
            book.state is PreviewState.NEW and wanted.filters.is_undecided(facts_of(ref))
            for book, ref in zip(shown, books, strict=True)
        )
        note = listed.cut or listed.note
        return Preview(
            url=link.target.url,
            kind=link.target.kind,
            source=link.target.source,
            title=listed.title,
            total=listed.total,
            found=len(shown),
            new=counts[PreviewState.NEW],
            known=counts[PreviewState.KNOWN],
            skipped=counts[PreviewState.SKIPPED],
            unwanted=counts[PreviewState.UNWANTED],
            undecided=undecided,
            is_whole=listed.cut is None,
            note=text_of(note),
            note_message=SentenceView.of(note),
            left_out={what.text: count for what, count in listed.left_out.items()},
            left_out_messages={what.text: SentenceView(**what.as_json()) for what in listed.left_out},
            books=_most_wanted(shown, self.bounds.books),
        )

    def _read(self, link: Recognised, *, by_date: bool, is_recent_enough: bool) -> Listed:
        key = (link.target.source, link.target.external_id, by_date)
        listed = self._recent.get(key) if is_recent_enough else None
        if listed is None:
            listed = read_link(link, self.clients, self.bounds, by_date=by_date)
            self._recent.put(key, listed)
        return listed

    def _unwanted(self, books: Sequence[BookRef]) -> Collection[str]:
        with self.database.reading() as session:
            return find_unwanted(session, books)


def _most_wanted(books: Sequence[PreviewBook], most: int) -> list[PreviewBook]:
    """Return the books that are not skipped, and others as far as ``most`` reaches, in the listing's order."""
    room = most - sum(book.state is not PreviewState.SKIPPED for book in books)
    chosen = []
    for book in books:
        is_skipped = book.state is PreviewState.SKIPPED
        if not is_skipped or room > 0:
            chosen.append(book)
        room -= is_skipped
    return chosen


def _refusals(books: Sequence[BookRef], wanted: _Wanted) -> dict[str, Sentence]:
    """Return why books are not wanted, by their URLs."""
    filters, day = wanted
    refusals = {book.url: reason for book in books if (reason := filters.refusal(facts_of(book))) is not None}
    if day is not None:
        early = sentence("preview.not_from", "It is not known to have appeared on {day} or later.", day=str(day))
        refusals |= {
            book.url: early
            for book in books
            if book.url not in refusals and (book.published is None or book.published.date() < day)
        }
    if filters.newest is not None:
        newest = Newest(filters.newest)
        newest.add(book for book in books if book.url not in refusals)
        picked = {book.url for book in newest.books()}
        late = sentence("preview.not_newest", "It is not among the newest {newest}.", newest=filters.newest)
        refusals |= {book.url: late for book in books if book.url not in picked and book.url not in refusals}
    return refusals


def _named(book: BookRef) -> tuple[str, str, str]:
    return book.source, book.external_id, book.url


def _show(book: BookRef, refusal: Sentence | None, *, is_known: bool, is_unwanted: bool) -> PreviewBook:
    facts = facts_of(book)
    state = PreviewState.KNOWN if is_known else PreviewState.NEW
    if refusal is not None:
        state = PreviewState.SKIPPED
    elif is_unwanted:
        state, refusal = PreviewState.UNWANTED, sentence("preview.removed", "It was removed.")
    return PreviewBook(
        url=book.url,
        title=facts.title,
        authors=list(facts.authors),
        cover_url=book.cover_url or (book.details.cover_url if book.details else None),
        language=facts.language,
        duration_seconds=None if facts.duration is None else facts.duration.total_seconds(),
        size_bytes=_size(book),
        state=state,
        detail=text_of(refusal),
        detail_message=SentenceView.of(refusal),
    )


def _size(book: BookRef) -> int | None:
    """Return how many bytes the parts of a book have, where the listing tells of each."""
    parts = book.details.parts if book.details is not None else ()
    sizes = [part.size for part in parts if part.size is not None]
    return sum(sizes) if parts and len(sizes) == len(parts) else None
