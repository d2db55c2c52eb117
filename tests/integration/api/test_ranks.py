"""Putting items first, and moving them one by one."""

from __future__ import annotations

import pytest

from ohdio_core.collection.ranks import MOST_MOVED
from ohdio_core.work.outcome import Done
from tests.fixtures.api import Api
from tests.integration.api.queue_calls import described, order


def following(api: Api) -> list[int]:
    return [item["id"] for item in api.get("/queue/next", limit=200)["items"]]


class TestOneItem:
    def test_is_put_first(self, api: Api) -> None:
        api.engine.items(2, priority=90)
        (wanted,) = api.engine.items(1, source="other.example", priority=0)

        answer = order(api, f"/queue/items/{wanted}/first")

        assert answer["rank"] is not None
        assert answer["place"] == {"position": 1, "is_exact": True, "of": 3}
        assert following(api)[0] == wanted

    def test_is_moved_up_and_down(self, api: Api) -> None:
        a, b, c = api.engine.items(3)

        assert order(api, f"/queue/items/{c}/up")["place"]["position"] == 2
        assert following(api) == [a, c, b]
        assert order(api, f"/queue/items/{a}/down")["place"]["position"] == 2
        assert following(api) == [c, a, b]
        order(api, f"/queue/items/{c}/up")
        order(api, f"/queue/items/{b}/down")
        assert following(api) == [c, a, b]

    def test_starts_by_its_priority_again(self, api: Api) -> None:
        a, b = api.engine.items(2)
        order(api, f"/queue/items/{b}/first")

        answer = api.http.delete(f"/queue/items/{b}/rank")

        assert (answer.status_code, answer.json()["rank"]) == (200, None)
        assert following(api) == [a, b]
        assert api.http.delete(f"/queue/items/{b}/rank").status_code == 200

    def test_that_is_complete_cannot_be_put_first(self, api: Api) -> None:
        api.engine.worker()
        api.engine.items(1)
        claimed = api.engine.admit_and_start()
        api.engine.finish(claimed, Done())

        answer = api.http.post(f"/queue/items/{claimed.id}/first")

        assert answer.status_code == 409
        assert answer.json()["detail"] == "Only what waits, runs or is paused can be put first; this item is completed."

    @pytest.mark.parametrize("step", ["up", "down"])
    def test_that_does_not_wait_for_its_turn_is_not_moved(self, api: Api, step: str) -> None:
        item = described(api)

        answer = api.http.post(f"/queue/items/{item}/{step}")

        assert answer.status_code == 409
        assert answer.json()["message"]["id"] == "queue.not_next"
        assert str(MOST_MOVED) in answer.json()["detail"]

    @pytest.mark.parametrize(
        ("method", "path"), [("POST", "first"), ("POST", "up"), ("POST", "down"), ("DELETE", "rank")]
    )
    def test_that_is_not_there_is_missing(self, api: Api, method: str, path: str) -> None:
        assert api.http.request(method, f"/queue/items/7/{path}").status_code == 404


class TestSeveral:
    def test_are_put_first_in_the_order_in_which_they_are_named(self, api: Api) -> None:
        a, b, c, d = api.engine.items(4)

        assert order(api, "/queue/items/first", {"ids": [d, b, d]}) == {"changed": 2}

        assert following(api) == [d, b, a, c]
        assert order(api, "/queue/items/unrank", {"ids": [a, b, c, d]}) == {"changed": 2}
        assert following(api) == [a, b, c, d]

    def test_keep_that_order_over_several_transactions(self, api: Api) -> None:
        items = api.engine.items(1200)

        order(api, "/queue/items/first", {"ids": items[::-1]})

        ranked = [row.id for row in api.engine.rows("SELECT id FROM queue_items ORDER BY rank")]
        assert ranked == items[::-1]

    def test_come_first_where_the_queue_is_sorted_by_priority(self, api: Api) -> None:
        low, high, usual = (api.engine.items(1, priority=priority)[0] for priority in (1, 9, 5))
        order(api, f"/queue/items/{low}/first")

        shown = api.get("/queue", sort="priority", order="desc")["items"]

        assert [item["id"] for item in shown] == [low, high, usual]


class TestThePlace:
    def test_is_told_of_one_item(self, api: Api) -> None:
        items = api.engine.items(4)

        assert api.get(f"/queue/items/{items[2]}")["place"] == {"position": 3, "is_exact": True, "of": 4}

    def test_is_at_least_told_far_behind(self, api: Api) -> None:
        items = api.engine.items(150)

        assert api.get(f"/queue/items/{items[-1]}")["place"] == {"position": 101, "is_exact": False, "of": 150}

    def test_is_not_told_of_what_waits_for_something_else(self, api: Api) -> None:
        assert api.get(f"/queue/items/{described(api)}")["place"] is None
