"""Cursors, ids, cookies and addresses that were made by somebody else than us."""

from __future__ import annotations

import base64
import json
from typing import Any

import httpx
import pytest

from ohdio_api.first_visit import new_link
from tests.fixtures.api import Api
from tests.fixtures.page import Page
from tests.integration.hostile.unchanged import nothing_changed

BROWSER = {"Accept": "text/html", "Accept-Language": "en-CA,en;q=0.9"}
TOKEN = "a-secret-of-the-test"


def _encoded(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return base64.urlsafe_b64encode(text.encode()).decode()


CURSORS = {
    "no base64": "?!",
    "no JSON": _encoded("x"),
    "a number": _encoded(1),
    "no list": _encoded({"a": 1}),
    "too few": _encoded(["title", "asc", "x"]),
    "too many": _encoded(["title", "asc", "x", 1, 1]),
    "of another order": _encoded(["title", "desc", "x", 1]),
    "of another list": _encoded(["added", "asc", "x", 1]),
    "an id of 0": _encoded(["title", "asc", "x", 0]),
    "an id below 0": _encoded(["title", "asc", "x", -1]),
    "an id that no column holds": _encoded(["title", "asc", "x", 2**63]),
    "an id that is true": _encoded(["title", "asc", "x", True]),
    "an id that is a fraction": _encoded(["title", "asc", "x", 1.5]),
    "NUL": _encoded(["title", "asc", "\0", 1]),
    "half a character": _encoded('["title", "asc", "\\ud800", 1]'),
    "no number": _encoded('["title", "asc", NaN, 1]'),
    "deep": _encoded("[" * 700),
    "an order to a database": _encoded(["title", "asc", "' OR 1=1 --", "1; DROP TABLE runs"]),
}


@pytest.mark.parametrize("cursor", CURSORS.values(), ids=CURSORS)
def test_cursors_are_refused_in_words(api: Api, cursor: str) -> None:
    api.engine.titled("Sailing", "Rowing")
    with nothing_changed(api):
        for path in ("/", "/library", "/api/v1/queue", "/api/v1/audiobooks"):
            answer = api.outside.get(path, params={"sort": "title", "order": "asc", "cursor": cursor}, headers=BROWSER)
            assert answer.status_code == 422, path
            assert "does not belong to this list" in answer.text


IDS = (
    *("0", "-1", "9007199254740993", "9223372036854775808", "9" * 4000, "1e3", "1.0", "%D9%A3", "1%00", "%201"),
    *("..%2F1", "0x1", "true", "NaN"),
)


@pytest.mark.parametrize("given", IDS, ids=[each[:20] for each in IDS])
def test_ids_are_of_nothing(api: Api, given: str) -> None:
    api.engine.titled("Sailing")
    with nothing_changed(api):
        for method, path in (
            ("GET", f"/books/{given}"),
            ("GET", f"/scans/{given}"),
            ("GET", f"/covers/{given}"),
            ("GET", f"/api/v1/audiobooks/{given}/audio"),
            ("GET", f"/api/v1/audiobooks/{given}/audio?part={given}"),
            ("DELETE", f"/api/v1/queue/items/{given}"),
            ("POST", f"/queue/{given}/remove"),
            ("POST", f"/scans/{given}/end"),
        ):
            answer = api.outside.request(method, path, headers=BROWSER)
            assert answer.status_code in ({404, 405} if "%2F" in given else {422}), (method, path)


NOTICES = {
    "no base64": "?!",
    "no JSON": _encoded("x"),
    "no list": _encoded({"kind": "done", "text": "x"}),
    "a list of numbers": _encoded([1, None, [], "x"]),
    "nothing in it": _encoded([{}]),
    "only its kind": _encoded([{"kind": "done"}]),
    "markup": _encoded([{"kind": '"><script>alert(1)</script>', "text": "<b>x</b>", "undo": '"><b>'}]),
    "objects as texts": _encoded([{"kind": ["done"], "text": {"a": 1}, "undo": None}]),
    "thousands": _encoded([{"kind": "done", "text": "x"}] * 1000),
    "half a character": _encoded('[{"kind": "done", "text": "\\ud800"}]'),
    "deep": _encoded("[" * 20_000),
}


@pytest.mark.parametrize("cookie", NOTICES.values(), ids=NOTICES)
def test_notices_are_text_at_most(api: Api, cookie: str) -> None:
    answer = api.outside.get("/", headers=BROWSER | {"Cookie": f"notices={cookie}"})
    assert answer.status_code == 200
    page = Page(answer.text)
    assert len(page.all(".notice")) <= 5
    assert page.all(".notice b, .notice script") == []


COOKIES = {
    "markup": 'theme="><script>',
    "long": "theme=" + "d" * 4000,
    "a path": "language=../../etc/passwd",
    "DEL": "language=\x7f",
    "several": "keys=off; keys=on; keys",
    "nameless": "=",
    "semicolons": ";;;",
    "hundreds": "theme=dark;" * 400,
    "no ASCII": "\xff\xfe=\xff",
}


@pytest.mark.parametrize("cookie", COOKIES.values(), ids=COOKIES)
def test_cookies_of_how_pages_look_are_left_out(api: Api, cookie: str) -> None:
    answer = api.outside.get("/", headers=httpx.Headers({**BROWSER, "Cookie": cookie}, encoding="latin-1"))
    assert '<html lang="en"' in answer.text


SESSIONS = {
    "nothing": "",
    "a dot": ".",
    "a wrong signature": "x." + "0" * 64,
    "no ASCII": "\xe9.\xe9",
    "long": "a" * 4000,
    "two": "1;session=2",
    "an object": '{"alg":"none"}',
    "the token": TOKEN,
    "the token twice": f"{TOKEN}.{TOKEN}",
}


@pytest.mark.parametrize("session", SESSIONS.values(), ids=SESSIONS)
def test_sessions_let_nobody_in(guarded_api: Api, session: str) -> None:
    headers = httpx.Headers({**BROWSER, "Cookie": f"session={session}"}, encoding="latin-1")
    with nothing_changed(guarded_api):
        assert guarded_api.outside.get("/", headers=headers).status_code == 303
        assert guarded_api.outside.post("/queue/pause", headers=headers).status_code == 303


KEYS = {
    "nothing": "",
    "a dot": ".",
    "dots": "..",
    "late": "9" * 5000 + ".x.y",
    "a wrong signature": "99999999999.x." + "0" * 32,
    "other digits": "\u0663.x.y",
    "of another ohdio": new_link("another token"),
    "a part": new_link(TOKEN)[:-1],
    "more": new_link(TOKEN) + "0",
    "markup": '"><script>alert(1)</script>',
}


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_links_that_sign_in_let_nobody_in(guarded_api: Api, key: str) -> None:
    with nothing_changed(guarded_api):
        page = guarded_api.outside.get("/login/link", params={"key": key}, headers=BROWSER)
        assert Page(page.text).one("input[name=key]").get("value") == key
        answer = guarded_api.outside.post("/login/link", data={"key": key}, headers=BROWSER)
        assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)


PLACES = {
    "two slashes": "//evil.example",
    "three slashes": "///evil.example",
    "a backslash": "/\\evil.example",
    "backslashes": "\\\\evil.example",
    "a tab": "/\t/evil.example",
    "a tab before": "\t//evil.example",
    "a new line": "/\n/evil.example",
    "a space before": " //evil.example",
    "a dot": "/.//evil.example",
    "no slash": "https:evil.example",
    "an address": "http://evil.example",
    "a script": "javascript:alert(1)",
    "a page of its own": "data:text/html,x",
    "lines of a header": "/x\r\nSet-Cookie: a=b",
    "escaped lines": "/%0d%0aSet-Cookie:a=b",
    "a line of Unicode": "/\u2028x",
    "no path": "evil.example",
    "nothing": "",
    "long": "/" + "x" * 60_000,
    "no character": "/\ud7ff\uffff",
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_places_lead_to_pages_of_ours_alone(guarded_api: Api, place: str) -> None:
    with httpx.Client(base_url=guarded_api.url, headers=BROWSER, trust_env=False, timeout=60) as browser:
        shown = browser.get("/login", params={"next": place[:2000], "way": "token"})
        kept = Page(shown.text).one("form.login input[name=back]").get("value")
        answer = browser.post("/login", data={"token": TOKEN, "back": place})
        for leads_to in (kept, answer.headers["location"]):
            assert httpx.URL(guarded_api.url).join(leads_to).host == "127.0.0.1"
        assert [cookie.partition("=")[0] for cookie in answer.headers.get_list("set-cookie")] == ["session"]
