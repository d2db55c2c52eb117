"""Walking a listing: every page, every book, each written down as it is found."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import text

from ohdio_core.collection.add_books import Standing, add_books
from ohdio_core.collection.filters import decode_filters
from ohdio_core.collection.match_keys import recognise_and_store_keys
from ohdio_core.collection.shows import file_with_listed_show, name_listed_show
from ohdio_core.collection.unwanted import lock_and_find_unwanted, note_unwanted
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import Database, UnitOfWork
from ohdio_core.domain.audiobook import BookRef, ListingPage, Target, TargetKind
from ohdio_core.domain.book_form import BookForm, form_named
from ohdio_core.domain.filters import Filters, Newest, facts_of
from ohdio_core.domain.queue import StopReason
from ohdio_core.errors import DiffersForNow
from ohdio_core.library import Library
from ohdio_core.sentences import Sentence, json_of, sentence, text_of
from ohdio_core.sources.http import Abort, HttpClientFactory, SiteClient
from ohdio_core.sources.protocol import Source
from ohdio_core.sources.registry import SourceRegistry
from ohdio_core.work.outcome import Done, Stopped
from ohdio_core.work.run import Run
from ohdio_core.work.run_log import log_begin
from ohdio_core.work.stages import SCRAPING

_SQL = NamedSql(__name__)
_RECORD_PAGE = _SQL.statement("record_page")
_IS_CANCELLED = _SQL.statement("is_cancelled")


@dataclass(frozen=True, slots=True)
class _Scan:
    """What the row says when a run begins."""

    target: Target
    site_key: str
    cursor: str | None
    priority: int
    filters: Filters
    brings_back: bool  #: also what people removed before
    form: BookForm | None  #: of its books
    speed_limit_kb: int | None  #: of each of them


@dataclass(frozen=True, slots=True)
class _Find:
    """What is written down at once: a page of the listing, or what was picked of all of it."""

    books: tuple[BookRef, ...]  #: those that are wanted, each once
    skipped: int  #: others that the listing names
    title: str | None
    next_cursor: str | None
    left_out: Mapping[Sentence, int]  #: how many other entries are no books, by what they are
    note: Sentence | None  #: what people should know of the listing


class ScraperService:
    """Reads listings. A page that fails leaves what was found, and the scan goes on from there."""

    def __init__(self, database: Database, registry: SourceRegistry, http: HttpClientFactory, library: Library) -> None:
        self.database = database
        self.registry = registry
        self.http = http
        self.library = library

    def scrape(self, run: Run) -> Done:
        """Walk the listing from where the last run stopped.

        Raises:
            PermanentError: The listing does not exist or cannot be read.
            TransientError: The site failed; what was found so far is kept.
        """
        scan = self._load(run.claim.id)
        run.add_facts(link=scan.target.url)
        log_begin(SCRAPING, run)
        source = self.registry.by_name(scan.target.source)
        abort = Abort()
        with run.guard(abort.trigger):
            client = self.http.site(scan.site_key, abort)
            if scan.filters.newest is not None:
                newest = self._find_newest(run, source, scan, scan.filters.newest, client)
                return Done(lambda work: self._write(work, run, source, scan, newest))
            pages = _to_the_last_answer(source.discover(scan.target, client, scan.cursor), run, cursor=scan.cursor)
            for number, page in enumerate(pages, run.progress + 1):
                run.check()
                wanted, skipped = _sift(page.books, scan.filters)
                find = _Find(tuple(wanted), skipped, page.title, page.next_cursor, page.left_out, page.note)
                if page.next_cursor is None:
                    # Written together with the end of the scan, so that a restart never counts it twice.
                    return Done(lambda work, find=find: self._write(work, run, source, scan, find))  # type: ignore[misc] # mypy does not infer lambdas with defaults
                with self.database.unit_of_work() as work:
                    self._write(work, run, source, scan, find)
                run.report(progress=number)
        return Done()

    def _find_newest(self, run: Run, source: Source, scan: _Scan, most: int, client: SiteClient) -> _Find:
        """Read the listing as far as it takes to know its newest books; nothing is written before."""
        newest = Newest(most)
        found = 0
        title = note = None
        left_out = Counter[Sentence]()
        for number, page in enumerate(_to_the_last_answer(source.discover(scan.target, client), run, cursor=None), 1):
            run.check()
            wanted, skipped = _sift(page.books, scan.filters)
            newest.add(wanted)
            found += len(wanted) + skipped
            title, note = title or page.title, note or page.note
            left_out.update(page.left_out)
            if newest.is_settled or page.next_cursor is None:
                break
            run.report(progress=number)
        books = newest.books()
        return _Find(books, found - len(books), title, None, left_out, note)

    def _load(self, scrape_id: int) -> _Scan:
        with self.database.reading() as session:
            row = session.execute(
                text(
                    """
                    SELECT url, source, external_id, politeness_key, cursor, priority, filters, brings_back, form,
                           speed_limit_kb
                    FROM scrapes WHERE id = :id
                    """
                ),
                {"id": scrape_id},
            ).one()
        target = Target(TargetKind.CATEGORY, row.source, row.url, row.external_id)
        filters, form = decode_filters(row.filters), form_named(row.form)
        return _Scan(
            target,
            row.politeness_key,
            row.cursor,
            row.priority,
            filters,
            row.brings_back,
            form,
            row.speed_limit_kb,
        )

    def _show(self, work: UnitOfWork, source: Source, scan: _Scan, find: _Find) -> str | None:
        """Return the show that the listing is followed as, where books are filed as episodes: in no bucket."""
        if self.library.folder is None or not find.books:
            return None
        listed = [book.external_id for book in find.books]
        return name_listed_show(work, scan.target, find.title, listed, is_feed=source.is_feed)

    def _write(self, work: UnitOfWork, run: Run, source: Source, scan: _Scan, find: _Find) -> None:
        """Write what was found, and where to go on, in one transaction that only the lease's holder can commit."""
        named = recognise_and_store_keys(work, find.books)
        unwanted = {} if scan.brings_back else lock_and_find_unwanted(work, named)
        books = [(ref, source.site_key(ref.url)) for ref in named if ref.url not in unwanted]
        show = self._show(work, source, scan, find)
        added = add_books(
            work,
            books,
            priority=scan.priority,
            are_filed=self.library.holds_each,
            filters=scan.filters,
            form=scan.form,
            speed_limit_kb=scan.speed_limit_kb,
            trace_id=run.claim.trace_id,
        )
        new = [book.audiobook_id for book in added if book.standing is Standing.NEW]
        if new and self.library.folder is not None:
            file_with_listed_show(work, new, show)
        row = work.execute(
            _RECORD_PAGE,
            {
                "cursor": find.next_cursor,
                "title": find.title,
                "found": len(added) + find.skipped + len(unwanted),
                "new": len(new),
                "known": len(added) - len(new),
                "skipped": find.skipped,
                "unwanted": len(unwanted),
                "note": text_of(find.note),
                "note_message": json_of(find.note),
                "left_out": json.dumps({what.text: count for what, count in find.left_out.items()}),
                "left_out_messages": json.dumps({what.text: what.as_json() for what in find.left_out}),
                "id": run.claim.id,
                "token": run.claim.token,
            },
        ).one_or_none()
        if row is None:
            lease = {"id": run.claim.id, "token": run.claim.token}
            is_cancelled = work.execute(_IS_CANCELLED, lease).scalar_one()
            raise Stopped(StopReason.CANCEL if is_cancelled else StopReason.LEASE_LOST)
        run.add_facts(title=row.title, found=row.found, new=row.new, known=row.known)
        run.add_facts(skipped=row.skipped or None, unwanted=row.unwanted or None)
        work.session.execute(
            text(
                """
                INSERT INTO scrape_books (scrape_id, audiobook_id, is_new)
                SELECT :id, book, book = ANY(:new) FROM unnest(CAST(:books AS bigint[])) AS book
                ON CONFLICT DO NOTHING
                """
            ),
            {"id": run.claim.id, "books": [book.audiobook_id for book in added], "new": new},
        )
        note_unwanted(work, run.claim.id, set(unwanted.values()))
        work.changed(SCRAPING.topic, run.claim.id)


def _to_the_last_answer(pages: Iterator[ListingPage], run: Run, *, cursor: str | None) -> Iterator[ListingPage]:
    """Yield the pages of a listing; where it is answered differently at every attempt, the last one has a note on it.

    Raises:
        OhdioError: What ``pages`` raises, else.
    """
    is_begun = cursor is not None
    try:
        for page in pages:
            yield page
            is_begun = True
    except DiffersForNow as error:
        is_last_attempt = run.claim.attempts >= run.claim.max_attempts and run.progress <= run.claim.best_progress
        if not is_begun or not is_last_attempt:
            raise
        note = sentence(
            "listing.rest_unreadable",
            "What follows in the listing cannot be read; what comes before is kept. {error}",
            error=error.sentence,
        )
        yield ListingPage((), None, note=note)


def _sift(books: Iterable[BookRef], filters: Filters) -> tuple[list[BookRef], int]:
    """Return the books that nothing in the listing speaks against, each once, and how many others there are."""
    listed = {book.url: book for book in books}
    wanted = [book for book in listed.values() if filters.refusal(facts_of(book)) is None]
    return wanted, len(listed) - len(wanted)
