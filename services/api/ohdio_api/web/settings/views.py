"""The page of the settings, and what people change there."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from ohdio_api.problems import Refusal
from ohdio_api.web.forms import Fields, done, refused
from ohdio_api.web.pages import see_other
from ohdio_api.web.reader import reader_of
from ohdio_api.web.services import Settings, ThePages
from ohdio_api.web.settings.shown import show_setting
from ohdio_api.web.settings.topics import show_topics

router = APIRouter(prefix="/settings", include_in_schema=False)


@router.get("")
def show_settings(request: Request, pages: ThePages, settings: Settings) -> HTMLResponse:
    """Return every setting by topic: those that can be changed now, and the others with where they are set."""
    topics = show_topics(settings.all().items, reader_of(request).words)
    return pages.render(request, "settings/page.html", tab="settings", topics=topics)


@router.post("/values/{name}")
def change_setting(request: Request, fields: Fields, settings: Settings, name: str) -> Response:
    """Change a setting, or return it to its default."""
    words = reader_of(request).words
    try:
        changed = settings.reset(name) if fields("reset") else settings.change(name, fields("value"))
    except Refusal as refusal:
        return see_other(request, "/settings", refused(words.translated(refusal.sentence)))
    said = words.gettext("%(variable)s is %(value)s now.")
    value = show_setting(changed, words).said
    return see_other(request, "/settings", done(said % {"variable": changed.variable, "value": value}))
