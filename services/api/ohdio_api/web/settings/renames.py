"""The page of folders that are called otherwise than they would be today: what would become of them, and the order."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from ohdio_api.library.renames import RenameService
from ohdio_api.provide import given
from ohdio_api.web.forms import Fields, done
from ohdio_api.web.pages import see_other
from ohdio_api.web.reader import reader_of
from ohdio_api.web.services import ThePages

router = APIRouter(prefix="/settings/names/renames", include_in_schema=False)

Renames = Annotated[RenameService, Depends(given(RenameService))]

_MOST = 200  #: rows


@router.get("")
def show_renames(
    request: Request,
    pages: ThePages,
    renames: Renames,
    *,
    by_hand: Annotated[bool, Query(alias="by-hand")] = False,
) -> HTMLResponse:
    """Return where folders would go."""
    words, plan = reader_of(request).words, renames.plan(by_hand=by_hand)
    return pages.render(
        request,
        "settings/renames.html",
        tab="settings",
        plan=plan,
        shown=plan.items[:_MOST],
        more=max(len(plan.items) - _MOST, 0),
        by_hand=by_hand,
        said=words.ngettext("%(count)s folder would be moved.", "%(count)s folders would be moved.", len(plan.items))
        % {"count": words.number(len(plan.items))},
    )


@router.post("")
def order_renames(request: Request, fields: Fields, renames: Renames) -> Response:
    """Order that folders are moved."""
    words = reader_of(request).words
    count = renames.order(by_hand=fields("by-hand") == "1")
    said = words.ngettext("%(count)s folder is being moved.", "%(count)s folders are being moved.", count)
    return see_other(request, "/settings/names/renames", done(said % {"count": words.number(count)}))
