"""The page of what is lost or damaged in the library."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from ohdio_api.audiobooks.several import Carried
from ohdio_api.paging import RowId
from ohdio_api.problems import Refusal
from ohdio_api.web.forms import Fields, Notice, after, done, refused
from ohdio_api.web.pages import see_other
from ohdio_api.web.parts.naming import letter_of, tint_of
from ohdio_api.web.reader import reader_of
from ohdio_api.web.services import ThePages, Verifying
from ohdio_api.web.words import Words
from ohdio_core.schemas.verification import FaultyBook, VerificationView

router = APIRouter(prefix="/library/verify", include_in_schema=False)

_PAGE = "/library/verify"


class FaultyRow(NamedTuple):
    """One book of which files are lost or damaged."""

    id: int
    title: str
    letter: str  #: stands where no cover is
    tint: int
    folder: str
    said: Sequence[str]  #: of its files


class ShownVerification(NamedTuple):
    """How far the last one has come."""

    is_under_way: bool
    said: str
    waiting: str | None
    done: int
    total: int


@router.get("")
def show_verification(request: Request, pages: ThePages, verifying: Verifying) -> HTMLResponse:
    """Return what is faulty, and how far the last verification has come."""
    words, found = reader_of(request).words, verifying.read()
    return pages.render(
        request,
        "verify/page.html",
        last=None if found.last is None else _shown(found.last, words),
        books=[_row(book, words) for book in found.items],
        in_all=found.faulty,
    )


@router.post("/begin")
def begin(request: Request, verifying: Verifying) -> Response:
    """Begin to verify all that is in the library."""
    try:
        verifying.begin(None)
    except Refusal as error:
        return see_other(request, _PAGE, refused(reader_of(request).words.translated(error.sentence)))
    return see_other(request, _PAGE)


@router.post("/stop")
def stop(request: Request, verifying: Verifying) -> Response:
    """Stop the verification that is under way."""
    verifying.stop()
    return see_other(request, _PAGE)


@router.post("/fetch")
def fetch_all(request: Request, fields: Fields, verifying: Verifying) -> Response:
    """Fetch all that is lost or damaged again."""
    return after(request, fields, *_told(verifying.fetch(None), reader_of(request).words))


@router.post("/{audiobook_id}/fetch")
def fetch_one(request: Request, fields: Fields, verifying: Verifying, audiobook_id: RowId) -> Response:
    """Fetch what is lost or damaged of a book again."""
    return after(request, fields, *_told(verifying.fetch([audiobook_id]), reader_of(request).words))


def _told(carried: Carried, words: Words) -> list[Notice]:
    said = words.ngettext("%(count)s book is fetched again.", "%(count)s books are fetched again.", carried.books)
    problems = [refused(words.translated(problem)) for problem in carried.problems]
    return [done(said % {"count": words.number(carried.books)}), *problems]


def _shown(last: VerificationView, words: Words) -> ShownVerification:
    _ = words.gettext
    far = {"done": words.number(last.books_done), "books": words.books(last.books_total)}
    sizes = [words.size(last.bytes_done)]
    if last.edited:
        edited = words.ngettext("tags of %(count)s file changed", "tags of %(count)s files changed", last.edited)
        sizes.append(edited % {"count": words.number(last.edited)})
    if last.ended_at is None:
        said = _("%(done)s of %(books)s verified") % far
    elif last.is_complete:
        said = _("%(books)s verified, %(when)s") % {
            "books": words.books(last.books_done),
            "when": words.clock(last.ended_at),
        }
    else:
        said = _("Stopped after %(books)s") % {"books": words.books(last.books_done)}
    return ShownVerification(
        is_under_way=last.ended_at is None,
        said=" · ".join([said, *sizes]),
        waiting=words.translated_text(last.wait_reason, last.wait_message),
        done=last.books_done,
        total=max(last.books_total, last.books_done),
    )


def _row(book: FaultyBook, words: Words) -> FaultyRow:
    title = book.title or book.url
    said = [words.translated_text(file.reason, file.message) or file.reason for file in book.files]
    return FaultyRow(book.id, title, letter_of(title), tint_of(book.id), book.library_path or "", said)
