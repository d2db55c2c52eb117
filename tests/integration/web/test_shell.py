"""What all pages have: headers, languages, colours, and files."""

from __future__ import annotations

import re
from typing import ClassVar

import httpx
import pytest

from tests.fixtures.api import Api
from tests.fixtures.page import Page

BROWSER = {"Accept": "text/html"}


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
        with httpx.Client(base_url=api.url, headers=BROWSER, trust_env=False, timeout=60) as browser:
            browser.post("/language", data={"language": "fr", "back": "/docs"})
            browser.post("/theme", data={"theme": "dark", "back": "/docs"})
            page = browser.get("/").text
            assert '<html lang="fr" data-theme="dark"' in page
            assert "File d’attente" in page
            browser.post("/theme", data={"theme": "nonsense"})
            assert 'data-theme="dark"' in browser.get("/").text


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
            for address in {*re.findall(r'src="(/assets/[^"]+\.js)"', page), "/assets/x/shell/stream.js"}
        )
        styles = int(api.outside.get(re.findall(r'href="(/assets/[^"]+\.css)"', page)[0]).headers["content-length"])
        assert scripts <= 28_000
        assert styles <= 14_000

    @pytest.mark.parametrize(
        "path", ["x/home/views.py", "x/../pages.py", "x/home/page.html", "x/", "x/locale/fr/ui.po"]
    )
    def test_that_are_not_for_browsers_are_not_there(self, api: Api, path: str) -> None:
        assert api.outside.get(f"/assets/{path}").status_code == 404


class TestBar:
    PAGES: ClassVar = {
        "/": "/",
        "/?status=failed": "/",
        "/add?url=": "/",
        "/library": "/library",
        "/library?q=lamp": "/library",
        "/sources": "/sources",
        "/settings": "/settings",
        "/settings/people": "/settings",
        "/settings/history": "/settings",
        "/settings/system": "/settings",
    }

    @pytest.mark.parametrize(("path", "place"), PAGES.items())
    def test_marks_the_place_of_a_page_and_says_how_everything_is(self, api: Api, path: str, place: str) -> None:
        (failed,) = api.engine.titled("The Lamp")
        api.engine.workers_of_all_services()
        api.engine.execute("UPDATE queue_items SET status = 'failed', error = 'It is gone.' WHERE id = :id", id=failed)
        page = Page(api.outside.get(path, headers=BROWSER).text)
        assert page.one(".bar nav a[aria-current=page]").get("href") == place
        dot = page.one(".bar .health")
        assert (dot.get("data-is"), dot.text_content()) == ("warn", "1 failed")
        assert page.one("main").get("data-health-text") == "1 failed"

    def test_is_to_be_had_alone(self, api: Api) -> None:
        api.engine.workers_of_all_services()
        dot = Page(api.outside.get("/health", headers=BROWSER).text).one(".health")
        assert (dot.get("data-is"), dot.text_content()) == ("ok", "All well")

    def test_says_nothing_of_that_to_strangers(self, guarded_api: Api) -> None:
        assert Page(guarded_api.outside.get("/login", headers=BROWSER).text).all(".health") == []
        assert guarded_api.outside.get("/health", headers=BROWSER).is_redirect
