"""The contract of the stream of changes: which events there are, what each carries, and that they are documented."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_type_hints

from pydantic import BaseModel

from ohdio_api.events.event import Gap
from ohdio_core.schemas.queue import ItemProgress
from tests.fixtures.api import Api

EVENTS = Path(__file__).with_name("events.txt").read_text(encoding="utf-8").splitlines()
ARCHITECTURE = Path(__file__).parents[2] / "docs" / "architecture.md"


def contract(api: Api) -> dict[str, type[BaseModel]]:
    return {"gap": Gap, **api.hub.contract}


def test_the_events_are_those_that_clients_rely_on(api: Api) -> None:
    answers = api.outside.get("/openapi.json").json()["components"]["schemas"]
    described = [
        # What a route answers with is held by the OpenAPI document.
        f"{name}: {model.__name__ if model.__name__ in answers else ', '.join(model.model_fields)}"
        for name, model in contract(api).items()
    ]
    parts = [f"snapshot: {', '.join(part.name for part in api.hub.parts)}"]
    assert sorted(line.rstrip() for line in described + parts) == EVENTS


def test_an_items_progress_is_an_array_in_this_order() -> None:
    assert list(get_type_hints(ItemProgress)) == [
        *("id", "bytes_done", "bytes_total", "parts_done", "parts_total", "bytes_per_second", "eta_seconds")
    ]


def test_each_event_is_documented_where_clients_look(api: Api) -> None:
    document: dict[str, Any] = api.outside.get("/openapi.json").json()
    described = document["paths"]["/api/v1/events"]["get"]["description"]
    page = ARCHITECTURE.read_text(encoding="utf-8")
    for name in ("snapshot", *contract(api)):
        assert f"`{name}`" in described, name
        assert f"`{name}`" in page, name
    for part in api.hub.parts:
        assert f"`{part.name}`" in described, part.name
