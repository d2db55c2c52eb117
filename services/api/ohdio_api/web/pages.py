"""Pages from templates, for a reader."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup
from starlette.responses import Response

from ohdio_api.authentication.caller import Caller
from ohdio_api.authentication.permissions import may
from ohdio_api.web.assets import Assets
from ohdio_api.web.parts.drawn_book import drawing_books
from ohdio_api.web.parts.drawn_once import drawing_once
from ohdio_api.web.parts.drawn_rows import drawing_rows
from ohdio_api.web.reader import Reader, reader_of
from ohdio_api.web.words import Words
from ohdio_core.domain.role import Role
from ohdio_core.schemas import accounts

if TYPE_CHECKING:
    from jinja2 import Environment

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "media-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    # A page and its fragment have one address; language and theme are in cookies.
    "Vary": "HX-Request-Type, Cookie, Accept-Encoding",
}
#: What one page has to say on the next: JSON in a cookie that is read once.
_NOTICES = "notices"
_KINDS = ("done", "refused")
_MOST_NOTICES = 5
_LONGEST_NOTICE = 300  # characters
#: Bytes; browsers drop a cookie of more than 4,096, with its name and attributes, without a word (RFC 6265 6.1).
_LARGEST_COOKIE = 3_800


class ShownHealth(NamedTuple):
    """How everything is: the worst thing that nobody has mended."""

    severity: str  #: "danger", "warn" or "ok"
    text: str


class Pages:
    """Renders pages.

    Args:
        health: Returns how everything is, as every page says it.
    """

    def __init__(self, assets: Assets, health: Callable[[Words], ShownHealth]) -> None:
        self.assets = assets
        self._health = health
        self._environments: dict[str, Environment] = {}

    def _templates(self, words: Words) -> Environment:
        """Return the templates in a language; their phrases are looked up once for each."""
        if words.code not in self._environments:
            self._environments[words.code] = _environment(words)
        return self._environments[words.code]

    def render(
        self,
        request: Request,
        template: str,
        *,
        status: int = HTTPStatus.OK,
        headers: Mapping[str, str] | None = None,
        **values: Any,
    ) -> HTMLResponse:
        """Return a page.

        Args:
            template: Its path in this package.
            headers: Beside those that every page has.
            values: What the template takes beside what all of them have.
        """
        reader = reader_of(request)
        # What is read beside the page that a person goes to takes nothing away from that.
        notices = _notices_of(request) if is_visited(request) else []
        text = self.text(request, template, reader, notices=notices, **values)
        answer = HTMLResponse(text, status_code=status, headers={**SECURITY_HEADERS, **(headers or {})})
        if "gzip" in request.headers.get("accept-encoding", ""):
            answer.body = gzip.compress(answer.body, compresslevel=4, mtime=0)
            answer.headers.update({"Content-Encoding": "gzip", "Content-Length": str(len(answer.body))})
        if _NOTICES in request.cookies and is_visited(request):
            answer.delete_cookie(_NOTICES, path=_path_of_cookies(request))
        return answer

    def text(self, request: Request, template: str, reader: Reader, **values: Any) -> str:
        """Return what a template becomes for a reader."""
        root = request.scope.get("root_path", "")
        user = request.scope.get("user")
        caller = user if isinstance(user, Caller) else None
        common = {
            "words": reader.words,
            "theme": reader.theme,
            "are_keys_off": reader.are_keys_off,
            "asset": lambda name: root + self.assets.path(name),
            "url": lambda path: root + path,
            "here": _address(request),
            "may_see": lambda path: may(Role.LISTENER if caller is None else caller.role, "GET", path),
            "caller": caller,
            "read_health": lambda: None if caller is None else self._health(reader.words),
        }
        return self._templates(reader.words).get_template(template).render(**common, **values)


def _environment(words: Words) -> Environment:
    # Imported with the first page: most starts of the command never show one.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    from ohdio_api.web.phrases import writing_phrases

    environment = Environment(
        loader=PackageLoader("ohdio_api", "web"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,  # else every page looks whether each of its files has changed
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.code_generator_class = writing_phrases(words.gettext)
    icons = files("ohdio_api.web").joinpath("vendor", "lucide.svg").read_text()
    environment.globals["icons"] = Markup(icons)  # noqa: S704 # a file of ours
    environment.globals["bounds"] = accounts
    environment.globals["version"] = version("ohdio-api")
    environment.globals["words"] = words
    environment.globals["drawn_rows"] = drawing_rows(environment)
    environment.globals["drawn_book"] = drawing_books(environment)
    environment.globals["drawn_once"] = drawing_once(environment)
    return environment


def see_other(request: Request, path: str, *notices: Mapping[str, str]) -> RedirectResponse:
    """Return the answer to a form: the page to go to, with what there is to say there.

    Args:
        notices: Each with ``kind`` ("done" or "refused") and ``text``; where it can be undone, ``undo`` and ``of``.
    """
    answer = RedirectResponse(request.scope.get("root_path", "") + path, HTTPStatus.SEE_OTHER)
    if notices:
        set_cookie(request, answer, _NOTICES, _cookie_of(notices), max_age=60)
    return answer


def back(given: str) -> str:
    """Return the path of our own to go back to after a form; the first page for whatever else was given."""
    is_ours = given.startswith("/") and not given.startswith(("//", "/\\")) and given.isprintable()
    return given if is_ours else "/"


def is_fragment(request: Request) -> bool:
    """Return whether a script of ours asks for a part of a page."""
    return request.headers.get("hx-request-type") == "partial"


def is_visited(request: Request) -> bool:
    """Return whether a person goes to a page: no script reads it, or a part of it, while another is shown."""
    return not is_fragment(request) and request.headers.get("ohdio-page") != "again"


def _address(request: Request) -> str:
    query = request.url.query
    path = request.scope["path"]
    return f"{path}?{query}" if query else path


def set_cookie(request: Request, answer: Response, name: str, value: str, *, max_age: int) -> None:
    """Keep something in a browser, out of reach of scripts and of other sites."""
    answer.set_cookie(
        name,
        value,
        max_age=max_age,
        path=_path_of_cookies(request),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


def notice_header(notices: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Return the header with which a script of ours shows what there is to say beside a part of a page."""
    return {"HX-Trigger": json.dumps({"notices": {"list": list(notices)}})} if notices else {}


def _path_of_cookies(request: Request) -> str:
    return request.scope.get("root_path", "") or "/"


def _cookie_of(notices: Sequence[Mapping[str, str]]) -> str:
    """Return as many of these notices, in their order, as a cookie holds."""
    kept = [{**notice, "text": notice["text"][:_LONGEST_NOTICE]} for notice in notices[:_MOST_NOTICES]]
    while len(cookie := base64.urlsafe_b64encode(json.dumps(kept, ensure_ascii=False).encode())) > _LARGEST_COOKIE:
        kept.pop()
    return cookie.decode()


def _notices_of(request: Request) -> list[dict[str, str]]:
    """Return what an earlier answer had to say, without what is not of ours."""
    try:
        kept = json.loads(base64.urlsafe_b64decode(request.cookies.get(_NOTICES, "")))
    except (ValueError, RecursionError):
        return []
    shown = (_notice_of(each) for each in (kept[:_MOST_NOTICES] if isinstance(kept, list) else ()))
    return [notice for notice in shown if notice is not None]


def _notice_of(kept: Any) -> dict[str, str] | None:
    """Return a notice as ``see_other`` takes it; None for what is none."""
    if not isinstance(kept, dict) or kept.get("kind") not in _KINDS or not isinstance(kept.get("text"), str):
        return None
    # JSON can write half a character, which no page can.
    notice = {"kind": kept["kind"], "text": kept["text"][:_LONGEST_NOTICE].encode(errors="replace").decode()}
    if isinstance(kept.get("variable"), str) and kept["variable"].isidentifier():
        notice["variable"] = kept["variable"][:_LONGEST_NOTICE]
    with suppress(ValueError, TypeError, AttributeError):
        notice["undo"] = str(UUID(kept.get("undo")))
        notice["of"] = "trash" if kept.get("of") == "trash" else "queue"
    return notice
