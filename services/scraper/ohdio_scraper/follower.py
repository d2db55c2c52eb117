"""Looking at a listing that is followed: what is new there is added, and it comes round again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial

from ohdio_core.collection.filters import decode_filters
from ohdio_core.collection.follows import Followed, add_unmet, bytes_held, find_unmet, note_met, retry_failed
from ohdio_core.collection.match_keys import recognise_and_store_keys
from ohdio_core.current import Current
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import Database, UnitOfWork
from ohdio_core.db.sql import Statement
from ohdio_core.domain.audiobook import BookRef, ListingPage, Target, TargetKind
from ohdio_core.domain.filters import Newest, facts_of
from ohdio_core.domain.following import NewestFirst, Take, each_once, next_check
from ohdio_core.domain.missing_books import are_many
from ohdio_core.domain.queue import StopReason
from ohdio_core.domain.rhythm import AT_ANY_TIME, Rhythm
from ohdio_core.errors import GoneForGood, OhdioError, Postponed, TransientError
from ohdio_core.library import Library
from ohdio_core.sentences import Sentence, json_of, sentence, text_of
from ohdio_core.sources.http import Abort, ChangeDetection, HttpClientFactory, Unchanged, Validators
from ohdio_core.sources.owners import owner_of
from ohdio_core.sources.protocol import Source
from ohdio_core.sources.registry import SourceRegistry
from ohdio_core.trace import new_trace
from ohdio_core.work.outcome import Failed, Outcome, Rescheduled, Stopped
from ohdio_core.work.run import Run

_SQL = NamedSql(__name__)
_LOAD = _SQL.statement("load")
_HOLD = _SQL.statement("hold")
_NOTE_SUCCESS = _SQL.statement("note_success")
_NOTE_UNCHANGED = _SQL.statement("note_unchanged")
_NOTE_FAILURE = _SQL.statement("note_failure")
_LATEST_FILED = _SQL.statement("latest_filed")

#: So many of the books that were filed last are looked for before anything is added.
_LOOKED_FOR = 200


@dataclass(frozen=True, slots=True)
class Intervals:
    """How often listings are looked at where nothing else says."""

    feeds: timedelta
    pages: timedelta


@dataclass(frozen=True, slots=True)
class _Follow:
    """What the row says when a check begins."""

    target: Target
    site_key: str
    address: str | None  #: where it has moved for good
    title: str | None
    take: Take
    newest: int | None
    has_begun: bool
    most_per_check: int | None
    most_bytes: int | None
    check_every: timedelta | None
    failures: int
    validators: Validators | None
    rhythm: Rhythm
    adds: Followed


@dataclass(slots=True)
class _Look:
    """What one check has seen so far."""

    order: NewestFirst = field(default_factory=NewestFirst)
    newest: Newest | None = None  #: picks what is taken of what was there before
    title: str | None = None
    note: Sentence | None = None
    rhythm: Rhythm | None = None
    found: int = 0
    added: int = 0
    room: int | None = None  #: bytes that its books may have beyond those of earlier checks
    announced: int = 0  #: bytes of audio of what was added, as far as the listing tells
    is_cut_short: bool = False  #: more is new than may be added at once


class FollowerService:
    """Checks follows. Whatever goes wrong, a follow comes round again, until its listing is gone for good."""

    def __init__(
        self,
        database: Database,
        registry: SourceRegistry,
        http: HttpClientFactory,
        library: Library,
        intervals: Current[Intervals],
    ) -> None:
        self.database = database
        self.registry = registry
        self.http = http
        self.library = library
        self.intervals = intervals

    def check(self, run: Run) -> Outcome:
        """Read a listing as far as it may be new, and add what is."""
        follow = self._load(run)
        run.add_facts(link=follow.target.url, title=follow.title)
        run.is_begin_held_back = True  # that nothing has changed is no story
        source = self.registry.by_name(follow.target.source)
        changes = ChangeDetection(follow.validators, follow.address if source.is_feed else None)
        look = _Look(newest=Newest(follow.newest) if follow.newest is not None and not follow.has_begun else None)
        try:
            self._read(run, source, follow, changes, look)
        except Unchanged:
            facts: dict[str, object] = {"id": run.claim.id, "moved": _moved(source, changes)}
            unchanged = partial(_note_and_retry, run.claim.id, _NOTE_UNCHANGED, facts)
            return Rescheduled(self._next(source, follow), unchanged, is_noted=False)
        except GoneForGood as error:
            return Failed(error.sentence)
        except Postponed:
            raise
        except OhdioError as error:
            return self._failed(source, follow, error)
        run.add_facts(title=look.title, found=look.found, new=look.added)
        success = partial(_note_and_retry, follow.adds.id, _NOTE_SUCCESS, _result(follow, source, changes, look))
        wait = self._next(source, replace(follow, rhythm=look.rhythm or follow.rhythm))
        return Rescheduled(wait, success, is_noted=look.added > 0 or not follow.has_begun)

    def _read(self, run: Run, source: Source, follow: _Follow, changes: ChangeDetection, look: _Look) -> None:
        """Read the listing page by page; each page's books are written down before the next page is read.

        Raises:
            Unchanged: It is as it was.
            OhdioError: It cannot be read, or what is new cannot be added now.
        """
        abort = Abort()
        with run.guard(abort.trigger):
            client = self.http.site(follow.site_key, abort, changes)
            for page in source.discover(follow.target, client):
                run.check()
                look.order.add(page.books)
                if self._take(run, source, follow, page, look):
                    break
        if look.newest is not None:
            self._add(run, source, follow, look.newest.books(), look)

    def _take(self, run: Run, source: Source, follow: _Follow, page: ListingPage, look: _Look) -> bool:
        """Write down what a page of the listing brings; return whether what follows need not be read."""
        look.title, look.note = look.title or page.title, look.note or page.note
        look.rhythm = look.rhythm or page.rhythm
        look.found += len(page.books)
        if not follow.has_begun and follow.take is not Take.EVERYTHING:
            with self._held(run) as work:
                named = recognise_and_store_keys(work, list(each_once(page.books)))
                note_met(work, follow.adds.id, dict.fromkeys(book.external_id for book in named))
            if look.newest is not None:
                look.newest.add(_wanted(named, follow))
            return False
        is_known = self._add(run, source, follow, page.books, look)
        # Without validators an earlier check did not come to its end: what it left may stand behind what it added.
        may_stop = follow.validators is not None and look.order.is_shown
        return look.is_cut_short or (may_stop and is_known and bool(page.books))

    def _add(self, run: Run, source: Source, follow: _Follow, books: Sequence[BookRef], look: _Look) -> bool:
        """Add what is new of these books; return whether there was nothing that the follow had not met.

        Raises:
            TransientError: So many books are missing from the library that it may not be the right one.
        """
        most = None if follow.most_per_check is None else follow.most_per_check - look.added
        with self._held(run) as work:
            # Once a check: what it adds itself is counted as it is announced, before it is described.
            if look.room is None and follow.most_bytes is not None:
                look.room = follow.most_bytes - bytes_held(work, follow.adds.id)
            room = look.room
            named = recognise_and_store_keys(work, list(each_once(books)))
            unmet = named if look.newest is not None else find_unmet(work, follow.adds.id, named)
            wanted = _wanted(unmet, follow)
            if wanted:
                self._require_library(work)
            met = add_unmet(
                work,
                follow.adds,
                [(book, source.site_key(book.url)) for book in wanted],
                most=most,
                most_bytes=None if room is None else room - look.announced,
                is_filed=self.library.holds,
            )
            taken = {book.external_id for book in wanted}
            note_met(work, follow.adds.id, {book.external_id: None for book in unmet if book.external_id not in taken})
        look.added += met.added
        look.announced += met.announced
        look.is_cut_short = look.is_cut_short or met.is_cut_short
        return not unmet

    def _require_library(self, work: UnitOfWork) -> None:
        """Return if the library holds what was filed last: into one that is not there everything would come again."""
        filed = work.execute(_LATEST_FILED, {"most": _LOOKED_FOR}).all()
        missing = sum(
            not self.library.holds(row.library_path, owner_of(BookRef(row.source, row.url, row.external_id)))
            for row in filed
        )
        if are_many(missing, len(filed)):
            raise TransientError(
                sentence(
                    "follow.library_missing",
                    "{missing} of the last {filed} books are missing from the library, so that nothing is added: it "
                    "may not be the right folder. `ohdio library --missing` lists them.",
                    missing=missing,
                    filed=len(filed),
                )
            )

    @contextmanager
    def _held(self, run: Run) -> Iterator[UnitOfWork]:
        """Yield a unit of work that only the lease's holder can commit.

        Raises:
            Stopped: The lease is lost, or the follow was ended.
        """
        with self.database.unit_of_work() as work:
            if work.execute(_HOLD, {"id": run.claim.id, "token": run.claim.token}).one_or_none() is None:
                raise Stopped(StopReason.LEASE_LOST)
            yield work

    def _load(self, run: Run) -> _Follow:
        with self.database.reading() as session:
            row = session.execute(_LOAD, {"id": run.claim.id}).one_or_none()
        if row is None:
            raise Stopped(StopReason.LEASE_LOST)
        filters = decode_filters(row.filters)
        return _Follow(
            target=Target(TargetKind.CATEGORY, row.source, row.url, row.external_id),
            site_key=row.politeness_key,
            address=row.address,
            title=row.title,
            take=Take(row.take),
            newest=row.newest,
            has_begun=row.has_begun,
            most_per_check=row.most_per_check,
            check_every=row.check_every,
            failures=row.failures,
            validators=Validators(**row.validators) if row.has_begun and row.validators else None,
            rhythm=Rhythm(row.quiet_for or timedelta(), frozenset(row.skipped_hours)),
            most_bytes=row.most_bytes,
            adds=Followed(run.claim.id, filters, row.priority, run.claim.trace_id or new_trace()),
        )

    def _next(self, source: Source, follow: _Follow, error: TransientError | None = None) -> timedelta:
        """Return how long it is until the next check, after one that went well unless ``error`` says otherwise."""
        intervals = self.intervals()
        interval = follow.check_every or (intervals.feeds if source.is_feed else intervals.pages)
        retry_after = None if error is None else error.retry_after
        return next_check(
            interval,
            failures=0 if error is None else follow.failures + 1,
            now=datetime.now(UTC),
            rhythm=follow.rhythm if follow.check_every is None else AT_ANY_TIME,
            retry_after=retry_after,
        )

    def _failed(self, source: Source, follow: _Follow, error: OhdioError) -> Rescheduled:
        """Return that a check failed: the listing is tried ever less, and why stands on the follow."""
        failure = error if isinstance(error, TransientError) else TransientError(error.sentence)
        return Rescheduled(
            self._next(source, follow, failure),
            partial(_note, _NOTE_FAILURE, {"id": follow.adds.id}),
            error=error.sentence,
            is_of_site=error.is_of_site,
        )


def _result(follow: _Follow, source: Source, changes: ChangeDetection, look: _Look) -> dict[str, object]:
    """Return what a check that went well leaves on the row."""
    # What begins as it did is the same as a whole only if that was all of it, or a feed whose newest come first: a page
    # may only lead to the feed that was read.
    tells_all = changes.answers == 1 or (source.is_feed and look.order.is_shown)
    validators = changes.validators if tells_all and not look.is_cut_short else None
    return {
        "id": follow.adds.id,
        "title": look.title,
        "note": text_of(look.note),
        "note_message": json_of(look.note),
        "has_added": look.added > 0,
        "validators": None if validators is None else json.dumps(validators.as_json()),
        "moved": _moved(source, changes),
        "quiet_for": None if look.rhythm is None else look.rhythm.every,
        "skipped_hours": [] if look.rhythm is None else sorted(look.rhythm.skipped_hours),
    }


def _moved(source: Source, changes: ChangeDetection) -> str | None:
    """Return where a listing has moved for good; of others than feeds, the first request need not be for itself."""
    return changes.moved_to if source.is_feed else None


def _note(statement: Statement, parameters: dict[str, object], work: UnitOfWork) -> None:
    work.execute(statement, parameters)


def _note_and_retry(follow_id: int, statement: Statement, parameters: dict[str, object], work: UnitOfWork) -> None:
    """Note what a check has found out; what the follow had added and has failed since is tried again."""
    _note(statement, parameters, work)
    retry_failed(work, follow_id)


def _wanted(books: Iterable[BookRef], follow: _Follow) -> list[BookRef]:
    """Return the books that nothing in the listing speaks against."""
    return [book for book in books if follow.adds.filters.refusal(facts_of(book)) is None]
