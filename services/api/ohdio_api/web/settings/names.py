"""The page of the names of folders and episodes: for each a template, and three examples by it as one types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from ohdio_api.live_settings.service import SettingsService
from ohdio_api.problems import Refusal
from ohdio_api.web.forms import Fields, done, refused
from ohdio_api.web.pages import see_other
from ohdio_api.web.reader import reader_of
from ohdio_api.web.services import Follows, Settings, ThePages
from ohdio_api.web.words import Words
from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.domain.book_names import book_folder
from ohdio_core.expectations import UnexpectedValue
from ohdio_core.name_template import NameField, NameTemplate, parse_names, parse_show_names
from ohdio_core.schemas.settings import SettingView

router = APIRouter(prefix="/settings/names", include_in_schema=False)

#: One that has everything, one of two authors without a series, and one of which little is known.
_BOOKS = (
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


#: One that has everything, one without a date, and one whose title no file can have.
_EPISODES = (
    BookDetails(
        "La tempête",
        ("Odile Marchand",),
        series="Carnet de bord",
        series_position="S2E7",
        published_year=2026,
        published_on=date(2026, 11, 28),
        language="fr",
        episode_of="Carnet de bord",
    ),
    BookDetails("Entretien avec Noé Côté", ("Odile Marchand",), episode_of="Nuits d’hiver"),
    BookDetails(
        "Hors-série : le phare ?", published_year=2026, published_on=date(2026, 12, 24), episode_of="Carnet de bord"
    ),
)
_MOST = 1000  # characters


class TemplateSetting(NamedTuple):
    """A setting that is a template of names."""

    name: str
    field: str  #: of the form, and of the page's address
    parse: Callable[[str], NameTemplate]
    examples: Sequence[BookDetails]
    suffix: str = ""  #: of files


_OF_BOOKS = TemplateSetting("book_names", "template", parse_names, _BOOKS)
_OF_EPISODES = TemplateSetting("show_names", "episodes", parse_show_names, _EPISODES, ".mp3")


class TriedNames(NamedTuple):
    """What a template makes of three examples."""

    name: str  #: of the setting
    field: str
    text: str  #: of the template
    is_changeable: bool
    is_default: bool
    variable: str
    problem: str | None = None  #: why it is none
    examples: Sequence[tuple[str, str]] = ()  #: titles, and folders or files
    is_misread: bool = False  #: players read a series where there is none


_Typed = Annotated[str | None, Query(max_length=_MOST)]


@router.get("")
def show_names(
    *,
    request: Request,
    pages: ThePages,
    settings: Settings,
    follows: Follows,
    template: _Typed = None,
    episodes: _Typed = None,
) -> HTMLResponse:
    """Return what three books are called by a template, and three episodes: those that are set, or are being typed."""
    words = reader_of(request).words
    return pages.render(
        request,
        "settings/names.html",
        tab="settings",
        books=_tried(_OF_BOOKS, settings, template, words),
        episodes=_tried(_OF_EPISODES, settings, episodes, words) if follows.has_shows else None,
        values=list(NameField),
    )


@router.post("")
def save_names(request: Request, fields: Fields, settings: Settings) -> Response:
    """Set a template, or return to the default; what is refused is still there to be mended."""
    words = reader_of(request).words
    which = _OF_EPISODES if fields("of") == _OF_EPISODES.name else _OF_BOOKS
    try:
        changed = settings.reset(which.name) if fields("reset") else settings.change(which.name, fields(which.field))
    except Refusal as refusal:
        typed = {each.field: text[:_MOST] for each in (_OF_BOOKS, _OF_EPISODES) if (text := fields(each.field))}
        return see_other(request, f"/settings/names?{urlencode(typed)}", refused(words.translated(refusal.sentence)))
    _ = words.gettext
    said = _("New books go to %(template)s.") if which is _OF_BOOKS else _("New episodes go to %(template)s.")
    return see_other(request, "/settings/names", done(said % {"template": changed.value}))


def _tried(which: TemplateSetting, settings: SettingsService, typed: str | None, words: Words) -> TriedNames:
    now: SettingView = next(each for each in settings.all().items if each.name == which.name)
    text = str(now.value) if typed is None else typed
    tried = TriedNames(
        which.name, which.field, text, now.is_changeable, is_default=now.value == now.default, variable=now.variable
    )
    try:
        template = which.parse(text)
    except UnexpectedValue as error:
        return tried._replace(problem=words.translated(error.sentence))
    examples = [(each.title, f"{book_folder(template, each)}{which.suffix}") for each in which.examples]
    return tried._replace(examples=examples, is_misread=which is _OF_BOOKS and template.is_series_misread)
