"""The story of a book: what asked for it, what became of each run, what it waits for, and where its files are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, select
from sqlalchemy.orm import Session

from ohdio_api.attempts import OF_BOOKS, read_attempts
from ohdio_api.audiobooks.service import missing_book
from ohdio_api.queue.item_row import select_items
from ohdio_api.queue.view import show_item
from ohdio_core.db.models import Audiobook, Extraction, QueueItem, Scrape, ScrapeBook
from ohdio_core.db.session import Database
from ohdio_core.domain.queue import RunOutcome, WorkStatus
from ohdio_core.schemas.attempts import AttemptView, WorkStage
from ohdio_core.schemas.sentences import SentenceView
from ohdio_core.schemas.trace import BookTrace, TraceEvent, TraceEventKind
from ohdio_core.sentences import Sentence, sentence, stored
from ohdio_core.work.stages import SCRAPING
from ohdio_core.work.timing import Timing

_Row = Row[*tuple[Any, ...]]

_MOST_SCANS = 9  #: the newest of those that found a book, beside the one that found it first

_COMPLETE = sentence("trace.complete", "complete")
_TOLD = sentence("trace.told", "its listing described it")
_RUNNING = sentence("trace.running", "it is being downloaded")


class TraceService:
    """The stories of books."""

    def __init__(self, database: Database, timing: Timing) -> None:
        self.database = database
        self.timing = timing

    def trace(self, audiobook_id: int) -> BookTrace:
        """Read what happened to a book.

        Raises:
            Refusal: There is no such book.
        """
        query = (
            select(Audiobook, QueueItem, Extraction)
            .outerjoin(QueueItem, and_(QueueItem.audiobook_id == Audiobook.id, QueueItem.deleted_at.is_(None)))
            .outerjoin(Extraction, Extraction.id == Audiobook.id)
            .where(Audiobook.id == audiobook_id)
        )
        with self.database.reading() as session:
            row = session.execute(query).one_or_none()
            if row is None:
                raise missing_book(audiobook_id)
            scans = _scans_of(session, audiobook_id)
            events = [*_origins(row, scans), *self._work(session, row, scans)]
        book: Audiobook = row.Audiobook
        trace_id = None if row.QueueItem is None else row.QueueItem.trace_id
        return BookTrace(
            audiobook_id=book.id,
            title=book.title,
            url=book.url,
            trace_id=None if trace_id is None else trace_id.hex,
            events=sorted(events, key=lambda event: (event.kind is TraceEventKind.NOW, event.at)),
        )

    def _work(self, session: Session, row: _Row, scans: Sequence[_Row]) -> Iterator[TraceEvent]:
        book: Audiobook = row.Audiobook
        for scan in scans:
            for run in read_attempts(session, scan.id, [SCRAPING]):
                if run.began_at <= scan.found_at:
                    yield _of_run(run)
        runs = read_attempts(session, book.id, OF_BOOKS)
        yield from map(_of_run, runs)
        yield from _described(row.Extraction, runs)
        if book.library_path is not None:
            yield _filed(book, row.QueueItem)
        if row.QueueItem is not None:
            yield from self._now(session, row.QueueItem)

    def _now(self, session: Session, item: QueueItem) -> Iterator[TraceEvent]:
        found = session.execute(select_items(self.timing).where(QueueItem.id == item.id)).one_or_none()
        if found is None:
            return
        view = show_item(found)
        if view.wait_reason is not None:
            assert view.wait_message is not None
            said = Sentence(view.wait_message.id, view.wait_reason, view.wait_message.values)
            yield _event(view.updated_at, TraceEventKind.NOW, sentence("trace.now", "it waits: {reason}", reason=said))
        elif view.status is WorkStatus.PROCESSING:
            yield _event(view.updated_at, TraceEventKind.NOW, _RUNNING)


def _scans_of(session: Session, audiobook_id: int) -> list[_Row]:
    """Return the first and the newest scans that found a book, the oldest first."""
    found_at = func.coalesce(ScrapeBook.found_at, Scrape.finished_at, Scrape.created_at)
    query = (
        select(Scrape.id, Scrape.url, Scrape.title, Scrape.trace_id, found_at.label("found_at"))
        .join(ScrapeBook, ScrapeBook.scrape_id == Scrape.id)
        .where(ScrapeBook.audiobook_id == audiobook_id)
    )
    first = session.execute(query.order_by(Scrape.id).limit(1)).all()
    newest = session.execute(query.order_by(Scrape.id.desc()).limit(_MOST_SCANS)).all()
    return sorted({scan.id: scan for scan in (*first, *newest)}.values(), key=lambda scan: scan.id)


def _origins(row: _Row, scans: Sequence[_Row]) -> Iterator[TraceEvent]:
    """Yield what asked for a book: its own link or a scan, and which scans have found it since."""
    book: Audiobook = row.Audiobook
    added_at = book.created_at if row.QueueItem is None else row.QueueItem.created_at
    trace_id = None if row.QueueItem is None else row.QueueItem.trace_id
    origin = next((scan.id for scan in scans if trace_id in (None, scan.trace_id)), None)
    if origin is None:
        yield _event(
            added_at, TraceEventKind.ADDED, sentence("trace.link_added", "its link was added: {link}", link=book.url)
        )
    for scan in scans:
        found = sentence("trace.found", "the scan of {listing} found it", listing=scan.title or scan.url)
        yield _event(scan.found_at, TraceEventKind.ADDED if scan.id == origin else TraceEventKind.FOUND, found)


def _described(reading: Extraction | None, runs: Sequence[AttemptView]) -> Iterator[TraceEvent]:
    """Yield that a listing described a book, where no run was needed for it (``BatchRunner``)."""
    is_done = reading is not None and reading.status == WorkStatus.COMPLETED and reading.finished_at is not None
    if is_done and not any(run.stage is WorkStage.DESCRIPTION for run in runs):
        assert reading is not None
        assert reading.finished_at is not None
        yield _event(reading.finished_at, TraceEventKind.DESCRIBED, _TOLD)


def _filed(book: Audiobook, item: QueueItem | None) -> TraceEvent:
    at = book.updated_at if item is None or item.finished_at is None else item.finished_at
    filed = sentence(
        "trace.filed", "filed in {folder}: {bytes:,} bytes", folder=str(book.library_path), bytes=book.file_size or 0
    )
    return _event(at, TraceEventKind.FILED, filed)


def _of_run(run: AttemptView) -> TraceEvent:
    return _event(run.began_at, TraceEventKind.RUN, _how_it_ended(run), run)


def _how_it_ended(run: AttemptView) -> Sentence:
    reason = stored(run.reason, None if run.message is None else run.message.model_dump())
    if reason is None:
        return _COMPLETE
    match run.outcome:
        case RunOutcome.FAILED:
            return sentence("trace.failed", "failed: {reason}", reason=reason)
        case RunOutcome.ATTEMPT_FAILED:
            return sentence("trace.attempt_failed", "the attempt failed: {reason}", reason=reason)
        case RunOutcome.WAITS:
            return sentence("trace.waits", "put off: {reason}", reason=reason)
        case RunOutcome.STOPPED:
            return sentence("trace.stopped", "stopped: {reason}", reason=reason)
        case _:
            return reason


def _event(at: datetime, kind: TraceEventKind, said: Sentence, run: AttemptView | None = None) -> TraceEvent:
    message = SentenceView(**said.as_json())
    return TraceEvent(at=at, kind=kind, text=said.text, message=message, run=run)
