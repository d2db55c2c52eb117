"""How often a page asks the database: once for each thing that it shows, however much of it there is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event

from tests.fixtures.api import Api
from tests.integration.api.test_scrapes import scan
from tests.integration.web.test_home import titled, visit
from tests.integration.web.test_library import filed, know
from tests.integration.web.test_needs import CUT, GONE, fail


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """The statements of requests, as they are sent: not those of the threads that hear, admit and beat."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if threading.current_thread().name.startswith("AnyIO"):
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield sent
    event.remove(Engine, "before_cursor_execute", note)


def fill(api: Api) -> None:
    """Insert something of everything that pages show, several of each."""
    for book in filed(api, *(f"Filed {number}" for number in range(8))):
        know(api, book, duration_seconds=3_600, authors=["Ann"])
        api.http.put(f"/audiobooks/{book}/position", json={"seconds": 60, "revision": 0}).raise_for_status()
    items = titled(api, *(f"Item {number}" for number in range(120)))
    for item in items[:6]:
        fail(api, item, CUT if item % 2 else GONE)
    api.engine.execute(
        "UPDATE queue_items SET status = 'paused', wait_reason = 'no room' WHERE id = ANY(:ids)", ids=items[6:9]
    )
    api.engine.execute(
        "UPDATE queue_items SET status = 'processing', bytes_per_second = 9 WHERE id = ANY(:ids)", ids=items[9:12]
    )
    for number in range(4):
        scan(api, number, "failed" if number % 2 else "queued")
        api.http.post(
            "/channels", json={"kind": "webhook", "address": f"http://nas.example/{number}"}
        ).raise_for_status()
    api.engine.execute(
        "INSERT INTO runs (stage, about_id, outcome, attempt, began_at, ended_at, seconds, bytes, worker_id) "
        "SELECT 'downloads', id, 'completed', 1, now(), now(), 1, 1, gen_random_uuid() FROM audiobooks "
        "WHERE library_path IS NOT NULL"
    )


#: One for each thing that is shown, two where it is found before it is read.
PAGES = {
    "/": 14,
    "/?q=item": 15,
    "/?status=queued&sort=title": 14,
    "/library": 5,
    "/library?q=filed": 6,
    "/settings": 3,
    "/settings/notifications": 5,
}


def test_a_page_asks_for_each_thing_once(api: Api, statements: list[str]) -> None:
    fill(api)
    for path, most in PAGES.items():
        visit(api, path)  # what is kept for a while is counted now
        statements.clear()
        visit(api, path)
        assert len(statements) <= most, f"{path}: " + "\n\n".join(statements)
        assert len(set(statements)) == len(statements)
