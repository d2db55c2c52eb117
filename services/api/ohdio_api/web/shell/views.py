"""What every page has: how it looks, and in which language it speaks."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from ohdio_api.web.forms import Fields, after
from ohdio_api.web.pages import set_cookie
from ohdio_api.web.reader import A_YEAR, KEYS_COOKIE, LANGUAGE_COOKIE, SWITCH, THEME_COOKIE, THEMES
from ohdio_api.web.words import LANGUAGES

router = APIRouter(include_in_schema=False)


@router.post("/theme")
def choose_theme(request: Request, fields: Fields) -> Response:
    """Keep which colours this browser wants."""
    return _keep(request, fields, THEME_COOKIE, fields("theme"), THEMES)


@router.post("/language")
def choose_language(request: Request, fields: Fields) -> Response:
    """Keep which language this browser wants."""
    return _keep(request, fields, LANGUAGE_COOKIE, fields("language"), tuple(LANGUAGES))


@router.post("/keys")
def switch_keys(request: Request, fields: Fields) -> Response:
    """Keep whether single keys do something in this browser."""
    return _keep(request, fields, KEYS_COOKIE, fields("keys"), SWITCH)


def _keep(request: Request, fields: Fields, cookie: str, value: str, allowed: tuple[str, ...]) -> Response:
    answer = after(request, fields)
    if value in allowed:
        set_cookie(request, answer, cookie, value, max_age=A_YEAR)
    return answer
