"""The first page: add links, see what runs and what waits, and mend what failed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from ohdio_api.queue.limit import show_limit
from ohdio_api.web.home.begun import show_begun
from ohdio_api.web.home.needs import MOST_TITLES, Need, show_faulty, show_held, show_need, show_unconverted
from ohdio_api.web.home.numbers import show_numbers
from ohdio_api.web.library.shelf import show_book
from ohdio_api.web.parts.row import show_row
from ohdio_api.web.queue.queue_list import QueueList, read_queue_list
from ohdio_api.web.queue.section import TheSections
from ohdio_api.web.reader import reader_of
from ohdio_api.web.scans.card import show_scan
from ohdio_api.web.services import (
    Audiobooks,
    Converting,
    Failures,
    Follows,
    Health,
    Positions,
    Queue,
    Scrapes,
    TheListener,
    TheOverview,
    ThePages,
    Verifying,
)
from ohdio_api.web.shell.banners import banners_of
from ohdio_api.web.shell.health import show_health
from ohdio_api.web.words import Words
from ohdio_core.schemas.health import HeldBooks
from ohdio_core.schemas.queue import FailureGroup
from ohdio_core.schemas.scrapes import ScrapeStatus

router = APIRouter(include_in_schema=False)

_MOST_NOW = 24
_MOST_SCANS = 5
_MOST_ARRIVED = 6
_MOST_BEGUN = 6
_SHOWN_SCANS = (ScrapeStatus.SCRAPING, ScrapeStatus.FAILED, ScrapeStatus.COMPLETED)
#: One that has ended well is shown for so long, unless somebody dismisses it.
_NEWS = timedelta(minutes=30)


@router.get("/")
def show_home(
    *,
    request: Request,
    pages: ThePages,
    queue: Queue,
    scrapes: Scrapes,
    follows: Follows,
    health: Health,
    audiobooks: Audiobooks,
    failures: Failures,
    positions: Positions,
    verifying: Verifying,
    converting: Converting,
    listener: TheListener,
    overview: TheOverview,
    sections: TheSections,
    listed: Annotated[QueueList, Depends(read_queue_list)],
) -> HTMLResponse:
    """Return the page."""
    words = reader_of(request).words
    stats = queue.show_stats(overview)
    scans = scrapes.page(statuses=_SHOWN_SCANS, url=None, cursor=None, limit=_MOST_SCANS).items
    since = datetime.now(UTC) - _NEWS
    scans = [scan for scan in scans if scan.status is not ScrapeStatus.COMPLETED or scan.updated_at > since]
    followed = follows.followed_among([scan.url for scan in scans])
    contents = scrapes.contents_of([scan.id for scan in scans])
    heard, arrived = dict(positions.begun(listener, _MOST_BEGUN)), audiobooks.arrived(_MOST_ARRIVED)
    books = {book.id: book for book in audiobooks.books([*heard, *arrived])}
    report = health.report_of(overview)
    banners = banners_of(report, words)
    needs = _needs(failures.failures() if stats.failed else [], report.held, stats.disk_free_bytes, words)
    if overview.has_faults and (faulty := verifying.count(MOST_TITLES)).books:
        needs.append(show_faulty(faulty, words))
    unconverted = converting.failures() if overview.failed_conversions else ()
    needs += [show_unconverted(each, words) for each in unconverted]
    return pages.render(
        request,
        "home/page.html",
        section=sections.read(listed, overview, words),
        running=[show_row(item, words, {}) for item in queue.running(_MOST_NOW)],
        begun=show_begun(heard, books, words),
        arrived=[show_book(books[book], words) for book in arrived if book in books],
        numbers=show_numbers(stats, words),
        limit=show_limit(overview),
        scans=[show_scan(scan, contents[scan.id], followed, stats.disk_free_bytes, words) for scan in scans],
        banners=banners,
        health=show_health(banners, overview, words),
        needs=needs,
        are_conversions_failed=bool(unconverted),
        stats=stats,
        library=queue.library.location,
    )


def _needs(failed: Sequence[FailureGroup], held: HeldBooks | None, free: int | None, words: Words) -> list[Need]:
    needs = [show_need(group, words) for group in failed]
    return [*needs, show_held(held, free, words)] if held is not None else needs
