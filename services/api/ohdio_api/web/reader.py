"""Who reads a page, as far as it looks different for them: language and theme, kept in cookies."""

from __future__ import annotations

from typing import NamedTuple

from starlette.requests import HTTPConnection

from ohdio_api.web.words import LANGUAGES, Words, words

THEMES = ("auto", "light", "dark")
LANGUAGE_COOKIE = "language"
THEME_COOKIE = "theme"
KEYS_COOKIE = "keys"
SWITCH = ("on", "off")
A_YEAR = 365 * 86_400


class Reader(NamedTuple):
    """How somebody wants pages."""

    words: Words
    theme: str  #: of ``THEMES``
    are_keys_off: bool  #: whether single keys do nothing (WCAG 2.1.4)


def reader_of(request: HTTPConnection) -> Reader:
    """Return how somebody wants pages: as chosen, else in the first language that the browser prefers."""
    code = request.cookies.get(LANGUAGE_COOKIE)
    if code not in LANGUAGES:
        code = _preferred(request.headers.get("accept-language", ""))
    theme = request.cookies.get(THEME_COOKIE, "")
    return Reader(words(code), theme if theme in THEMES else THEMES[0], request.cookies.get(KEYS_COOKIE) == "off")


def _preferred(accepted: str) -> str:
    """Return the first language of an ``Accept-Language`` header that there is; browsers list the best first."""
    for choice in accepted.split(","):
        code = choice.partition(";")[0].strip().lower()[:2]
        if code in LANGUAGES:
            return code
    return "en"
