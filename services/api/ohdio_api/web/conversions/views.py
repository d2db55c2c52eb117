"""The page of what is converted, and the one that says how long an encoding takes before it is ordered."""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from ohdio_api.paging import Cursor, RowId
from ohdio_api.problems import Refusal
from ohdio_api.web.conversions.shown import about, show_conversion
from ohdio_api.web.forms import Fields, after, done, refused
from ohdio_api.web.pages import see_other
from ohdio_api.web.reader import reader_of
from ohdio_api.web.services import Audiobooks, Converting, SomeBooks, ThePages
from ohdio_api.web.words import Words
from ohdio_core.domain.book_form import BookForm
from ohdio_core.domain.failure_cause import ConversionRemedy
from ohdio_core.schemas.body import MAX_ID
from ohdio_core.schemas.conversions import ConversionEstimate

router = APIRouter(include_in_schema=False)

MOST = 200  #: books that an address names
_PAGE = "/library/conversions"
_MOST_SHOWN = 50  #: on a page
_USUAL = BookForm.M4B_64K
_RATES = [form for form in BookForm if form.bit_rate is not None]

Books = Annotated[list[Annotated[int, Query(ge=1, le=MAX_ID)]] | None, Query(alias="book", max_length=MOST)]


class OfferedRate(NamedTuple):
    """A bit rate that can be chosen."""

    form: str
    rate: str
    size: str  #: that it makes of all
    is_usual: bool


@router.get("/library/convert")
def offer_conversion(
    *, request: Request, pages: ThePages, audiobooks: Audiobooks, converting: Converting, books: Books = None
) -> HTMLResponse:
    """Return what it takes to make one M4B of books whose sound must be encoded, to be confirmed."""
    words = reader_of(request).words
    found = audiobooks.books(books or [])
    estimate = converting.estimate([book.id for book in found], _USUAL)
    return pages.render(
        request,
        "conversions/offer.html",
        books=[(book.id, book.title or book.url) for book in found],
        takes=_takes(estimate, words),
        before=words.size(estimate.bytes_before),
        rates=[_offered(form, estimate, words) for form in _RATES],
        is_measured=estimate.seconds is not None or not estimate.encoded,
    )


@router.post("/library/convert")
def order_conversion(request: Request, fields: Fields, several: SomeBooks) -> Response:
    """Order that books become one file each."""
    words = reader_of(request).words
    form = next((each for each in _RATES if each.value == fields("book_form")), _USUAL)
    carried = several.convert(fields.ids("book")[:MOST], form)
    said = words.ngettext("%(count)s book is to be converted.", "%(count)s books are to be converted.", carried.books)
    problems = [refused(words.translated(problem)) for problem in carried.problems]
    return see_other(request, _PAGE, done(said % {"count": words.number(carried.books)}), *problems)


@router.get(_PAGE)
def show_conversions(request: Request, pages: ThePages, converting: Converting, cursor: Cursor = None) -> HTMLResponse:
    """Return what is converted, how far, and what could not be, some at a time."""
    words = reader_of(request).words
    page = converting.page(cursor=cursor, limit=_MOST_SHOWN, failed_first=True)
    found = [show_conversion(each, words) for each in page.items]
    following = None if page.next is None else _PAGE + "?" + urlencode({"cursor": page.next})
    return pages.render(
        request, "conversions/page.html", conversions=found, is_first=cursor is None, following=following
    )


@router.post(_PAGE + "/failed/{remedy}")
def settle_failures(request: Request, fields: Fields, converting: Converting, remedy: ConversionRemedy) -> Response:
    """Try those again that may work another time, or put away those of which nothing else can be made."""
    words, count = reader_of(request).words, converting.settle_failures(remedy)
    said = {
        ConversionRemedy.RETRY: words.ngettext(
            "%(count)s book is to be converted.", "%(count)s books are to be converted.", count
        ),
        ConversionRemedy.KEEP: words.ngettext(
            "%(count)s book stays as it is.", "%(count)s books stay as they are.", count
        ),
        ConversionRemedy.DISMISS: words.ngettext(
            "%(count)s conversion dismissed.", "%(count)s conversions dismissed.", count
        ),
    }[remedy]
    return after(request, fields, done(said % {"count": words.number(count)}))


@router.post(_PAGE + "/{audiobook_id}/{order}")
def settle_conversion(
    request: Request, converting: Converting, audiobook_id: RowId, order: Literal["pause", "resume", "cancel"]
) -> Response:
    """Pause a conversion, let it go on, or cancel it."""
    try:
        {"pause": converting.pause, "resume": converting.resume, "cancel": converting.cancel}[order](audiobook_id)
    except Refusal as refusal:
        return see_other(request, _PAGE, refused(reader_of(request).words.translated(refusal.sentence)))
    return see_other(request, _PAGE)


def _takes(estimate: ConversionEstimate, words: Words) -> str:
    _ = words.gettext
    if not estimate.encoded:
        return _("Nothing of it must be encoded: it is joined as it is, which takes seconds.")
    sound = words.length(estimate.sound_seconds)
    if estimate.seconds is None:
        return _("%(sound)s of sound is encoded. Nobody knows yet how long that takes.") % {"sound": sound}
    return _("%(sound)s of sound is encoded, which takes %(time)s on this machine, beside the downloads.") % {
        "sound": sound,
        "time": about(estimate.seconds, words),
    }


def _offered(form: BookForm, estimate: ConversionEstimate, words: Words) -> OfferedRate:
    rate = form.bit_rate or 0
    size = words.size(estimate.sound_seconds * rate / 8)
    return OfferedRate(form.value, words.number(rate // 1000), size, form is _USUAL)
