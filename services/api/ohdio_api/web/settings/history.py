"""The page of who ordered what."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from ohdio_api.paging import IN_DIGITS
from ohdio_api.web.parts.act import show_act
from ohdio_api.web.reader import reader_of
from ohdio_api.web.services import TheHistory, ThePages
from ohdio_core.schemas.body import MAX_ID

router = APIRouter(prefix="/settings/history", include_in_schema=False)

Before = Annotated[int | None, Query(ge=1, le=MAX_ID), IN_DIGITS]

_PAGE = 50


@router.get("")
def show_history(request: Request, pages: ThePages, history: TheHistory, before: Before = None) -> HTMLResponse:
    """Return what was ordered, the last first."""
    words = reader_of(request).words
    found = history.page(before=before, limit=_PAGE)
    acts = [show_act(act, words) for act in found.items]
    return pages.render(request, "settings/history.html", tab="history", acts=acts, following=found.next)
