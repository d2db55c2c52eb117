"""The page of the settings, and what people change there."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from ohdio_api.live_settings.service import SettingsService
from ohdio_api.problems import Refusal
from ohdio_api.queue.limit import show_limit
from ohdio_api.web.forms import Fields, Notice, done, refused, with_variable
from ohdio_api.web.pages import see_other
from ohdio_api.web.reader import reader_of
from ohdio_api.web.services import Health, Settings, TheOverview, ThePages
from ohdio_api.web.settings.shown import show_setting
from ohdio_api.web.settings.topics import show_topics
from ohdio_api.web.shell.banners import banners_of
from ohdio_api.web.shell.health import show_health
from ohdio_api.web.words import Words
from ohdio_core.sentences import Sentence

router = APIRouter(prefix="/settings", include_in_schema=False)


@router.get("")
def show_settings(
    request: Request, pages: ThePages, settings: Settings, health: Health, overview: TheOverview
) -> HTMLResponse:
    """Return every setting by topic: those that can be changed now, and the others with where they are set."""
    words = reader_of(request).words
    return pages.render(
        request,
        "settings/page.html",
        tab="settings",
        topics=show_topics(settings.all().items, words),
        limit=show_limit(overview),
        health=show_health(banners_of(health.report_of(overview), words), overview, words),
    )


@router.post("/values/{name}")
def change_setting(request: Request, fields: Fields, settings: Settings, name: str) -> Response:
    """Change a setting, or return it to its default."""
    words = reader_of(request).words
    try:
        changed = settings.reset(name) if fields("reset") else settings.change(name, fields("value"))
    except Refusal as refusal:
        return see_other(request, "/settings", _refused(refusal.sentence, settings, name, words))
    shown = show_setting(changed, words)
    said = words.gettext("%(what)s: %(value)s now.")
    if not shown.is_changed:
        said = words.gettext("%(what)s: the default again.")
        if shown.has_default:
            said = words.gettext("%(what)s: %(value)s again, the default.")
    notice = done(said % {"what": shown.title, "value": shown.said})
    return see_other(request, "/settings", with_variable(notice, changed.variable))


def _refused(said: Sentence, settings: SettingsService, name: str, words: Words) -> Notice:
    """Return a notice that a value cannot be, by the words above its field."""
    wrong = said.values.get("expected") if said.id == "setting.wrong" else None
    found = next((each for each in settings.all().items if each.name == name), None)
    if found is None or not isinstance(wrong, Sentence):
        return refused(words.translated(said))
    title = show_setting(found, words).title
    about = words.gettext("%(what)s. %(problem)s") % {"what": title, "problem": words.translated(wrong)}
    return with_variable(refused(about), found.variable)
