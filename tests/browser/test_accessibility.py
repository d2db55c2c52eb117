"""What axe-core finds on every page, in both themes and languages: nothing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page

from tests.browser.test_french import every_page, fill
from tests.fixtures.api import Api
from tests.fixtures.browser import Visitors
from tests.integration.web.test_library import filed, know
from tests.integration.web.test_preview import lasting, published
from tests.sites.pictures import jpeg
from tests.unit.sources.rss.documents import item

#: Fetched by `make vendor`.
AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text(encoding="utf-8")

#: Looks at a page: each theme and each language once, and in every combination.
TWO = (("light", "en"), ("dark", "fr"))
EVERY = (*TWO, ("light", "fr"), ("dark", "en"))

Look = tuple[str, str]


@pytest.fixture(params=[TWO, pytest.param(EVERY, marks=pytest.mark.full)], ids=["two looks", "every look"])
def looks(request: pytest.FixtureRequest) -> tuple[Look, ...]:
    given: tuple[Look, ...] = request.param
    return given


def findings(page: Page) -> list[str]:
    # Evaluated, and not added as a script: that is what the policy of the pages refuses.
    page.evaluate(AXE)
    found: list[dict[str, Any]] = page.evaluate("axe.run(document).then(({ violations }) => violations)")
    return [f"{one['id']}: {node['html'][:200]} {node['failureSummary']}" for one in found for node in one["nodes"]]


def test_of_every_page_of_a_full_ohdio(visitors: Visitors, api: Api, looks: tuple[Look, ...]) -> None:
    page = visitors.page(api.url)
    visitors.expect("404")  # of links into this installation that are none
    # Where there are two looks, each page has one of them in turn.
    turns = cycle([looks] if looks == EVERY else [(look,) for look in looks])
    each = zip(every_page(fill(api)), turns, strict=False)
    assert {path: found for path, look in each if (found := found_in(look, page, api, path))} == {}


@pytest.mark.parametrize("path", ["/?status=failed", "/?q=e", "/?q=nightingale", "/docs", "/nothing"])
def test_of_a_full_queue(visitors: Visitors, api: Api, looks: tuple[Look, ...], path: str) -> None:
    fill(api)
    visitors.expect("404")  # of the page that is not there
    assert found_in(looks, visitors.page(api.url), api, path) == {}


def test_of_accounts(visitors: Visitors, api: Api, looks: tuple[Look, ...]) -> None:
    for name, role in (("Odile", "manager"), ("Camille", "listener")):
        account = {"name": name, "password": "grand-duc des marais", "role": role}
        api.http.post("/accounts", json=account).raise_for_status()
    assert found_in(looks, visitors.page(api.url), api, "/settings/people") == {}


@pytest.mark.parametrize("path", ["/login", "/login?way=token", "/login/link?key=x"])
def test_of_getting_in(visitors: Visitors, guarded_api: Api, looks: tuple[Look, ...], path: str) -> None:
    assert found_in(looks, visitors.page(guarded_api.url), guarded_api, path) == {}


def test_of_an_empty_queue(visitors: Visitors, api: Api, looks: tuple[Look, ...]) -> None:
    assert found_in(looks, visitors.page(api.url), api, "/") == {}


def test_of_the_preview(visitors: Visitors, api: Api, looks: tuple[Look, ...]) -> None:
    link = published(api, item(1, lasting(20)), item(2, lasting(90)))
    page = visitors.page(api.url)
    for fields in ({"url": link, "least": "60"}, {}, {"url": "ftp://books.example"}):
        visitors.expect("422")
        assert found_in(looks, page, api, f"/add?{urlencode(fields)}") == {}


@pytest.mark.parametrize("view", ["grid", "list"])
def test_of_the_library(visitors: Visitors, api: Api, looks: tuple[Look, ...], view: str) -> None:
    one, two = filed(api, "The Lamp", "Les marées", cover=jpeg(2))
    know(api, one, authors=["Ann"], language="en", duration_seconds=6_000, description="A keeper counts ships.")
    know(api, two, authors=["Odile"], narrators=["Rose"], language="fr", note="It is short.")
    page = visitors.page(api.url)
    for path in (f"/library?view={view}", "/library?author=Ann", "/library?q=nightingale"):
        assert found_in(looks, page, api, path) == {}


def found_in(looks: Sequence[Look], page: Page, api: Api, path: str) -> dict[str, list[str]]:
    found = {}
    for theme, language in looks:
        chosen = {"theme": theme, "language": language}
        page.context.add_cookies([{"name": name, "value": value, "url": api.url} for name, value in chosen.items()])
        page.goto(path)
        found[f"{theme}, {language}"] = findings(page)
    return {look: what for look, what in found.items() if what}
