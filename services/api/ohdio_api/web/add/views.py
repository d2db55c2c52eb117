"""Adding links at once, and the page that shows first what a link leads to."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from pydantic import ValidationError
from starlette.responses import Response

from ohdio_api.previews.service import PreviewService
from ohdio_api.problems import Refusal
from ohdio_api.provide import given
from ohdio_api.submissions.service import SubmissionService
from ohdio_api.web.add.found import show_found
from ohdio_api.web.add.notices import notices_of
from ohdio_api.web.add.wanted import Wanted, read_wanted, wrong_wish
from ohdio_api.web.forms import Fields, after, refused
from ohdio_api.web.pages import see_other
from ohdio_api.web.reader import reader_of
from ohdio_api.web.services import Queue, ThePages
from ohdio_api.web.words import Words
from ohdio_core.domain.pasted_links import pasted_links
from ohdio_core.schemas.filters import FilterOrder
from ohdio_core.schemas.previews import Preview, PreviewOrder
from ohdio_core.schemas.submissions import MOST_URLS, Wishes
from ohdio_core.sentences import sentence

router = APIRouter(include_in_schema=False)

_ONE_AT_A_TIME = sentence("preview.one_link", "Only one link at a time can be looked at.")

Submissions = Annotated[SubmissionService, Depends(given(SubmissionService))]


@router.get("/add")
def show_preview(
    *,
    request: Request,
    pages: ThePages,
    previews: Annotated[PreviewService, Depends(given(PreviewService))],
    queue: Queue,
) -> HTMLResponse:
    """Return what the link of the address would add; without filters, while they are none, for somebody to mend."""
    words = reader_of(request).words
    wanted = read_wanted(request.query_params)
    status, found, wrong = HTTPStatus.OK, None, None
    if wanted.url:
        filters, wrong = _filters(wanted, words)
        try:
            found = show_found(_preview(previews, wanted, filters), words)
        except Refusal as error:
            status, wrong = error.status, words.translated(error.sentence)
    free = queue.stats().disk_free_bytes
    return pages.render(
        request,
        "add/page.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong and found else status,
        wanted=wanted,
        found=found,
        wrong=wrong,
        free=None if free is None else words.size(free),
    )


@router.post("/add")
def add(request: Request, fields: Fields, submissions: Submissions) -> Response:
    """Add the links of the form, of which there may be many, with blanks or new lines between them."""
    words = reader_of(request).words
    links = pasted_links(fields("url"))[:MOST_URLS]
    if not links:
        return after(request, fields, refused(words.gettext("Paste the link of a category, a feed or a book.")))
    return after(request, fields, *notices_of(submissions.add(links, Wishes()), words))


@router.post("/add/chosen")
def add_chosen(request: Request, fields: Fields, submissions: Submissions) -> Response:
    """Add what was chosen in the preview: everything that is wanted of the listing, or the books that are ticked."""
    words = reader_of(request).words
    wanted = read_wanted(fields.all())
    try:
        wishes = wanted.wishes()
    except ValidationError as error:
        return after(request, fields, refused(wrong_wish(error, words)))
    ticked = fields.several("book")
    if not ticked:
        return after(request, fields, refused(words.gettext("No book is ticked.")))
    links = [wanted.url] if fields("offered") == str(len(ticked)) else ticked[:MOST_URLS]
    return see_other(request, "/", *notices_of(submissions.add(links, wishes), words))


def _filters(wanted: Wanted, words: Words) -> tuple[FilterOrder, str | None]:
    """Return the filters; none, and a sentence why, where they are none."""
    try:
        return wanted.order(), None
    except ValidationError as error:
        return FilterOrder(), wrong_wish(error, words)


def _preview(previews: PreviewService, wanted: Wanted, filters: FilterOrder) -> Preview:
    """Return what the link would add.

    Raises:
        Refusal: Nobody can tell.
    """
    if len(pasted_links(wanted.url)) > 1:
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, _ONE_AT_A_TIME)
    order = PreviewOrder.model_validate(
        {"url": wanted.url, "as": wanted.becomes, "filters": filters, "again": wanted.again}
    )
    return previews.preview(order, is_recent_enough=True)
