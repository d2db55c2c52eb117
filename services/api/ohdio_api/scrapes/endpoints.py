"""Routes of scans."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from ohdio_api.paging import Cursor, Limit, LinkText, RowId
from ohdio_api.problems import problems
from ohdio_api.provide import given
from ohdio_api.scrapes.service import ScrapeService
from ohdio_core.schemas.pages import Page
from ohdio_core.schemas.scrapes import ScrapeContents, ScrapeStatus, ScrapeView, TakenOut

router = APIRouter(prefix="/scrapes", tags=["scans"])

Scrapes = Annotated[ScrapeService, Depends(given(ScrapeService))]

_MISSING = problems(HTTPStatus.NOT_FOUND)
_MISSING_OR_UNFIT = problems(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)


@router.get("")
def list_scrapes(
    *,
    scrapes: Scrapes,
    status: Annotated[
        list[ScrapeStatus] | None,
        Query(description="Only these; a failed scan only if its link was not scanned since."),
    ] = None,
    url: LinkText = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[ScrapeView]:
    """List scans, the newest first."""
    return scrapes.page(statuses=status or (), url=url, cursor=cursor, limit=limit)


@router.get("/{scrape_id}", responses=_MISSING)
def get_scrape(scrapes: Scrapes, scrape_id: RowId) -> ScrapeView:
    """Read one scan."""
    return scrapes.get(scrape_id)


@router.get("/{scrape_id}/contents", responses=_MISSING)
def sum_up_scrape(scrapes: Scrapes, scrape_id: RowId) -> ScrapeContents:
    """Sum up the books that a scan found."""
    return scrapes.contents(scrape_id)


@router.post("/{scrape_id}/take-out", responses=_MISSING)
def take_out_scrape(scrapes: Scrapes, scrape_id: RowId) -> TakenOut:
    """End a scan, and take every book that it added out of the queue; what is complete stays.

    What is taken out is left out by later scans, as if it had been removed one by one.
    """
    taken = scrapes.take_out(scrape_id)
    return TakenOut(removed=taken.items, removal=taken.removal)


@router.post("/{scrape_id}/retry", responses=_MISSING_OR_UNFIT)
def retry_scrape(scrapes: Scrapes, scrape_id: RowId) -> ScrapeView:
    """Resume a scan that failed or was cancelled, from where it stopped."""
    return scrapes.retry(scrape_id)


@router.delete("/{scrape_id}", status_code=HTTPStatus.NO_CONTENT, responses=_MISSING)
def end_scrape(scrapes: Scrapes, scrape_id: RowId) -> None:
    """Cancel a scan that is under way, or dismiss one that has ended; books that it found stay."""
    scrapes.end(scrape_id)
