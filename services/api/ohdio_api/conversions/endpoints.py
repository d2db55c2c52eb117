"""Routes of converting books of the library."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends

from ohdio_api.conversions.service import ConversionService
from ohdio_api.paging import Cursor, Limit, RowId
from ohdio_api.problems import problems
from ohdio_api.provide import given
from ohdio_core.domain.book_form import BookForm
from ohdio_core.schemas.conversions import ConversionEstimate, ConversionView
from ohdio_core.schemas.pages import Page
from ohdio_core.schemas.trash import ConvertedBooks

router = APIRouter(prefix="/conversions", tags=["library"])

Service = Annotated[ConversionService, Depends(given(ConversionService))]

_MISSING = problems(HTTPStatus.NOT_FOUND)


@router.get("")
def list_conversions(conversions: Service, cursor: Cursor = None, limit: Limit = 50) -> Page[ConversionView]:
    """List what is converted, what waits for that in its order, what is paused, and what could not be converted.

    One at a time goes on at each downloader, with low priority, beside the downloads and outside their limit. The books
    are complete all the while.
    """
    return conversions.page(cursor=cursor, limit=limit)


@router.post("/estimate")
def estimate_conversions(conversions: Service, body: ConvertedBooks) -> ConversionEstimate:
    """Estimate how long it takes to convert books, as fast as the machine was that encoded last.

    The first time it waits a few seconds for that to be measured.
    """
    return conversions.estimate(body.ids, BookForm(body.form))


@router.post("/{audiobook_id}/pause", responses=_MISSING)
def pause_conversion(conversions: Service, audiobook_id: RowId) -> ConversionView:
    """Pause a conversion within seconds; parts that are encoded are kept."""
    return conversions.pause(audiobook_id)


@router.post("/{audiobook_id}/resume", responses=_MISSING)
def resume_conversion(conversions: Service, audiobook_id: RowId) -> ConversionView:
    """Resume a conversion, or try one again that has failed."""
    return conversions.resume(audiobook_id)


@router.delete("/{audiobook_id}", status_code=HTTPStatus.NO_CONTENT, responses=_MISSING)
def cancel_conversion(conversions: Service, audiobook_id: RowId) -> None:
    """Cancel a conversion, or put away one that has failed; the book stays as it is."""
    conversions.cancel(audiobook_id)
