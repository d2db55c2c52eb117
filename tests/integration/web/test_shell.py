"""What all pages have: headers, languages, colours, a login, and files."""

from __future__ import annotations

import re

import httpx
import pytest

from tests.fixtures.api import Api

BROWSER = {"Accept": "text/html"}
TOKEN = "a-secret-of-the-test"


class TestEveryPage:
    @pytest.mark.parametrize("path", ["/", "/docs", "/login", "/nothing"])
    def test_allows_nothing_from_elsewhere(self, api: Api, path: str) -> None:
        answer = api.outside.get(path, headers=BROWSER)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "unsafe" not in policy
        assert re.search(r"<script(?![^>]* src=)", answer.text) is None
        assert re.search(r"<[^>]+ (style|on\w+)=", answer.text) is None
        assert "<style" not in answer.text

    def test_says_where_the_books_are(self, api: Api) -> None:
        assert str(api.library_dir) in api.outside.get("/", headers=BROWSER).text

    def test_that_is_not_there_is_a_page_with_a_way_on(self, api: Api) -> None:
        answer = api.outside.get("/nothing", headers=BROWSER)
        assert answer.status_code == 404
        assert 'href="/"' in answer.text
        assert api.outside.get("/nothing").headers["content-type"] == "application/problem+json"

    def test_of_the_api_describes_every_route(self, api: Api) -> None:
        page = api.outside.get("/docs")
        for path in api.outside.get("/openapi.json").json()["paths"]:
            assert path in page.text
        assert '{"filter": {"status": "failed"}}' in page.text


class TestLanguage:
    @pytest.mark.parametrize(
        ("accepted", "code"),
        [("fr-CA,fr;q=0.9,en;q=0.8", "fr"), ("de,en", "en"), ("de", "en"), ("", "en"), (";;", "en")],
    )
    def test_is_the_browsers_first_that_there_is(self, api: Api, accepted: str, code: str) -> None:
        page = api.outside.get("/", headers=BROWSER | {"Accept-Language": accepted})
        assert f'<html lang="{code}"' in page.text

    def test_and_colours_are_kept_once_chosen(self, api: Api) -> None:
        with httpx.Client(base_url=api.url, headers=BROWSER, trust_env=False) as browser:
            browser.post("/language", data={"language": "fr", "back": "/docs"})
            browser.post("/theme", data={"theme": "dark", "back": "/docs"})
            page = browser.get("/").text
            assert '<html lang="fr" data-theme="dark"' in page
            assert "File d’attente" in page
            browser.post("/theme", data={"theme": "nonsense"})
            assert 'data-theme="dark"' in browser.get("/").text


class TestLogin:
    def test_is_where_a_browser_is_sent_without_a_session(self, guarded_api: Api) -> None:
        answer = guarded_api.outside.get("/?status=failed", headers=BROWSER)
        assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2F%3Fstatus%3Dfailed")

    def test_with_the_token_begins_a_session_that_pages_and_their_stream_accept(self, guarded_api: Api) -> None:
        with httpx.Client(base_url=guarded_api.url, headers=BROWSER, trust_env=False) as browser:
            answer = browser.post("/login", data={"token": TOKEN, "back": "/?status=failed"})
            assert (answer.status_code, answer.headers["location"]) == (303, "/?status=failed")
            cookie = answer.headers["set-cookie"].lower()
            assert "httponly" in cookie
            assert "samesite=lax" in cookie
            assert TOKEN not in answer.headers["set-cookie"]
            assert browser.get("/").status_code == 200
            with browser.stream("GET", "/api/v1/events") as stream:
                assert stream.status_code == 200
            browser.post("/login/end")
            assert browser.get("/").status_code == 303

    @pytest.mark.parametrize("token", ["", "wrong", "a-secret-of-the-tes", "é"])
    def test_without_it_is_refused(self, guarded_api: Api, token: str) -> None:
        answer = guarded_api.outside.post("/login", data={"token": token}, headers=BROWSER)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
        assert "That is not the token" in answer.text

    @pytest.mark.parametrize(
        "session", ["", "1", "1.9999999999.", "1.9999999999." + "0" * 64, "1.x.y", "1.." + "a" * 64]
    )
    def test_is_needed_for_a_forged_session(self, guarded_api: Api, session: str) -> None:
        answer = guarded_api.outside.get("/", headers=BROWSER | {"Cookie": f"session={session}"})
        assert answer.status_code == 303

    @pytest.mark.parametrize("place", ["//evil.example", "https://evil.example", "/\\evil"])
    def test_leads_to_a_page_of_ours_alone(self, guarded_api: Api, place: str) -> None:
        answer = guarded_api.outside.post("/login", data={"token": TOKEN, "back": place}, headers=BROWSER)
        assert answer.headers["location"] == "/"


class TestFiles:
    def test_are_compressed_and_kept_for_ever(self, api: Api) -> None:
        page = api.outside.get("/", headers=BROWSER).text
        addresses = set(re.findall(r'(?:src|href)="(/assets/[^"]+)"', page))
        assert len(addresses) >= 4
        for address in addresses:
            answer = api.outside.get(address)
            assert answer.status_code == 200
            assert "immutable" in answer.headers["cache-control"]
        styles = next(address for address in addresses if address.endswith(".css"))
        assert api.outside.get(styles).headers["content-encoding"] == "gzip"
        assert "content-encoding" not in api.outside.get(styles, headers={"Accept-Encoding": "identity"}).headers

    def test_are_few_bytes(self, api: Api) -> None:
        page = api.outside.get("/", headers=BROWSER).text
        scripts = sum(
            int(api.outside.get(address).headers["content-length"])
            for address in set(re.findall(r'src="(/assets/[^"]+\.js)"', page))
        )
        styles = int(api.outside.get(re.findall(r'href="(/assets/[^"]+\.css)"', page)[0]).headers["content-length"])
        assert scripts <= 28_000
        assert styles <= 14_000

    @pytest.mark.parametrize(
        "path", ["x/home/views.py", "x/../pages.py", "x/home/page.html", "x/", "x/locale/fr/ui.po"]
    )
    def test_that_are_not_for_browsers_are_not_there(self, api: Api, path: str) -> None:
        assert api.outside.get(f"/assets/{path}").status_code == 404
