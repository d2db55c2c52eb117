"""Reading scans, ending them, and letting them go on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict
from functools import cache, lru_cache
from http import HTTPStatus
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from ohdio_api.interrupted import find_interrupted, is_interrupted
from ohdio_api.keyset import PageRequest, SortKey, read_selected, select_page
from ohdio_api.literals import as_literal
from ohdio_api.problems import Refusal
from ohdio_api.queue.several import Removed, SeveralItems
from ohdio_api.scrapes.contents import find_added, read_contents
from ohdio_api.search import is_of_link
from ohdio_core.collection import control
from ohdio_core.collection.add_scan import no_such_scan, retry_scrape
from ohdio_core.collection.filters import decode_filters
from ohdio_core.db.models import Scrape, SkippedBook
from ohdio_core.db.running_models import WorkerProcess
from ohdio_core.db.session import Database
from ohdio_core.domain.queue import INTERRUPTED, WorkStatus
from ohdio_core.schemas.filters import FilterOrder
from ohdio_core.schemas.pages import Order, Page
from ohdio_core.schemas.scrapes import ScrapeContents, ScrapeStatus, ScrapeView
from ohdio_core.schemas.sentences import SentenceView
from ohdio_core.sentences import Sentence, sentence, stored, text_of
from ohdio_core.sources.registry import SourceRegistry
from ohdio_core.work.stages import SCRAPING
from ohdio_core.work.timing import Timing

_ADDED = SortKey("added", Scrape.id.expression, int)
_NO_SCRAPER = sentence("wait.no_scraper", "no scraper is running")
_LISTS = 16  #: whose queries are kept
_UNDER_WAY = (WorkStatus.QUEUED.value, WorkStatus.PROCESSING.value)


class ScrapeService:
    """Scans of categories and feeds."""

    def __init__(self, database: Database, registry: SourceRegistry, timing: Timing) -> None:
        self.database = database
        self.registry = registry
        self.timing = timing

    def page(
        self, *, statuses: Collection[ScrapeStatus], url: str | None, cursor: str | None, limit: int
    ) -> Page[ScrapeView]:
        """Read a page of scans, the newest first, without those that people have dismissed.

        Args:
            statuses: Only these, or all; a failed one is left out then when its link was scanned again since.
            url: Only scans of this link, however it is written.

        Raises:
            Refusal: The cursor is not one of this list.
        """
        query = _select_listed(self.timing, tuple(statuses))
        request = PageRequest(_ADDED, Order.DESC, cursor, limit)
        if url is not None:
            selected = select_page(query.where(is_of_link(Scrape, self.registry, url)), Scrape.id, request)
        else:
            selected = _select_page(query, request)
        with self.database.reading() as session:
            rows, following = read_selected(session, selected, request)
            return Page(items=list(map(_show, rows)), next=following)

    def get(self, scrape_id: int) -> ScrapeView:
        """Read one scan.

        Raises:
            Refusal: There is none, or it was dismissed.
        """
        if found := self.scrapes([scrape_id]):
            return found[0]
        raise _missing(scrape_id)

    def scrapes(self, ids: Sequence[int]) -> list[ScrapeView]:
        """Read these scans; those that are gone are left out."""
        query = _select(self.timing).where(Scrape.id.in_(ids), Scrape.is_dismissed.is_(False)).order_by(Scrape.id)
        with self.database.reading() as session:
            return list(map(_show, session.execute(query)))

    def under_way(self, most: int) -> list[ScrapeView]:
        """Read the scans that have not ended."""
        query = _select(self.timing).where(Scrape.status.in_(_UNDER_WAY)).order_by(Scrape.id).limit(most)
        with self.database.reading() as session:
            return list(map(_show, session.execute(query)))

    def interrupted(self) -> Sequence[int]:
        """Read the ids of scans whose scraper has fallen silent."""
        with self.database.reading() as session:
            return find_interrupted(session, Scrape)

    def end(self, scrape_id: int) -> None:
        """Cancel a scan that is under way, or dismiss one that has ended.

        Raises:
            Refusal: There is none.
        """
        with self.database.unit_of_work() as work:
            if not control.end_scrape(work, scrape_id):
                raise _missing(scrape_id)

    def contents(self, scrape_id: int) -> ScrapeContents:
        """Read what the books of a scan come to.

        Raises:
            Refusal: There is none, or it was dismissed.
        """
        self.get(scrape_id)
        return self.contents_of([scrape_id])[scrape_id]

    def contents_of(self, ids: Sequence[int]) -> dict[int, ScrapeContents]:
        """Read what the books of scans come to, by the scan's id."""
        if not ids:
            return {}
        with self.database.reading() as session:
            return {scan: ScrapeContents(**asdict(sums)) for scan, sums in read_contents(session, ids).items()}

    def take_out(self, scrape_id: int) -> Removed:
        """End a scan, and take what it added out of the queue, without what is complete.

        Raises:
            Refusal: There is none, or it was dismissed.
        """
        if self.get(scrape_id).status is ScrapeStatus.SCRAPING:
            self.end(scrape_id)
        with self.database.reading() as session:
            ids = find_added(session, scrape_id)
        return SeveralItems(self.database).delete(ids)

    def retry(self, scrape_id: int) -> ScrapeView:
        """Requeue a scan that failed or was cancelled; it goes on from where it stopped.

        Raises:
            Refusal: There is none, it did not fail, or its link is being scanned already.
        """
        with self.database.unit_of_work() as work:
            reason = retry_scrape(work, scrape_id)
        scan = self.get(scrape_id)
        if reason is not None:
            raise Refusal(HTTPStatus.CONFLICT, reason)
        return scan


@cache
def _select(timing: Timing) -> Select[*tuple[Any, ...]]:
    """Return the query of scans with what they did not want once it was described, and whether any scraper lives."""
    is_heard = WorkerProcess.beat_at > func.clock_timestamp() - timing.lease
    live = select(WorkerProcess.id).where(WorkerProcess.service == SCRAPING.service, is_heard)
    skipped = select(func.count()).where(SkippedBook.scrape_id == Scrape.id)
    return select(
        Scrape,
        skipped.scalar_subquery().label("skipped"),
        live.exists().label("has_scraper"),
        is_interrupted(Scrape).label("is_interrupted"),
    )


@lru_cache(maxsize=_LISTS)
def _select_listed(timing: Timing, statuses: tuple[ScrapeStatus, ...]) -> Select[*tuple[Any, ...]]:
    """Return the query of scans that nobody has dismissed; only of those in some states, where any are named."""
    query = _select(timing).where(Scrape.is_dismissed.is_(False))
    if not statuses:
        return query
    return query.where(Scrape.status.in_([as_literal(each) for each in _stored(statuses)]), _IS_STILL_OF_INTEREST)


@lru_cache(maxsize=_LISTS)
def _select_page(query: Select[*tuple[Any, ...]], request: PageRequest) -> Select[*tuple[Any, ...]]:
    """Return the query of a page.

    Raises:
        Refusal: The cursor is not one of this list.
    """
    return select_page(query, Scrape.id, request)


def _is_still_of_interest() -> ColumnElement[bool]:
    """Return the condition that a scan did not fail, or that its listing was not scanned again since."""
    later = aliased(Scrape)
    is_same = and_(later.source == Scrape.source, later.external_id == Scrape.external_id)
    is_superseded = select(later.id).where(is_same, later.id > Scrape.id).exists()
    return or_(Scrape.status != WorkStatus.FAILED.value, ~is_superseded)


_IS_STILL_OF_INTEREST = _is_still_of_interest()


def _stored(statuses: Collection[ScrapeStatus]) -> Iterator[str]:
    """Write states of scans as rows have them."""
    for status in statuses:
        if status is ScrapeStatus.SCRAPING:
            yield from _UNDER_WAY
        else:
            yield status.value


def _missing(scrape_id: int) -> Refusal:
    return Refusal(HTTPStatus.NOT_FOUND, no_such_scan(scrape_id))


def _show(row: Row[Any]) -> ScrapeView:
    """Return a row of ``_select`` as clients see it."""
    scrape, skipped = row.Scrape, row.skipped
    is_under_way = scrape.status in _UNDER_WAY
    # Those that were skipped late had been counted: as new, or as known where another scan had found them first.
    new = max(0, scrape.new - skipped)
    waits = _wait(scrape, has_scraper=row.has_scraper, was_interrupted=bool(row.is_interrupted))
    return ScrapeView(
        id=scrape.id,
        url=scrape.url,
        title=scrape.title,
        status=ScrapeStatus.SCRAPING if is_under_way else ScrapeStatus(scrape.status),
        pages_done=scrape.progress,
        found=scrape.found,
        new=new,
        known=scrape.known - (skipped - (scrape.new - new)),
        skipped=scrape.skipped + skipped,
        unwanted=scrape.unwanted,
        left_out=scrape.left_out,
        left_out_messages={
            what: message
            for what in scrape.left_out
            if (message := SentenceView.stored(what, scrape.left_out_messages.get(what))) is not None
        },
        note=scrape.note,
        note_message=SentenceView.stored(scrape.note, scrape.note_message),
        filters=None if scrape.filters is None else FilterOrder.of(decode_filters(scrape.filters)),
        again=scrape.brings_back,
        wait_reason=text_of(waits),
        wait_message=SentenceView.of(waits),
        error=scrape.error,
        error_message=SentenceView.stored(scrape.error, scrape.error_message),
        created_at=scrape.created_at,
        updated_at=scrape.updated_at,
    )


def _wait(scrape: Scrape, *, has_scraper: bool, was_interrupted: bool) -> Sentence | None:
    if scrape.status not in _UNDER_WAY or (scrape.lease_token is not None and not was_interrupted):
        return None
    if scrape.next_attempt_at is None and not has_scraper:
        return _NO_SCRAPER
    if was_interrupted:
        return INTERRUPTED
    return stored(scrape.wait_reason, scrape.wait_message) if scrape.status == WorkStatus.QUEUED else None
