"""Getting in: the first password, passwords, the token, links that work once, a proxy that asks people itself."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from ohdio_api.first_visit import first_code, new_link
from tests.fixtures.api import Api, serve
from tests.fixtures.engine import Engine
from tests.fixtures.workers import wait_until

TOKEN = "a-secret-of-the-test"
PASSWORD = "grand-duc des marais"


@contextmanager
def browsing(api: Api) -> Iterator[httpx.Client]:
    """A browser of its own, signed in nowhere."""
    headers = {"Accept": "text/html", "User-Agent": "Mozilla/5.0 (of the test)"}
    with httpx.Client(base_url=api.url, headers=headers, trust_env=False, timeout=20) as browser:
        yield browser


def set_first(browser: httpx.Client, **fields: str) -> httpx.Response:
    """Set the first password."""
    given = {"code": first_code(TOKEN), "name": "Odile", "password": PASSWORD} | fields
    return browser.post("/login/first", data=given)


def is_in(browser: httpx.Client) -> bool:
    """Return whether this browser is shown pages."""
    return browser.get("/").status_code == 200


class TestTheFirstVisit:
    def test_sees_one_page_which_sets_a_password(self, guarded_api: Api) -> None:
        with browsing(guarded_api) as browser:
            page = browser.get("/library", follow_redirects=True)
            assert "Set a password" in page.text
            answer = set_first(browser, back="/library")
            assert (answer.status_code, answer.headers["location"]) == (303, "/library")
            assert is_in(browser)
        with browsing(guarded_api) as other:
            assert "Set a password" not in other.get("/", follow_redirects=True).text

    @pytest.mark.parametrize("code", ["", "000000", first_code(TOKEN)[:5], first_code("another token"), "é" * 6])
    def test_with_another_code_sets_nothing(self, guarded_api: Api, code: str) -> None:
        with browsing(guarded_api) as browser:
            answer = set_first(browser, code=code)
            assert answer.status_code == 403
            assert "That is not the code" in answer.text
            assert not is_in(browser)
            assert "Set a password" in browser.get("/login").text

    def test_takes_the_code_as_it_is_shown(self, guarded_api: Api) -> None:
        code = first_code(TOKEN)
        with browsing(guarded_api) as browser:
            assert set_first(browser, code=f" {code[:3]} {code[3:]} ").status_code == 303

    def test_guesses_a_few_times_and_then_waits(self, guarded_api: Api) -> None:
        with browsing(guarded_api) as browser:
            for _ in range(5):
                assert set_first(browser, code="12345").status_code == 403
            answer = set_first(browser)
            assert answer.status_code == 429
            assert int(answer.headers["retry-after"]) > 0
            assert "Try again in" in answer.text

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"password": "short"}, "A password has 8 to 200 characters."),
            ({"password": "x" * 201}, "A password has 8 to 200 characters."),
            ({"name": " "}, "A name has 1 to 60 characters."),
            ({"name": "x" * 61}, "A name has 1 to 60 characters."),
            ({"name": "a\u202eb"}, "A name has 1 to 60 characters."),
        ],
    )
    def test_is_told_what_cannot_be(self, guarded_api: Api, fields: dict[str, str], said: str) -> None:
        with browsing(guarded_api) as browser:
            answer = set_first(browser, **fields)
            assert answer.status_code == 403
            assert said in answer.text
            assert f'value="{first_code(TOKEN)}"' in answer.text, "the code need not be typed again"

    def test_comes_too_late_once_a_password_is_set(self, guarded_api: Api) -> None:
        with browsing(guarded_api) as first, browsing(guarded_api) as second:
            set_first(first)
            answer = set_first(second, name="Somebody else", password="another password")
            assert answer.status_code == 403
            assert "A password is set already" in answer.text
            assert not is_in(second)

    def test_shows_neither_code_nor_token(self, guarded_api: Api) -> None:
        page = guarded_api.outside.get("/login").text
        assert first_code(TOKEN) not in page
        assert TOKEN not in page


class TestPassword:
    def test_is_kept_at_a_cost_that_makes_guessing_slow(self) -> None:
        keep = "from ohdio_api.accounts.passwords import _NOBODYS, hashed; print(hashed('x'), _NOBODYS)"
        kept, of_nobody = subprocess.run(
            [sys.executable, "-c", keep], capture_output=True, text=True, check=True
        ).stdout.split()
        assert kept.startswith("scrypt$14$8$5$")
        assert of_nobody.startswith("scrypt$14$8$5$"), "time tells no names"

    @pytest.fixture(autouse=True)
    def odile(self, guarded_api: Api) -> None:
        """Odile has set the first password."""
        with browsing(guarded_api) as browser:
            assert set_first(browser).status_code == 303

    def test_lets_in_by_a_cookie_out_of_reach_of_scripts_and_of_other_sites(self, guarded_api: Api) -> None:
        with browsing(guarded_api) as browser:
            answer = browser.post("/login", data={"password": PASSWORD, "back": "/?status=failed"})
            assert (answer.status_code, answer.headers["location"]) == (303, "/?status=failed")
            cookie = answer.headers["set-cookie"].lower()
            assert "httponly" in cookie
            assert "samesite=lax" in cookie
            with browser.stream("GET", "/api/v1/events") as stream:
                assert stream.status_code == 200

    @pytest.mark.parametrize("name", ["Odile", "odile", "ODILE", ""])
    def test_belongs_to_a_name_in_any_case(self, guarded_api: Api, name: str) -> None:
        with browsing(guarded_api) as browser:
            assert browser.post("/login", data={"name": name, "password": PASSWORD}).status_code == 303

    @pytest.mark.parametrize(
        ("name", "password"),
        [("Odile", ""), ("Odile", f"{PASSWORD} "), ("Odile", PASSWORD.upper()), ("Nobody", PASSWORD), ("", "é" * 40)],
    )
    def test_that_is_not_hers_is_refused(self, guarded_api: Api, name: str, password: str) -> None:
        with browsing(guarded_api) as browser:
            answer = browser.post("/login", data={"name": name, "password": password})
            assert answer.status_code == 403
            assert "set-cookie" not in answer.headers
            assert "That is not the password" in answer.text
            assert password == "" or password not in answer.text

    def test_is_guessed_a_few_times_and_then_not_even_looked_at(self, guarded_api: Api) -> None:
        with browsing(guarded_api) as browser:
            for _ in range(5):
                assert browser.post("/login", data={"password": "wrong"}).status_code == 403
            answer = browser.post("/login", data={"password": PASSWORD})
            assert answer.status_code == 429
            assert 0 < int(answer.headers["retry-after"]) <= 6

    def test_of_many_at_once_is_looked_at_no_more_often(self, guarded_api: Api) -> None:
        def guess(_: int) -> int:
            with browsing(guarded_api) as browser:
                return browser.post("/login", data={"name": "Odile", "password": "wrong"}).status_code

        with ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(guess, range(12)))
        assert answers.count(403) <= 5
        assert set(answers) <= {403, 429, 503}

    def test_of_another_is_guessed_no_longer_for_knowing_ones_own(self, guarded_api: Api) -> None:
        account = {"name": "Camille", "password": PASSWORD, "role": "listener"}
        guarded_api.http.post("/accounts", json=account).raise_for_status()
        with browsing(guarded_api) as browser:
            for _ in range(5):
                assert browser.post("/login", data={"name": "Odile", "password": "wrong"}).status_code == 403
            assert browser.post("/login", data={"name": "Camille", "password": PASSWORD}).status_code == 303
            assert browser.post("/login", data={"name": "Odile", "password": PASSWORD}).status_code == 429

    @pytest.mark.parametrize("name", ["a\x00b", "\u202e", "x" * 5000])
    def test_of_a_name_that_can_be_nobodys_is_refused(self, guarded_api: Api, name: str) -> None:
        with browsing(guarded_api) as browser:
            assert browser.post("/login", data={"name": name, "password": PASSWORD}).status_code == 403

    def test_is_kept_nowhere(self, guarded_api: Api) -> None:
        (row,) = guarded_api.engine.rows("SELECT * FROM accounts")
        assert PASSWORD not in str(row)
        assert guarded_api.engine.rows("SELECT key FROM sessions WHERE key LIKE '%.%'") == []

    def test_is_not_needed_by_programs_with_the_token(self, guarded_api: Api) -> None:
        assert guarded_api.http.get("/queue").status_code == 200


class TestToken:
    def test_begins_a_session_too(self, guarded_api: Api) -> None:
        with browsing(guarded_api) as browser:
            assert "Token" in browser.get("/login?way=token").text
            answer = browser.post("/login", data={"token": TOKEN, "back": "/?status=failed"})
            assert (answer.status_code, answer.headers["location"]) == (303, "/?status=failed")
            assert TOKEN not in answer.headers["set-cookie"]
            assert is_in(browser)

    @pytest.mark.parametrize("token", ["wrong", "a-secret-of-the-tes", "é"])
    def test_that_is_another_is_refused(self, guarded_api: Api, token: str) -> None:
        answer = guarded_api.outside.post("/login", data={"token": token}, headers={"Accept": "text/html"})
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
        assert "That is not the token" in answer.text


class TestSession:
    def test_is_asked_for_where_there_is_none(self, guarded_api: Api) -> None:
        answer = guarded_api.outside.get("/?status=failed", headers={"Accept": "text/html"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2F%3Fstatus%3Dfailed")

    @pytest.mark.parametrize("session", ["", "1", "1.9999999999.", "x." + "0" * 64, "1..y", "." + "a" * 64, "é.é"])
    def test_that_is_forged_is_none(self, guarded_api: Api, session: str) -> None:
        headers = {b"Accept": b"text/html", b"Cookie": f"session={session}".encode()}
        assert guarded_api.outside.get("/", headers=headers).status_code == 303

    @pytest.mark.parametrize("place", ["//evil.example", "https://evil.example", "/\\evil"])
    def test_leads_to_a_page_of_ours_alone(self, guarded_api: Api, place: str) -> None:
        with browsing(guarded_api) as browser:
            answer = browser.post("/login", data={"token": TOKEN, "back": place})
            assert answer.headers["location"] == "/"

    def test_that_was_signed_out_is_over_also_for_a_copy_of_its_cookie(self, guarded_api: Api) -> None:
        with browsing(guarded_api) as browser, browsing(guarded_api) as copy:
            browser.post("/login", data={"token": TOKEN})
            copy.cookies.update(browser.cookies)
            assert is_in(copy)
            browser.post("/login/end")
            assert not is_in(browser)
            assert not is_in(copy)

    def test_counts_at_every_gateway_and_ends_at_every_gateway(self, guarded_api: Api, tmp_path: Path) -> None:
        with serve(guarded_api.engine.url, tmp_path, token=TOKEN) as second, browsing(guarded_api) as browser:
            browser.post("/login", data={"token": TOKEN})
            with browsing(second) as same:
                same.cookies.update(browser.cookies)
                assert is_in(same)
                browser.post("/login/end")
                wait_until(lambda: not is_in(same), 5, "it is over there, too")

    def test_of_another_token_is_none(self, guarded_api: Api, tmp_path: Path) -> None:
        with serve(guarded_api.engine.url, tmp_path, token="another secret") as other, browsing(guarded_api) as browser:
            browser.post("/login", data={"token": TOKEN})
            with browsing(other) as same:
                same.cookies.update(browser.cookies)
                assert not is_in(same)


class TestLinkThatWorksOnce:
    def test_signs_one_browser_in_at_a_press(self, guarded_api: Api) -> None:
        key = new_link(TOKEN)
        with browsing(guarded_api) as browser, browsing(guarded_api) as late:
            assert "Sign this browser in" in browser.get("/login/link", params={"key": key}).text
            assert not is_in(browser), "looking at it does nothing"
            assert browser.post("/login/link", data={"key": key}).status_code == 303
            assert is_in(browser)
            answer = late.post("/login/link", data={"key": key})
            assert answer.status_code == 403
            assert "This link was used" in answer.text
            assert not is_in(late)
            browser.post("/login/end")
            assert browser.post("/login/link", data={"key": key}).status_code == 403, "not even after signing out"

    @pytest.mark.parametrize("key", ["", "1.2.3", "9999999999.nonce." + "0" * 32, "é.é.é", "of another token"])
    def test_of_somebody_else_is_none(self, guarded_api: Api, key: str) -> None:
        if key == "of another token":
            key = new_link("another token")
        with browsing(guarded_api) as browser:
            assert browser.post("/login/link", data={"key": key}).status_code == 403
            assert not is_in(browser)

    def test_is_over_after_ten_minutes(self, guarded_api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
        with monkeypatch.context() as past:
            past.setattr("ohdio_api.first_visit.LINK_LASTS", -1)
            key = new_link(TOKEN)
        with browsing(guarded_api) as browser:
            assert browser.post("/login/link", data={"key": key}).status_code == 403


class TestTrustedProxy:
    @pytest.fixture
    def behind(self, engine: Engine, tmp_path: Path) -> Iterator[Api]:
        with serve(engine.url, tmp_path, token=TOKEN, OHDIO_TRUSTED_PROXIES="10.0.0.0/8, 127.0.0.1") as api:
            yield api

    def test_has_asked_who_somebody_is_and_signs_them_out(self, behind: Api) -> None:
        page = behind.outside.get("/account", headers={"Remote-User": "camille", "Accept": "text/html"}).text
        assert "camille</h1>" in page
        assert "You sign out there." in page
        assert "/login/end" not in page

    def test_says_who_somebody_is(self, behind: Api) -> None:
        answer = behind.outside.get("/api/v1/queue", headers={"Remote-User": "camille"})
        assert answer.status_code == 200
        assert behind.outside.get("/api/v1/queue").status_code == 401

    def test_of_nobody_is_believed(self, guarded_api: Api) -> None:
        assert guarded_api.outside.get("/api/v1/queue", headers={"Remote-User": "camille"}).status_code == 401

    def test_is_known_by_its_connection_and_not_by_what_a_request_says(self, engine: Engine, tmp_path: Path) -> None:
        headers = {"Remote-User": "camille", "X-Forwarded-For": "10.1.2.3"}
        with serve(engine.url, tmp_path, token=TOKEN, OHDIO_TRUSTED_PROXIES="10.0.0.0/8") as api:
            assert api.outside.get("/api/v1/queue", headers=headers).status_code == 401

    def test_makes_nobody_a_manager_who_is_none(self, behind: Api) -> None:
        with browsing(behind) as browser:
            set_first(browser)
        asks = {"Remote-User": "camille", "Content-Type": "application/json"}
        assert behind.outside.get("/api/v1/queue", headers=asks).status_code == 200
        assert behind.outside.post("/api/v1/queue/pause", headers=asks).status_code == 403
        assert behind.outside.post("/api/v1/queue/pause", headers=asks | {"Remote-User": "Odile"}).status_code == 200

    def test_writes_names_in_utf_8(self, behind: Api) -> None:
        account = {"name": "Hélène", "password": PASSWORD, "role": "manager"}
        behind.http.post("/accounts", json=account).raise_for_status()
        asks = {b"Remote-User": "hélène".encode(), b"Content-Type": b"application/json"}
        assert behind.outside.post("/api/v1/queue/pause", headers=asks).status_code == 200


def test_a_code_has_six_digits_and_is_another_of_another_token() -> None:
    codes = {first_code(f"token {number}") for number in range(100)}
    assert all(re.fullmatch("[0-9]{6}", code) for code in codes)
    assert len(codes) > 95


def test_where_nobody_is_asked_no_code_is_asked_for(api: Api) -> None:
    with browsing(api) as browser:
        for path in ("/login", "/login?way=token"):
            page = browser.get(path, follow_redirects=True)
            assert "This machine" in page.text
            assert "Set a password" not in page.text
        assert set_first(browser).headers["location"] == "/account"
