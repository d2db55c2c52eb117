"""What several tests of the queue ask of the API."""

from __future__ import annotations

from typing import Any

from tests.fixtures.api import Api


def order(api: Api, path: str, body: object = None) -> Any:
    answer = api.http.post(path, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def walk(api: Api, **parameters: Any) -> list[dict[str, Any]]:
    """Read every page of the queue."""
    return walk_list(api, "/queue", **parameters)


def walk_list(api: Api, path: str, **parameters: Any) -> list[dict[str, Any]]:
    """Read every page of a list."""
    items, cursor = [], None
    while True:
        page = api.get(path, **parameters, **({} if cursor is None else {"cursor": cursor}))
        items += page["items"]
        cursor = page["next"]
        if cursor is None:
            return items


def described(api: Api, source: str = "stories.example") -> int:
    """Insert a book whose description is still to be read; return its item's id."""
    (item_id,) = api.engine.items(1, source=source, is_ready=False)
    api.engine.execute(
        "INSERT INTO extractions (id, politeness_key) VALUES (:id, :source)", id=api.book_of(item_id), source=source
    )
    return item_id
