"""How far listeners are in books: two devices, several listeners, books that go and come back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.fixtures.api import Api
from tests.integration.api.filed_books import filed


def put(api: Api, book_id: int, seconds: float, revision: int, listener: int | None = None) -> httpx.Response:
    whose = {} if listener is None else {"listener": listener}
    return api.http.put(
        f"/audiobooks/{book_id}/position", json={"seconds": seconds, "revision": revision}, params=whose
    )


def position(api: Api, book_id: int, **query: int) -> Any:
    return api.get(f"/audiobooks/{book_id}/position", **query)


def test_is_the_beginning_before_anything_was_saved(api: Api) -> None:
    book_id, _ = filed(api)
    assert position(api, book_id) == {"seconds": 0.0, "revision": 0, "updated_at": None}


def test_is_saved_with_a_revision_that_grows(api: Api) -> None:
    book_id, _ = filed(api)
    first = put(api, book_id, 12.5, 0).json()
    second = put(api, book_id, 4321.25, first["revision"]).json()
    assert (first["revision"], second["revision"]) == (1, 2)
    assert position(api, book_id) == second
    assert second["seconds"] == 4321.25


def test_of_a_device_that_knows_an_older_one_never_overwrites(api: Api) -> None:
    book_id, _ = filed(api)
    put(api, book_id, 100, 0)
    put(api, book_id, 4327, 1)
    answer = put(api, book_id, 230, 1)
    assert (answer.status_code, answer.headers["content-type"]) == (409, "application/problem+json")
    problem = answer.json()
    assert (problem["stored"]["seconds"], problem["stored"]["revision"]) == (4327.0, 2)
    assert problem["sent"] == {"seconds": 230.0, "revision": 1}
    assert problem["message"]["id"] == "position.stale"
    assert position(api, book_id)["seconds"] == 4327.0
    # The person has chosen the other one.
    assert put(api, book_id, 230, problem["stored"]["revision"]).json()["revision"] == 3


def test_sent_again_after_a_lost_answer_is_saved_once(api: Api) -> None:
    book_id, _ = filed(api)
    assert put(api, book_id, 55, 0).json() == put(api, book_id, 55, 0).json()
    assert position(api, book_id)["revision"] == 1


def test_of_many_devices_at_once_one_is_saved(api: Api) -> None:
    book_id, _ = filed(api)
    put(api, book_id, 1, 0)
    with ThreadPoolExecutor(8) as devices:
        answers = list(devices.map(lambda number: put(api, book_id, 10.0 + number, 1), range(8)))
    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 7]
    assert position(api, book_id)["revision"] == 2


def test_goes_on_with_the_revision_that_a_device_knows_where_a_restored_database_knows_none(api: Api) -> None:
    book_id, _ = filed(api)
    assert put(api, book_id, 55, 7).json()["revision"] == 8


def test_outlives_another_download_and_the_book_itself(api: Api) -> None:
    book_id, _ = filed(api)
    (names,) = api.engine.rows("SELECT url, source, external_id FROM audiobooks")
    put(api, book_id, 600, 0)
    api.http.post(f"/audiobooks/{book_id}/download")
    assert position(api, book_id)["seconds"] == 600
    api.http.delete(f"/audiobooks/{book_id}")
    api.engine.execute(
        "INSERT INTO audiobooks (url, source, external_id) VALUES (:url, :source, :external_id)", **names._mapping
    )
    again = api.engine.value("SELECT id FROM audiobooks")
    assert again != book_id
    assert position(api, again)["seconds"] == 600


@pytest.mark.parametrize(
    "body",
    [
        '{"seconds": -1, "revision": 0}',
        '{"seconds": 1e300, "revision": 0}',
        '{"seconds": NaN, "revision": 0}',
        '{"seconds": Infinity, "revision": 0}',
        '{"seconds": "9", "revision": 0}',
        '{"seconds": 9}',
        '{"seconds": 9, "revision": -1}',
        '{"seconds": 9, "revision": 9007199254740992}',
        '{"seconds": 9, "revision": 0, "device": "x"}',
    ],
)
def test_that_cannot_be_is_refused(api: Api, body: str) -> None:
    book_id, _ = filed(api)
    answer = api.http.put(f"/audiobooks/{book_id}/position", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert position(api, book_id)["revision"] == 0


class TestListeners:
    def test_have_positions_of_their_own(self, api: Api) -> None:
        book_id, _ = filed(api)
        odile = api.http.post("/listeners", json={"name": "Odile"}).json()
        put(api, book_id, 10, 0)
        put(api, book_id, 20, 0, odile["id"])
        assert position(api, book_id)["seconds"] == 10
        assert position(api, book_id, listener=odile["id"])["seconds"] == 20
        assert [each["name"] for each in api.get("/listeners")["items"]] == [None, "Odile"]

    def test_are_renamed_and_go_with_their_positions_but_for_the_first(self, api: Api) -> None:
        book_id, _ = filed(api)
        odile = api.http.post("/listeners", json={"name": "Odile"}).json()["id"]
        put(api, book_id, 20, 0, odile)
        assert api.http.put(f"/listeners/{odile}", json={"name": "Odile M."}).json()["name"] == "Odile M."
        assert api.http.put("/listeners/1", json={"name": "Paul"}).json() == {"id": 1, "name": "Paul"}
        assert api.http.delete("/listeners/1").status_code == 409
        assert api.http.delete(f"/listeners/{odile}").status_code == 204
        assert api.engine.value("SELECT count(*) FROM positions") == 0

    def test_of_one_name_there_is_one(self, api: Api) -> None:
        assert api.http.post("/listeners", json={"name": "Odile"}).status_code == 201
        assert api.http.post("/listeners", json={"name": "Odile"}).status_code == 409
        assert api.http.put("/listeners/1", json={"name": "Odile"}).status_code == 409

    @pytest.mark.parametrize("name", ["", " ", "a\x00b", "a\nb", "x" * 101, 7, None])
    def test_have_names_that_can_be_shown(self, api: Api, name: object) -> None:
        assert api.http.post("/listeners", json={"name": name}).status_code == 422

    def test_that_are_not_there_have_no_position(self, api: Api) -> None:
        book_id, _ = filed(api)
        assert put(api, book_id, 1, 0, 99).status_code == 404
        assert put(api, 9_999, 1, 0).status_code == 404
        assert api.http.get(f"/audiobooks/{book_id}/position", params={"listener": 99}).status_code == 404
        assert api.http.put("/listeners/99", json={"name": "Nobody"}).status_code == 404
        assert api.http.delete("/listeners/99").status_code == 404
