"""The page by which a folder of books that people had comes into the library."""

from __future__ import annotations

from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from ohdio_api.web.folder_form import order_folder
from ohdio_api.web.forms import Fields, done
from ohdio_api.web.pages import see_other
from ohdio_api.web.parts.naming import people_of
from ohdio_api.web.reader import reader_of
from ohdio_api.web.services import Importing, Missing, ThePages
from ohdio_api.web.words import Words
from ohdio_core.domain.found_book import Verdict
from ohdio_core.schemas.folder_imports import FolderImportView, FoundBookView

router = APIRouter(prefix="/library/import", include_in_schema=False)

_PAGE = "/library/import"


class FoundRow(NamedTuple):
    """One book that was found."""

    id: int
    title: str
    people: str
    place: str
    state: str
    reason: str | None
    can_be_taken: bool
    is_bad: bool


@router.get("")
def show_import(request: Request, pages: ThePages, importing: Importing, library: Missing) -> HTMLResponse:
    """Return what was found in the last folder, and what became of it."""
    words, found = reader_of(request).words, importing.read()
    last = found.last
    return pages.render(
        request,
        "imports/page.html",
        last=last,
        is_at_work=last is not None and last.ended_at is None and last.step != "read",
        error=None if last is None else words.translated_text(last.error, last.error_message),
        waits=None if last is None else words.translated_text(last.wait_reason, last.wait_message),
        said=None if last is None else _said(last, words),
        known=_open(found.items, Verdict.KNOWN),
        new=_open(found.items, Verdict.NEW),
        books=[_row(book, words) for book in found.items],
        location=library.library.location,
    )


@router.post("")
def begin(request: Request, fields: Fields, importing: Importing) -> Response:
    """Read a folder."""
    words = reader_of(request).words
    refusals = order_folder(lambda order: importing.begin(order.path, is_moved=order.is_moved), fields, words)
    return see_other(request, _PAGE, *refusals)


@router.post("/take")
def take(request: Request, fields: Fields, importing: Importing) -> Response:
    """Take what is ticked, or all that is known, or all that is known or new."""
    words, ids = reader_of(request).words, fields.ids("found")
    every = fields("all")
    count = importing.take(ids) if ids else importing.take(None, with_new=every == "new") if every else 0
    said = words.ngettext("%(count)s book is taken in.", "%(count)s books are taken in.", count)
    return see_other(request, _PAGE, done(said % {"count": words.number(count)}))


@router.post("/end")
def end(request: Request, importing: Importing) -> Response:
    """End the import."""
    importing.end()
    return see_other(request, _PAGE)


def _open(books: list[FoundBookView], verdict: Verdict) -> int:
    return sum(book.verdict is verdict and not book.is_wanted for book in books)


def _said(last: FolderImportView, words: Words) -> str:
    """Return how many there are of each kind."""
    labels = _labels(words)
    counts = [f"{words.number(last.counts[each])} {labels[each]}" for each in Verdict if last.counts.get(each)]
    return " · ".join([*counts, *([words.gettext("%(count)s taken") % {"count": last.taken}] if last.taken else [])])


def _labels(words: Words) -> dict[str, str]:
    _ = words.gettext
    return {
        Verdict.HAVE: _("in the library"),
        Verdict.KNOWN: _("waited for"),
        Verdict.UNSURE: _("unsure"),
        Verdict.NEW: _("new"),
        Verdict.REFUSED: _("not taken"),
    }


def _row(book: FoundBookView, words: Words) -> FoundRow:
    _ = words.gettext
    state = _labels(words)[book.verdict]
    if book.taken_at is not None:
        state = _("taken")
    elif book.is_wanted and book.reason is None:
        state = _("is being taken")
    return FoundRow(
        id=book.id,
        title=book.title or book.place,
        people=people_of(book.authors),
        place=book.place,
        state=state,
        reason=words.translated_text(book.reason, book.message),
        can_be_taken=book.taken_at is None and book.verdict in {Verdict.KNOWN, Verdict.NEW, Verdict.UNSURE},
        is_bad=book.verdict is Verdict.REFUSED or (book.is_wanted and book.reason is not None),
    )
