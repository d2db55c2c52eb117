"""The page by which what people have decided moves from one ohdio to another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from pydantic import ValidationError
from starlette.datastructures import UploadFile
from starlette.responses import Response

from ohdio_api.portable.endpoints import LARGEST
from ohdio_api.portable.taking import TakingService
from ohdio_api.provide import given
from ohdio_api.web.forms import refused
from ohdio_api.web.pages import Pages, see_other
from ohdio_api.web.reader import reader_of
from ohdio_api.web.services import ThePages
from ohdio_api.web.words import Words
from ohdio_core.schemas.portable import PortableOrder, RefusedEntry, TakenIn

router = APIRouter(prefix="/settings/moving", include_in_schema=False, max_body_size=LARGEST)

Taking = Annotated[TakingService, Depends(given(TakingService))]


class ShownReport(NamedTuple):
    """What became of a file."""

    counts: Sequence[tuple[str, str]]  #: kinds of entries, and how many were taken
    problems: Sequence[str]


async def read_document(request: Request) -> bytes:
    """Return the file that a form carries; nothing where it carries none."""
    async with request.form(max_files=1, max_fields=10) as form:
        file = form.get("document")
        return await file.read() if isinstance(file, UploadFile) else b""


Document = Annotated[bytes, Depends(read_document)]


@router.get("")
def show_moving(request: Request, pages: ThePages) -> HTMLResponse:
    """Return the page."""
    return _page(request, pages, None)


@router.post("")
def take_in(request: Request, pages: ThePages, taking: Taking, document: Document) -> Response:
    """Take in a file that an ohdio has made, and return the page with what was done."""
    words = reader_of(request).words
    try:
        order = PortableOrder.model_validate_json(document)
    except ValidationError:
        said = words.gettext("This is no file that an ohdio of this version has made.")
        return see_other(request, "/settings/moving", refused(said))
    report = taking.take(order)
    _ = words.gettext
    counts = [
        (_("Follows"), _said(report.follows, words)),
        (_("What scans leave out"), _said(report.unwanted, words)),
        (_("Places in books"), _said(report.positions, words)),
        (_("Settings"), _said(report.settings, words)),
    ]
    return _page(request, pages, ShownReport(counts, _problems(report.problems, words)))


@router.post("/had")
def take_had(request: Request, pages: ThePages, taking: Taking, document: Document) -> Response:
    """Count what a file names as had, and return the page with what was done."""
    words = reader_of(request).words
    report = taking.take_had(document.decode(errors="replace").replace("\0", ""))
    counts = [(words.gettext("Books that you had"), _said(report.books, words))]
    return _page(request, pages, ShownReport(counts, _problems(report.problems, words)))


def _page(request: Request, pages: Pages, report: ShownReport | None) -> HTMLResponse:
    return pages.render(request, "settings/moving.html", tab="moving", report=report)


def _said(taken: TakenIn, words: Words) -> str:
    return words.gettext("%(added)s added, %(known)s known, %(refused)s refused") % {
        "added": words.number(taken.added),
        "known": words.number(taken.known),
        "refused": words.number(taken.refused),
    }


def _problems(problems: Sequence[RefusedEntry], words: Words) -> list[str]:
    return [words.translated_text(problem.detail, problem.message) or problem.detail for problem in problems]
