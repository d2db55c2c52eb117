"""The page of one scan, and what people order of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from ohdio_api.paging import RowId
from ohdio_api.queue.filter import QueueFilter
from ohdio_api.queue.selection import Selection
from ohdio_api.web.forms import Fields, after, done
from ohdio_api.web.pages import see_other
from ohdio_api.web.queue.queue_list import QueueList, read_queue_list
from ohdio_api.web.queue.section import TheSections
from ohdio_api.web.queue.several import carry_out
from ohdio_api.web.reader import reader_of
from ohdio_api.web.scans.card import show_scan
from ohdio_api.web.services import Follows, Queue, Scrapes, TheOverview, ThePages
from ohdio_core.schemas.scrapes import ScrapeStatus

router = APIRouter(prefix="/scans/{scrape_id}", include_in_schema=False)


@router.get("")
def show_scan_page(
    *,
    request: Request,
    pages: ThePages,
    scrapes: Scrapes,
    follows: Follows,
    queue: Queue,
    overview: TheOverview,
    sections: TheSections,
    listed: Annotated[QueueList, Depends(read_queue_list)],
    scrape_id: RowId,
) -> HTMLResponse:
    """Return a scan and the books that it found."""
    words = reader_of(request).words
    scan, free = scrapes.get(scrape_id), queue.show_stats(overview).disk_free_bytes
    return pages.render(
        request,
        "scans/page.html",
        scan=show_scan(scan, scrapes.contents(scrape_id), follows.followed_among([scan.url]), free, words),
        link=scan.url,
        section=sections.read(listed._replace(scan=scrape_id), overview, words),
    )


@router.post("/end")
def end_scan(request: Request, fields: Fields, scrapes: Scrapes, scrape_id: RowId) -> Response:
    """Cancel a scan, or dismiss one that has ended."""
    was_under_way = scrapes.get(scrape_id).status is ScrapeStatus.SCRAPING
    scrapes.end(scrape_id)
    return after(request, fields) if was_under_way else _after_dismissal(request, fields, scrape_id)


@router.post("/retry")
def retry_scan(request: Request, fields: Fields, scrapes: Scrapes, scrape_id: RowId) -> Response:
    """Retry a scan where it failed."""
    scrapes.retry(scrape_id)
    return after(request, fields)


@router.post("/collect")
def collect_anyway(request: Request, fields: Fields, queue: Queue, scrape_id: RowId) -> Response:
    """Resume what a scan found and would not fit the disk."""
    held = QueueFilter(Selection((scrape_id,), ()), is_held=True)
    return after(request, fields, carry_out("resume", queue, held, reader_of(request).words))


@router.post("/take-out")
def take_out(request: Request, fields: Fields, scrapes: Scrapes, scrape_id: RowId) -> Response:
    """Take what a scan added out of the queue."""
    words, (count, removal) = reader_of(request).words, scrapes.take_out(scrape_id)
    said = words.ngettext("%(count)s book was taken out.", "%(count)s books were taken out.", count)
    return after(request, fields, done(said % {"count": words.number(count)}, undo=removal if count else None))


def _after_dismissal(request: Request, fields: Fields, scrape_id: int) -> Response:
    """Return to where the form was, unless that was the page of the scan that is gone."""
    was_its_own = fields("back").partition("?")[0] == f"/scans/{scrape_id}"
    return see_other(request, "/") if was_its_own else after(request, fields)
