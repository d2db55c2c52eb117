"""The first page: add links, see what runs and what waits, and mend what failed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from ohdio_api.health.report import HealthReporter
from ohdio_api.paging import RowId
from ohdio_api.provide import given
from ohdio_api.queue.selection import Selection
from ohdio_api.queue.service import QueueService
from ohdio_api.scrapes.service import ScrapeService
from ohdio_api.web.forms import Fields, after
from ohdio_api.web.home.banners import banners_of
from ohdio_api.web.home.numbers import show_numbers
from ohdio_api.web.home.queue_list import QueueList, read_queue_list
from ohdio_api.web.home.scan_card import show_scan
from ohdio_api.web.pages import Pages
from ohdio_api.web.parts.place import places_of
from ohdio_api.web.parts.row import show_row
from ohdio_api.web.reader import reader_of
from ohdio_core.schemas.scrapes import ScrapeStatus

router = APIRouter(include_in_schema=False)

_PAGE = 50
_MOST_NOW = 24
_MOST_SCANS = 5
_EVERYTHING = Selection((), ())
_SHOWN_SCANS = (ScrapeStatus.SCRAPING, ScrapeStatus.FAILED, ScrapeStatus.COMPLETED)
#: One that has ended well is shown for so long, unless somebody dismisses it.
_NEWS = timedelta(minutes=30)

Queue = Annotated[QueueService, Depends(given(QueueService))]
Scrapes = Annotated[ScrapeService, Depends(given(ScrapeService))]
ThePages = Annotated[Pages, Depends(given(Pages))]


@router.get("/")
def show_home(
    *,
    request: Request,
    pages: ThePages,
    queue: Queue,
    scrapes: Scrapes,
    health: Annotated[HealthReporter, Depends(given(HealthReporter))],
    listed: Annotated[QueueList, Depends(read_queue_list)],
) -> HTMLResponse:
    """Return the page."""
    words = reader_of(request).words
    page = queue.page(
        _EVERYTHING,
        statuses=listed.statuses,
        words=listed.q,
        sort=listed.sort,
        order=listed.order,
        cursor=listed.cursor,
        limit=_PAGE,
    )
    stats = queue.stats()
    places = places_of(queue)
    scans = scrapes.page(statuses=_SHOWN_SCANS, url=None, cursor=None, limit=_MOST_SCANS).items
    since = datetime.now(UTC) - _NEWS
    scans = [scan for scan in scans if scan.status is not ScrapeStatus.COMPLETED or scan.updated_at > since]
    report = health.report()
    return pages.render(
        request,
        "home/page.html",
        listed=listed,
        rows=[show_row(item, words, places) for item in page.items],
        following=page.next,
        running=[show_row(item, words, places) for item in queue.running(_MOST_NOW)],
        numbers=show_numbers(stats, words),
        limit=queue.limit(),
        scans=[show_scan(scan, words) for scan in scans],
        banners=banners_of(report, words),
        stats=stats,
        library=queue.library.location,
    )


@router.post("/scans/{scrape_id}/end")
def end_scan(request: Request, fields: Fields, scrapes: Scrapes, scrape_id: RowId) -> Response:
    """Cancel a scan, or dismiss one that has ended."""
    scrapes.end(scrape_id)
    return after(request, fields)


@router.post("/scans/{scrape_id}/retry")
def retry_scan(request: Request, fields: Fields, scrapes: Scrapes, scrape_id: RowId) -> Response:
    """Retry a scan where it failed."""
    scrapes.retry(scrape_id)
    return after(request, fields)
