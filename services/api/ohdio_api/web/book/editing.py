"""The page on which people change what is said of a book."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from pydantic import ValidationError
from starlette.responses import Response

from ohdio_api.invalid import in_a_form, wrong_fields
from ohdio_api.paging import RowId
from ohdio_api.problems import Refusal
from ohdio_api.web.forms import Fields, FormFields, done
from ohdio_api.web.pages import Pages, see_other
from ohdio_api.web.reader import reader_of
from ohdio_api.web.services import Audiobooks, ThePages
from ohdio_api.web.words import Words
from ohdio_core.schemas.audiobooks import AudiobookDetail, BookEdit
from ohdio_core.sentences import Sentence

router = APIRouter(prefix="/books/{audiobook_id}/edit", include_in_schema=False)

#: The fields of the form; people stand in several lines, one a line.
_LINES = (
    *("title", "series", "series_position", "published_year", "published_on", "isbn", "asin", "genre", "audience"),
    "description",
)
_PEOPLE = ("authors", "narrators", "translators")
#: Begins the name of a hidden field that says what the form was shown with.
_SHOWN = "shown-"


class EditedField(NamedTuple):
    """One field of the form."""

    name: str
    label: str
    value: str
    shown: str  #: what was said of the book when the form was shown
    rows: int  #: lines that are seen at once
    is_edited: bool  #: a person has changed it before


@router.get("")
def show_edit(request: Request, pages: ThePages, audiobooks: Audiobooks, audiobook_id: RowId) -> HTMLResponse:
    """Return the form with what is said of the book now."""
    book = audiobooks.get(audiobook_id)
    return _form(request, pages, book, _texts(book))


@router.post("")
def edit_book(
    request: Request, fields: Fields, pages: ThePages, audiobooks: Audiobooks, audiobook_id: RowId
) -> Response:
    """Change what is said of the book, where the form says something else than the book; or say why it cannot be."""
    book = audiobooks.get(audiobook_id)
    # What the person saw: a description that came meanwhile is nothing that they took away.
    shown = _texts(book) | _typed(fields, _SHOWN)
    # Nor is a field that the form did not have: that of a page from before an update.
    typed = shown | _typed(fields)
    changed = {name: _value(name, text) for name, text in typed.items() if text != shown[name]}
    if not changed:
        return see_other(request, f"/books/{audiobook_id}")
    try:
        order = BookEdit.model_validate({"revision": _number(fields("revision")), **changed})
        audiobooks.edit(audiobook_id, order.changes, revision=order.revision)
    except ValidationError as error:
        wrong = wrong_fields(error.errors())
        return _form(request, pages, book, typed, problem=in_a_form(wrong), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except Refusal as refusal:
        book = audiobooks.get(audiobook_id)
        return _form(request, pages, book, typed, problem=refusal.sentence, status=HTTPStatus.CONFLICT)
    return see_other(request, f"/books/{audiobook_id}", done(reader_of(request).words.gettext("Changed.")))


def _form(
    request: Request,
    pages: Pages,
    book: AudiobookDetail,
    typed: Mapping[str, str],
    *,
    problem: Sentence | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HTMLResponse:
    words = reader_of(request).words
    return pages.render(
        request,
        "book/edit.html",
        status=status,
        book=book,
        fields=[
            EditedField(name, label, typed[name], _texts(book)[name], rows, name in book.edited)
            for name, label, rows in _labels(words)
        ],
        problem=None if problem is None else words.translated(problem),
        # Of the newest: pressed once more, the form counts, as the person has read that somebody else was at it.
        revision=book.revision,
    )


def _labels(words: Words) -> list[tuple[str, str, int]]:
    _ = words.gettext
    return [
        ("title", _("Title"), 1),
        ("authors", _("Authors, one a line"), 2),
        ("narrators", _("Read by, one a line"), 2),
        ("translators", _("Translated by, one a line"), 2),
        ("series", _("Series"), 1),
        ("series_position", _("Number in the series"), 1),
        ("published_year", _("Year"), 1),
        ("published_on", _("Day of publication"), 1),
        ("isbn", "ISBN", 1),
        ("asin", "ASIN (Amazon)", 1),
        ("genre", _("Genre"), 1),
        ("audience", _("Audience"), 1),
        ("description", _("Description"), 8),
    ]


def _texts(book: AudiobookDetail) -> dict[str, str]:
    """Return what is said of a book, as the form has it."""
    lines = {name: "\n".join(getattr(book, name)) for name in _PEOPLE}
    return lines | {name: str(getattr(book, name) or "").replace("\r\n", "\n").strip() for name in _LINES}


def _typed(fields: FormFields, prefix: str = "") -> dict[str, str]:
    """Return the fields of the form that it has, by their names without the prefix."""
    sent = fields.all()
    names = (*_PEOPLE, *_LINES)
    return {name: fields(prefix + name).replace("\r\n", "\n") for name in names if prefix + name in sent}


def _value(name: str, text: str) -> Any:
    """Return a field as ``BookEdit`` takes it; None where it was emptied."""
    if name in _PEOPLE:
        return [line.strip() for line in text.split("\n") if line.strip()]
    if name == "published_year":
        return _number(text) if text else None
    return text or (text if name == "title" else None)


def _number(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 17 else text
