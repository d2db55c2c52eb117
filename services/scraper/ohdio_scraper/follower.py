"""Looking at a listing that is followed: what is new there is added, and it comes round again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import cast

from ohdio_core.collection.follows import (
    add_unmet,
    bytes_held,
    find_unmet,
    note_met,
    pass_on_speed,
    retry_failed,
)
from ohdio_core.collection.held_follows import settle
from ohdio_core.collection.latest_filed import look_for_latest
from ohdio_core.collection.match_keys import recognise_and_store_keys
from ohdio_core.current import Current
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import Database, UnitOfWork
from ohdio_core.db.sql import Statement
from ohdio_core.domain.audiobook import BookRef, ListingPage
from ohdio_core.domain.filters import Newest, facts_of
from ohdio_core.domain.following import NewestFirst, Newness, each_once, next_check
from ohdio_core.domain.queue import StopReason
from ohdio_core.domain.rhythm import Rhythm
from ohdio_core.errors import GoneForGood, OhdioError, Postponed, TransientError
from ohdio_core.library import Library
from ohdio_core.sentences import Sentence, json_of, sentence, text_of
from ohdio_core.sources.http import Abort, ChangeDetection, HttpClientFactory, Unchanged
from ohdio_core.sources.protocol import Source
from ohdio_core.sources.registry import SourceRegistry
from ohdio_core.vault import keep_addresses
from ohdio_core.work.outcome import Failed, Outcome, Rescheduled, Stopped
from ohdio_core.work.run import Run
from ohdio_scraper.followed import FollowToCheck, load_follow

_SQL = NamedSql(__name__)
_HOLD = _SQL.statement("hold")
_NOTE_SUCCESS = _SQL.statement("note_success")
_NOTE_UNCHANGED = _SQL.statement("note_unchanged")
_NOTE_FAILURE = _SQL.statement("note_failure")

#: A check that has begun waits for its turns: it would begin anew, and ask for all its pages again.
_PATIENCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Intervals:
    """How often listings are looked at where nothing else says."""

    feeds: timedelta
    pages: timedelta


@dataclass(slots=True)
class _Look:
    """What one reading of a listing has seen so far."""

    address: str | None  #: where it is asked, if that is not its own link
    changes: ChangeDetection
    is_own_request: bool  #: the first request is for the listing itself, not for a page that leads to it
    is_feed: bool
    newest: Newest | None  #: picks what is taken of what was there before
    newness: Newness
    is_unchanged: bool = False
    is_library_there: bool = False  #: it was looked for what was filed last
    order: NewestFirst = field(default_factory=NewestFirst)
    title: str | None = None
    note: Sentence | None = None
    rhythm: Rhythm | None = None
    found: int = 0
    added: int = 0
    room: int | None = None  #: bytes that its books may have beyond those of earlier checks
    announced: int = 0  #: bytes of audio of what was added, as far as the listing tells
    is_cut_short: bool = False  #: more is new than may be added at once

    @property
    def moved_to(self) -> str | None:
        """Return where the listing is for good, if that is not its own link."""
        return (self.changes.moved_to if self.is_own_request else None) or self.address


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
        follow = load_follow(self.database, run.claim)
        if follow.is_decided:
            self._finish(run, settle)
            follow = load_follow(self.database, run.claim)
        run.add_facts(link=follow.target.url, title=follow.title)
        run.is_begin_held_back = True  # that nothing has changed is no story
        source = self.registry.by_name(follow.target.source)
        look = _look(source, follow)
        if follow.is_speed_to_pass_on:
            self._finish(run, pass_on_speed)
        try:
            self._read(run, source, follow, look)
        except Postponed:
            raise
        except OhdioError as error:
            is_gone = isinstance(error, GoneForGood) and not look.found
            # Of one that has moved its own link is asked before that is believed.
            if is_gone and (follow.address is None or run.claim.setbacks > 0):
                return Failed(error.sentence)
            return self._failed(run, source, follow, error)
        if look.is_unchanged:
            facts: dict[str, object] = {"id": run.claim.id, "address": look.moved_to}
            unchanged = partial(_note_and_retry, run.claim.id, _NOTE_UNCHANGED, facts)
            return Rescheduled(self._next(follow, follow.rhythm, is_feed=look.is_feed), unchanged, is_noted=False)
        run.add_facts(title=look.title, found=look.found, new=look.added)
        success = partial(_note_and_retry, follow.adds.id, _NOTE_SUCCESS, _result(follow, look))
        wait = self._next(follow, look.rhythm or follow.rhythm, is_feed=look.is_feed)
        return Rescheduled(wait, success, is_noted=look.added > 0 or not follow.has_begun)

    def _finish(self, run: Run, go_on: Callable[[UnitOfWork, int], bool]) -> None:
        """Do the rest of what somebody has changed of a follow, as whoever was at it was cut off."""
        is_all = False
        while not is_all:
            run.check()
            with self._held(run) as work:
                is_all = go_on(work, run.claim.id)

    def _read(self, run: Run, source: Source, follow: FollowToCheck, look: _Look) -> None:
        """Read the listing page by page; each page's books are written down before the next page is read.

        Raises:
            OhdioError: It cannot be read, or what is new cannot be added now.
        """
        abort = Abort()
        try:
            with run.guard(abort.trigger):
                client = self.http.site(follow.site_key, abort, look.changes, _PATIENCE)
                for page in source.discover(follow.target, client):
                    run.check()
                    look.order.add(page.books)
                    if self._take(run, source, follow, page, look):
                        break
        except Unchanged:
            look.is_unchanged = True
            return
        if look.newest is not None:
            self._add(run, source, follow, look.newest.books(), look, are_met=True)

    def _take(self, run: Run, source: Source, follow: FollowToCheck, page: ListingPage, look: _Look) -> bool:
        """Write down what a page of the listing brings; return whether what follows need not be read."""
        look.title, look.note = look.title or page.title, look.note or page.note
        look.rhythm = look.rhythm or page.rhythm
        look.is_feed = look.is_feed or page.is_feed
        # A feed that is the answer to the first request is the listing itself, whatever its link looks like.
        look.is_own_request = look.is_own_request or (page.is_feed and look.changes.answers == 1)
        look.found += len(page.books)
        if follow.leaves_what_was_there:
            new = [book for book in page.books if _is_new(book, follow)]
            self._leave(run, follow, [book for book in page.books if not _is_new(book, follow)], look)
            if new:
                self._add(run, source, follow, new, look)
            return False  # what stands behind was there, too, and must not be taken for new at the next check
        is_known = self._add(run, source, follow, page.books, look)
        # Without validators an earlier check did not come to its end: what it left may stand behind what it added.
        may_stop = follow.validators is not None and look.order.is_shown
        return look.is_cut_short or (may_stop and is_known and bool(page.books))

    def _leave(self, run: Run, follow: FollowToCheck, books: Sequence[BookRef], look: _Look) -> None:
        """Record these books as met, so that they are not added by themselves; the newest may be picked of them."""
        with self._held(run) as work:
            named = recognise_and_store_keys(work, list(each_once(books)))
            note_met(work, follow.adds.id, named)
        if look.newest is not None:
            look.newest.add(_wanted(filter(follow.is_in_time, named), follow))

    def _add(
        self,
        run: Run,
        source: Source,
        follow: FollowToCheck,
        books: Sequence[BookRef],
        look: _Look,
        *,
        are_met: bool = False,
    ) -> bool:
        """Add what is new of these books; return whether there was nothing that the follow had not met.

        Args:
            are_met: They are added though they are recorded as met.

        Raises:
            TransientError: So many books are missing from the library that it may not be the right one.
        """
        with self._held(run) as work:
            named, unmet = _unmet(work, follow, books, are_met=are_met)
            if not _wanted(unmet, follow):
                look.newness.number(named, {book.external_id for book in unmet})
                note_met(work, follow.adds.id, unmet)
                return not unmet
        if not look.is_library_there:
            # Outside of transactions, as disks may be slow to begin to turn.
            self._require_library()
            look.is_library_there = True
        with self._held(run) as work:
            named, unmet = _unmet(work, follow, books, are_met=are_met)
            wanted = _wanted(unmet, follow)
            # Once a check: what it adds itself is counted as it is announced, before it is described.
            if look.room is None and follow.most_bytes is not None:
                look.room = follow.most_bytes - bytes_held(work, follow.adds.id)
            met = add_unmet(
                work,
                follow.adds,
                [(book, source.site_key(book.url)) for book in wanted],
                look.newness.number(named, {book.external_id for book in unmet}),
                most=None if follow.most_per_check is None else follow.most_per_check - look.added,
                most_bytes=None if look.room is None else look.room - look.announced,
                show=self._show(follow, look),
                are_filed=self.library.holds_each,
            )
            taken = {book.external_id for book in wanted}
            note_met(work, follow.adds.id, [book for book in unmet if book.external_id not in taken])
        look.added += met.added
        look.announced += met.announced
        look.is_cut_short = look.is_cut_short or met.is_cut_short
        return False

    def _show(self, follow: FollowToCheck, look: _Look) -> str | None:
        """Return the show of which books are filed as episodes; None where each gets a folder of its own.

        In a bucket each does: only the names of one folder change at once there, and players read none.
        """
        is_show = look.is_feed if follow.adds.as_show is None else follow.adds.as_show
        return (look.title or follow.title) if is_show and self.library.folder is not None else None

    def _require_library(self) -> None:
        """Return if the library holds what was filed last: into one that is not there everything would come again.

        Raises:
            TransientError: Too many of it are missing.
        """
        with self.database.reading() as session:
            latest = look_for_latest(session, self.library)
        if latest.is_library_doubtful:
            raise TransientError(
                sentence(
                    "follow.library_missing",
                    "{missing} of the last {filed} books are missing from the library, so that nothing is added: it "
                    "may not be the right folder. `ohdio library --missing` lists them.",
                    missing=latest.missing,
                    filed=latest.filed,
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

    def _next(self, follow: FollowToCheck, rhythm: Rhythm, *, is_feed: bool) -> timedelta:
        """Return how long it is until the next check after one that went well."""
        return next_check(self._interval(follow, is_feed=is_feed), failures=0, now=datetime.now(UTC), rhythm=rhythm)

    def _interval(self, follow: FollowToCheck, *, is_feed: bool) -> timedelta:
        intervals = self.intervals()
        return follow.check_every or (intervals.feeds if is_feed else intervals.pages)

    def _failed(self, run: Run, source: Source, follow: FollowToCheck, error: OhdioError) -> Rescheduled:
        """Return that a check failed: the listing is tried ever less, and why stands on the follow."""
        wait = next_check(
            self._interval(follow, is_feed=source.is_feed or follow.is_feed),
            failures=run.claim.setbacks + 1,
            now=datetime.now(UTC),
            rhythm=follow.rhythm,
            retry_after=error.retry_after if isinstance(error, TransientError) else None,
        )
        noted = partial(_note, _NOTE_FAILURE, {"id": follow.adds.id})
        return Rescheduled(wait, noted, error=error.sentence, is_of_site=error.is_of_site)


def _look(source: Source, follow: FollowToCheck) -> _Look:
    """Return what is known before a listing is read."""
    is_picked = follow.newest is not None and follow.leaves_what_was_there
    return _Look(
        address=follow.address,
        changes=ChangeDetection(follow.validators, follow.address),
        is_own_request=source.is_feed,
        is_feed=source.is_feed or follow.is_feed,
        newest=Newest(follow.newest) if is_picked and follow.newest is not None else None,
        newness=Newness(datetime.now(UTC), has_left=follow.has_left),
    )


def _is_new(book: BookRef, follow: FollowToCheck) -> bool:
    """Return whether a book appeared after its listing was followed, however late the first check came to its end.

    So is what appeared from the day on from which it is wanted, unless so many of the newest of that are to be picked.
    """
    if book.published is None:
        return False
    is_all_in_time = follow.from_day is not None and follow.newest is None
    return book.published > follow.since or (is_all_in_time and follow.is_in_time(book))


def _unmet(
    work: UnitOfWork, follow: FollowToCheck, books: Sequence[BookRef], *, are_met: bool
) -> tuple[list[BookRef], list[BookRef]]:
    """Return the books under the ids by which they are known, and those that the follow has not met.

    Args:
        are_met: All of them are to be taken for new.
    """
    named = recognise_and_store_keys(work, list(each_once(books)))
    return named, named if are_met else find_unmet(work, follow.adds.id, named)


def _result(follow: FollowToCheck, look: _Look) -> dict[str, object]:
    """Return what a check that went well leaves on the row."""
    # What begins as it did is the same as a whole only if that was all of it, or a feed whose newest come first: a page
    # may only lead to the feed that was read.
    tells_all = look.changes.answers == 1 or (look.is_own_request and look.order.is_shown)
    validators = look.changes.validators if tells_all and not look.is_cut_short else None
    return {
        "id": follow.adds.id,
        "title": look.title,
        "is_feed": look.is_feed,
        "note": text_of(look.note),
        "note_message": json_of(look.note),
        "has_added": look.added > 0,
        "has_left": look.is_cut_short,
        "validators": None if validators is None else json.dumps(validators.as_json()),
        "address": look.moved_to,
        "quiet_for": None if look.rhythm is None else look.rhythm.every,
        "skipped_hours": [] if look.rhythm is None else sorted(look.rhythm.skipped_hours),
    }


def _note(statement: Statement, parameters: dict[str, object], work: UnitOfWork) -> None:
    work.execute(statement, parameters)


def _note_and_retry(follow_id: int, statement: Statement, parameters: dict[str, object], work: UnitOfWork) -> None:
    """Note what a check has found out; what the follow had added and has failed since is tried again."""
    keep_addresses(work, cast("str | None", parameters["address"]))
    _note(statement, parameters, work)
    retry_failed(work, follow_id)


def _wanted(books: Iterable[BookRef], follow: FollowToCheck) -> list[BookRef]:
    """Return the books that nothing in the listing speaks against."""
    return [book for book in books if follow.adds.filters.refusal(facts_of(book)) is None]
