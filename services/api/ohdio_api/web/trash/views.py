"""The page of the trash."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from ohdio_api.paging import Cursor, RowId
from ohdio_api.problems import Refusal
from ohdio_api.trash.service import TrashService
from ohdio_api.web.forms import Fields, Notice, after, done, refused
from ohdio_api.web.pages import see_other
from ohdio_api.web.parts.naming import letter_of, people_of, tint_of
from ohdio_api.web.reader import reader_of
from ohdio_api.web.services import Replaced, ThePages, Trash
from ohdio_api.web.words import Words
from ohdio_core.collection.trash import Settled
from ohdio_core.errors import OhdioError
from ohdio_core.schemas.trash import ReplacedFormView, TrashedBookView

router = APIRouter(include_in_schema=False)

_PAGE = 50


class TrashedRow(NamedTuple):
    """One book that was deleted."""

    id: int
    title: str
    people: str
    letter: str  #: stands where no cover is
    tint: int
    size: str
    kept_until: str
    reason: str | None  #: why, where no person has deleted it


class FormRow(NamedTuple):
    """The files that one book had before it was converted."""

    id: int
    book: int  #: its id
    title: str
    said: str  #: what they are
    letter: str
    tint: int
    size: str
    kept_until: str


@router.get("/library/trash")
def show_trash(
    *,
    request: Request,
    pages: ThePages,
    trash: Trash,
    replaced: Replaced,
    cursor: Cursor = None,
    is_emptied: Annotated[bool, Query(alias="empty")] = False,
) -> HTMLResponse:
    """Return what was deleted lately, with the question whether all of it is to go if that was asked for."""
    words, latest = reader_of(request).words, max(trash.latest(), replaced.latest())
    page, forms = trash.page(cursor=cursor, limit=_PAGE), replaced.read().items
    weight = page.bytes + sum(form.file_size for form in forms)
    return pages.render(
        request,
        "trash/page.html",
        books=[_row(book, words) for book in page.items],
        forms=[_form_row(form, words) for form in forms] if cursor is None else [],
        in_all=page.books + len(forms),
        size=words.size(weight),
        following=page.next,
        is_first=cursor is None,
        is_emptied=is_emptied,
        latest=latest,
    )


@router.post("/trash/undo")
def undo_deletion(request: Request, fields: Fields, trash: Trash) -> Response:
    """Put back what an order has deleted."""
    words = reader_of(request).words
    try:
        removal = UUID(fields("removal"))
    except ValueError:
        return after(request, fields, refused(words.gettext("Nothing came back: the trash does not have it any more.")))
    return after(request, fields, *_restored(trash, removal, words))


@router.post("/trash/{audiobook_id}/restore")
def restore_book(request: Request, fields: Fields, trash: Trash, audiobook_id: RowId) -> Response:
    """Put a book back."""
    return after(request, fields, *_restored(trash, [audiobook_id], reader_of(request).words))


@router.post("/trash/forms/{form_id}/restore")
def restore_form(request: Request, replaced: Replaced, form_id: RowId) -> Response:
    """Put the files back that a book had before it was converted."""
    words = reader_of(request).words
    try:
        replaced.restore(form_id)
    except (Refusal, OhdioError) as error:
        return see_other(request, "/library/trash", refused(words.translated(error.sentence)))
    said = words.gettext("The files that it had are back; the one that it had become is in the trash.")
    return see_other(request, "/library/trash", done(said))


@router.post("/trash/empty")
def empty_trash(request: Request, fields: Fields, trash: Trash, replaced: Replaced) -> Response:
    """Delete for good what was in the trash when the page was shown that asked for it."""
    words = reader_of(request).words
    until = fields.number("latest")
    dropped = replaced.empty(until=until)
    settled = trash.empty(until=until)
    settled = settled._replace(books=settled.books + dropped)
    said = words.ngettext("%(count)s book is gone for good.", "%(count)s books are gone for good.", settled.books)
    return see_other(request, "/library/trash", *_told(settled, said, words))


def _restored(trash: TrashService, which: Sequence[int] | UUID, words: Words) -> list[Notice]:
    settled = trash.restore(which)
    if not settled.books and settled.failure is None:
        return [refused(words.gettext("Nothing came back: the trash does not have it any more."))]
    return _told(settled, words.ngettext("%(count)s book is back.", "%(count)s books are back.", settled.books), words)


def _told(settled: Settled, said: str, words: Words) -> list[Notice]:
    """Return what an order has changed, if anything, and why not more."""
    notices = []
    if settled.books or settled.failure is None:
        notices.append(done(said % {"count": words.number(settled.books)}))
    if settled.failure is not None:
        notices.append(refused(words.translated(settled.failure.sentence)))
    return notices


def _form_row(form: ReplacedFormView, words: Words) -> FormRow:
    title = form.title or form.url
    files = words.ngettext("%(count)s file, %(format)s", "%(count)s files, %(format)s", form.files)
    return FormRow(
        id=form.id,
        book=form.audiobook_id,
        title=title,
        said=files % {"count": words.number(form.files), "format": form.format},
        letter=letter_of(title),
        tint=tint_of(form.audiobook_id),
        size=words.size(form.file_size),
        kept_until=words.gettext("until %(day)s") % {"day": words.day(form.kept_until)},
    )


def _row(book: TrashedBookView, words: Words) -> TrashedRow:
    title = book.title or book.url
    return TrashedRow(
        id=book.id,
        title=title,
        people=people_of(book.authors),
        letter=letter_of(title),
        tint=tint_of(book.id),
        size=words.size(book.file_size),
        kept_until=words.gettext("until %(day)s") % {"day": words.day(book.kept_until)},
        reason=words.translated_text(book.reason, book.reason_message),
    )
