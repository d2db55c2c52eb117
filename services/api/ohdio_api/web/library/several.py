"""What people order of several books of the library at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from ohdio_api.audiobooks.several import Carried, SeveralBooks
from ohdio_api.web.conversions.views import MOST as MOST_ENCODED
from ohdio_api.web.forms import Fields, FormFields, Notice, after, done, refused
from ohdio_api.web.library.book_list import BookList, read_ordered_books
from ohdio_api.web.pages import see_other
from ohdio_api.web.reader import reader_of
from ohdio_api.web.services import Audiobooks, SomeBooks
from ohdio_api.web.words import Words
from ohdio_core.domain.book_form import BookForm

router = APIRouter(include_in_schema=False)

#: Of what matches, an order is for no more: each is a request's work.
MOST = 1_000
_MOST_SAVED = 200  # as the API's route has it


@router.post("/library/several")
def order_several(
    *,
    request: Request,
    fields: Fields,
    audiobooks: Audiobooks,
    several: SomeBooks,
    listed: Annotated[BookList, Depends(read_ordered_books)],
) -> Response:
    """Carry out an order of the books that are ticked, or of all that the address names.

    Of these, those that the page had counted: what matches since then, nobody has seen.
    """
    words, is_of_all = reader_of(request).words, bool(fields("everything"))
    ids: Sequence[int] = fields.ids("item")[:MOST]
    if is_of_all:
        ids = audiobooks.filed(words=listed.q, picked=listed.picked, most=MOST, among=fields.ids("matching"))
    if is_of_all and not ids:
        return after(request, fields, refused(words.gettext("No book is like that.")))
    if not ids:
        return after(request, fields, refused(words.gettext("No book is ticked.")))
    if fields("order") == "save":
        return _save(request, fields, ids, words)
    if fields("order") == "encode":
        return _encode(request, fields, ids, words)
    return after(request, fields, *_carried(several, fields("order"), ids, words))


def _save(request: Request, fields: FormFields, ids: Sequence[int], words: Words) -> Response:
    if len(ids) > _MOST_SAVED:
        said = words.gettext("At most %(most)s books can be saved at once.")
        return after(request, fields, refused(said % {"most": words.number(_MOST_SAVED)}))
    return see_other(request, f"/api/v1/library/download?{urlencode([('audiobook', book) for book in ids])}")


def _encode(request: Request, fields: FormFields, ids: Sequence[int], words: Words) -> Response:
    if len(ids) > MOST_ENCODED:
        said = words.gettext("At most %(most)s books can be encoded at once.")
        return after(request, fields, refused(said % {"most": words.number(MOST_ENCODED)}))
    return see_other(request, f"/library/convert?{urlencode([('book', book) for book in ids])}")


def _carried(several: SeveralBooks, order: str, ids: Sequence[int], words: Words) -> list[Notice]:
    """Carry out an order, and return what became of it."""
    match order:
        case "fetch":
            return _fetched(several.download_again(ids), words)
        case "m4b" | "mp3" as form:
            return _converted(several.convert(ids, BookForm(form)), words)
        case "delete":
            return _deleted(several.delete(ids), words)
    return [refused(words.gettext("No book is ticked."))]


def matching(audiobooks: Audiobooks, listed: BookList) -> Sequence[int]:
    """Return the books that a list has on all its pages; none where there are too many for an order."""
    ids = audiobooks.filed(words=listed.q, picked=listed.picked, most=MOST + 1)
    return ids if len(ids) <= MOST else ()


def _fetched(carried: Carried, words: Words) -> list[Notice]:
    said = words.ngettext(
        "%(count)s book is downloaded again; its files stay until the new ones are there.",
        "%(count)s books are downloaded again; their files stay until the new ones are there.",
        carried.books,
    )
    return [done(said % {"count": words.number(carried.books)}), *_problems(carried, words)]


def _converted(carried: Carried, words: Words) -> list[Notice]:
    said = words.ngettext(
        "%(count)s book is converted; its files stay until the new one is there, and go to the trash then.",
        "%(count)s books are converted; their files stay until the new ones are there, and go to the trash then.",
        carried.books,
    )
    return [done(said % {"count": words.number(carried.books)}), *_problems(carried, words)]


def _deleted(carried: Carried, words: Words) -> list[Notice]:
    said = words.ngettext(
        "%(count)s book is in the trash, for seven days.",
        "%(count)s books are in the trash, for seven days.",
        carried.books,
    )
    undo = carried.removal if carried.books else None
    return [done(said % {"count": words.number(carried.books)}, undo, of="trash"), *_problems(carried, words)]


def _problems(carried: Carried, words: Words) -> list[Notice]:
    return [refused(words.translated(problem)) for problem in carried.problems]
