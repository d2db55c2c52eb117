"""What axe-core finds on every page, in both themes and languages: nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page

from tests.fixtures.api import Api
from tests.fixtures.browser import Visitors
from tests.integration.web.test_library import filed, know
from tests.integration.web.test_preview import lasting, published
from tests.sites.pictures import jpeg
from tests.unit.sources.rss.documents import item

#: Fetched by `make vendor`.
AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text(encoding="utf-8")

LISTING = "https://ici.radio-canada.ca/ohdio/categories/1003592/jeunesse"


def findings(page: Page) -> list[str]:
    # Evaluated, and not added as a script: that is what the policy of the pages refuses.
    page.evaluate(AXE)
    found: list[dict[str, Any]] = page.evaluate("axe.run(document).then(({ violations }) => violations)")
    return [f"{one['id']}: {node['html'][:200]} {node['failureSummary']}" for one in found for node in one["nodes"]]


def fill(api: Api) -> None:
    """Put a book of every state into the queue, and a scan."""
    titles = ("Running", "Waiting", "Paused", "Failed", "Complete")
    running, _, paused, failed, complete = api.engine.titled(*titles)
    api.engine.worker()
    api.http.post("/submissions", json={"urls": [LISTING]}).raise_for_status()
    api.http.post(f"/queue/items/{paused}/pause").raise_for_status()
    api.engine.execute("UPDATE queue_items SET status = 'failed', error = 'It is gone.' WHERE id = :id", id=failed)
    api.engine.execute("UPDATE queue_items SET status = 'completed', stage = 'done' WHERE id = :id", id=complete)
    api.engine.admit()
    api.engine.claim(running)
    api.engine.execute(
        "UPDATE queue_items SET stage = 'downloading', progress = 250, bytes_total = 1000, parts_total = 4 "
        "WHERE id = :id",
        id=running,
    )


@pytest.mark.parametrize("path", ["/", "/?status=failed", "/?q=e", "/?q=nightingale", "/docs", "/nothing"])
def test_of_a_full_queue(visitors: Visitors, api: Api, path: str) -> None:
    fill(api)
    visitors.expect("404")  # of the page that is not there
    assert found_in_every_look(visitors, api, path) == {}


@pytest.mark.parametrize("path", ["/settings", "/settings/people", "/settings/system"])
def test_of_the_settings(visitors: Visitors, api: Api, path: str) -> None:
    fill(api)
    for name, role in (("Odile", "manager"), ("Camille", "listener")):
        account = {"name": name, "password": "grand-duc des marais", "role": role}
        api.http.post("/accounts", json=account).raise_for_status()
    assert found_in_every_look(visitors, api, path) == {}


@pytest.mark.parametrize("path", ["/login", "/login?way=token", "/login/link?key=x"])
def test_of_getting_in(visitors: Visitors, guarded_api: Api, path: str) -> None:
    assert found_in_every_look(visitors, guarded_api, path) == {}


def test_of_an_empty_queue(visitors: Visitors, api: Api) -> None:
    assert found_in_every_look(visitors, api, "/") == {}


def test_of_the_preview(visitors: Visitors, api: Api) -> None:
    link = published(api, item(1, lasting(20)), item(2, lasting(90)))
    for fields in ({"url": link, "least": "60"}, {}, {"url": "ftp://books.example"}):
        visitors.expect("422")
        assert found_in_every_look(visitors, api, f"/add?{urlencode(fields)}") == {}


@pytest.mark.parametrize("view", ["grid", "list"])
def test_of_the_library(visitors: Visitors, api: Api, view: str) -> None:
    one, two = filed(api, "The Lamp", "Les marées", cover=jpeg(2))
    know(api, one, authors=["Ann"], language="en", duration_seconds=6_000, description="A keeper counts ships.")
    know(api, two, authors=["Odile"], narrators=["Rose"], language="fr", note="It is short.")
    for path in (f"/library?view={view}", "/library?author=Ann", "/library?q=nightingale", f"/books/{two}"):
        assert found_in_every_look(visitors, api, path) == {}


def found_in_every_look(visitors: Visitors, api: Api, path: str) -> dict[str, list[str]]:
    page = visitors.page(api.url)
    found = {}
    for theme in ("light", "dark"):
        for language in ("en", "fr"):
            chosen = {"theme": theme, "language": language}
            page.context.add_cookies([{"name": name, "value": value, "url": api.url} for name, value in chosen.items()])
            page.goto(path)
            found[f"{theme}, {language}"] = findings(page)
    return {look: what for look, what in found.items() if what}
