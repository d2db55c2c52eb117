"""Orders to make one file of books in the library."""

from __future__ import annotations

from tests.fixtures.api import Api


def test_a_filed_book_is_queued_for_it(api: Api) -> None:
    (item,) = api.engine.titled("The Lamp")
    book = api.file_book(item, {"1.mp3": b"sound", "2.mp3": b"sound"})
    answer = api.http.post(f"/audiobooks/{book}/convert", json={"form": "mp3"})
    assert answer.status_code == 202, answer.text
    assert (answer.status_code, answer.json()["form"], answer.json()["status"]) == (202, "mp3", "queued")
    assert api.engine.value("SELECT is_converted AND is_ready FROM audiobooks, queue_items") is True
    assert api.get("/history")["items"][0]["act"] == "converted"


def test_several_are_and_what_is_not_there_is_said_once(api: Api) -> None:
    first, second, third = api.engine.items(3)
    filed = api.file_book(first, {"1.mp3": b"sound"})
    rows = api.engine.rows("SELECT audiobook_id FROM queue_items WHERE id = ANY(:ids)", ids=[second, third])
    away = [row.audiobook_id for row in rows]
    answer = api.http.post("/audiobooks/convert", json={"ids": [filed, *away], "form": "m4b"})
    assert (answer.status_code, answer.json()["changed"]) == (200, 1)
    assert [problem["id"] for problem in answer.json()["problems"]] == ["book.nothing_to_convert"]
    assert api.http.post(f"/audiobooks/{away[0]}/convert", json={}).status_code == 409
    assert api.http.post("/audiobooks/999999/convert", json={}).status_code == 404
