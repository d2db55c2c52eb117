"""The page of the names of folders: a template, and three books by it as one types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from ohdio_api.problems import Refusal
from ohdio_api.web.forms import Fields, done, refused
from ohdio_api.web.pages import see_other
from ohdio_api.web.reader import reader_of
from ohdio_api.web.services import Settings, ThePages
from ohdio_api.web.words import Words
from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.domain.book_names import book_folder
from ohdio_core.expectations import UnexpectedValue
from ohdio_core.name_template import NameField, parse_names
from ohdio_core.schemas.settings import SettingView

router = APIRouter(prefix="/settings/names", include_in_schema=False)

_NAME = "book_names"
#: One that has everything, one of two authors without a series, and one of which little is known.
_EXAMPLES = (
    BookDetails(
        "Vingt mille lieues sous les mers",
        ("Jules Verne",),
        narrators=("Ève Tremblé",),
        series="Voyages extraordinaires",
        series_position="6",
        published_year=1870,
        publisher="Éditions du Goéland",
        genre="Roman",
        language="fr",
        asin="B0015T963C",
    ),
    BookDetails(
        "Les Trois Mousquetaires",
        ("Alexandre Dumas", "Auguste Maquet"),
        narrators=("Noé Côté",),
        published_year=1844,
        language="fr",
    ),
    BookDetails("Contes : le Chat botté", ("Charles Perrault",)),
)


class TriedNames(NamedTuple):
    """What a template makes of three books."""

    text: str  #: of the template
    problem: str | None = None  #: why it is none
    examples: Sequence[tuple[str, str]] = ()  #: titles, and folders
    is_misread: bool = False  #: players read a series where there is none


@router.get("")
def show_names(
    *,
    request: Request,
    pages: ThePages,
    settings: Settings,
    template: Annotated[str | None, Query(max_length=1000)] = None,
) -> HTMLResponse:
    """Return what three books are called by a template: that which is set, or one that is being typed."""
    words, now = reader_of(request).words, _now(settings)
    return pages.render(
        request,
        "settings/names.html",
        tab="settings",
        tried=_tried(str(now.value) if template is None else template, words),
        now=str(now.value),
        default=str(now.default),
        is_changeable=now.is_changeable,
        values=list(NameField),
    )


@router.post("")
def save_names(request: Request, fields: Fields, settings: Settings) -> Response:
    """Set a template, or return to the default."""
    words = reader_of(request).words
    try:
        changed = settings.reset(_NAME) if fields("reset") else settings.change(_NAME, fields("template"))
    except Refusal as refusal:
        return see_other(request, "/settings/names", refused(words.translated(refusal.sentence)))
    said = words.gettext("New books go to %(template)s.") % {"template": changed.value}
    return see_other(request, "/settings/names", done(said))


def _now(settings: Settings) -> SettingView:
    return next(each for each in settings.all().items if each.name == _NAME)


def _tried(text: str, words: Words) -> TriedNames:
    try:
        template = parse_names(text)
    except UnexpectedValue as error:
        return TriedNames(text, words.translated(error.sentence))
    examples = [(book.title, str(book_folder(template, book))) for book in _EXAMPLES]
    return TriedNames(text, None, examples, template.is_series_misread)
