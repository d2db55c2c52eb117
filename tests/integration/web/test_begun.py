"""What somebody has begun to hear is on the first page."""

from __future__ import annotations

import pytest

from tests.fixtures.api import Api

HOUR = 3_600.0


def go_on_listening(api: Api) -> str:
    """Return that part of the first page; an empty text where there is none."""
    page = api.outside.get("/", headers={"Accept": "text/html"}).text
    return page.partition('<h2 id="begun"')[2].partition("</section>")[0]


@pytest.fixture
def books(api: Api) -> list[int]:
    """Two books of an hour."""
    ids = [api.file_book(item, {"01.mp3": b"sound"}) for item in api.engine.titled("Le phare", "La goélette")]
    api.engine.execute("UPDATE audiobooks SET duration_seconds = :hour", hour=HOUR)
    return ids


def hear(api: Api, book_id: int, seconds: float, revision: int = 0) -> None:
    order = {"seconds": seconds, "revision": revision}
    api.http.put(f"/audiobooks/{book_id}/position", json=order).raise_for_status()


def test_the_last_one_first_with_what_is_left(api: Api, books: list[int]) -> None:
    assert go_on_listening(api) == ""
    hear(api, books[0], 600)
    hear(api, books[1], 1_800)
    shown = go_on_listening(api)
    assert 0 < shown.index("La goélette") < shown.index("Le phare")
    assert "30\N{NO-BREAK SPACE}min left" in shown
    assert "50\N{NO-BREAK SPACE}min left" in shown


def test_what_is_heard_to_its_end_is_not(api: Api, books: list[int]) -> None:
    hear(api, books[0], HOUR - 20)
    assert go_on_listening(api) == ""


def test_what_is_not_there_any_more_is_not(api: Api, books: list[int]) -> None:
    hear(api, books[0], 600)
    api.engine.execute("UPDATE audiobooks SET library_path = NULL")
    assert go_on_listening(api) == ""
