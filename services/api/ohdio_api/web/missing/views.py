"""The page of complete books whose files are not in the library any more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from ohdio_api.paging import RowId
from ohdio_api.web.forms import Fields, FormFields, after, done
from ohdio_api.web.library.shelf import show_book
from ohdio_api.web.pages import see_other
from ohdio_api.web.reader import reader_of
from ohdio_api.web.services import Missing, ThePages
from ohdio_api.web.words import Words
from ohdio_core.schemas.queue import MOST_IDS

router = APIRouter(prefix="/library/missing", include_in_schema=False)

_MOST = 200  #: rows


@router.get("")
def show_missing(
    *,
    request: Request,
    pages: ThePages,
    library: Missing,
    is_sure: Annotated[bool, Query(alias="sure")] = False,
) -> HTMLResponse:
    """Return which books are missing; where so many are that a disk may be, orders for all are a step further away."""
    words, found = reader_of(request).words, library.missing(None)
    return pages.render(
        request,
        "missing/page.html",
        books=[show_book(book, words) for book in found.items[:_MOST]],
        folders={book.id: book.library_path for book in found.items[:_MOST]},
        in_all=len(found.items),
        more=words.number(max(len(found.items) - _MOST, 0)),
        location=found.location,
        note=words.translated_text(found.note, found.note_message),
        is_sure=is_sure or found.note is None,
    )


@router.post("/fetch")
def fetch_all(request: Request, fields: Fields, library: Missing) -> Response:
    """Fetch all missing books again."""
    return _settle_all(request, fields, library.fetch, library, _said_of_fetched)


@router.post("/forget")
def forget_all(request: Request, fields: Fields, library: Missing) -> Response:
    """Forget all missing books."""
    return _settle_all(request, fields, library.forget, library, _said_of_forgotten)


@router.post("/{audiobook_id}/fetch")
def fetch_one(request: Request, fields: Fields, library: Missing, audiobook_id: RowId) -> Response:
    """Fetch a missing book again."""
    return after(request, fields, done(_said_of_fetched(library.fetch([audiobook_id]), reader_of(request).words)))


@router.post("/{audiobook_id}/forget")
def forget_one(request: Request, fields: Fields, library: Missing, audiobook_id: RowId) -> Response:
    """Forget a missing book."""
    return after(request, fields, done(_said_of_forgotten(library.forget([audiobook_id]), reader_of(request).words)))


def _settle_all(
    request: Request,
    fields: FormFields,
    order: Callable[[Sequence[int]], int],
    library: Missing,
    said: Callable[[int, Words], str],
) -> Response:
    """Carry out an order of the books that are missing; of those that the page has counted, if others are by now."""
    ids = [book.id for book in library.missing(None).items]
    if fields("count") != str(len(ids)):
        return see_other(request, "/library/missing")
    count = sum(order(ids[start : start + MOST_IDS]) for start in range(0, len(ids), MOST_IDS))
    return see_other(request, "/library/missing", done(said(count, reader_of(request).words)))


def _said_of_fetched(count: int, words: Words) -> str:
    said = words.ngettext("%(count)s book is fetched again.", "%(count)s books are fetched again.", count)
    return said % {"count": words.number(count)}


def _said_of_forgotten(count: int, words: Words) -> str:
    said = words.ngettext(
        "%(count)s book is let go; no scan brings it back.",
        "%(count)s books are let go; no scan brings them back.",
        count,
    )
    return said % {"count": words.number(count)}
