"""The HTTP contract: which routes there are, documented with examples, and kept for any input."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, assume, given, settings
from schemathesis import BaseSchema, Case, GenerationMode

from ohdio_core.domain.sought import unless_blank
from tests.fixtures.api import Api
from tests.unit.sources.rss.documents import item, rss

ROUTES = Path(__file__).with_name("routes.txt").read_text(encoding="utf-8").splitlines()
NAMES = [line.partition(" (")[0] for line in ROUTES]
FEED = "https://stories.example/feed.xml"
CHOICES = {"as", "form", "language", "scope", "status"}
ENDLESS = {"GET /api/v1/events"}  # watched in tests/integration/api/test_events.py


@pytest.fixture(scope="module")
def document(shared_api: Api) -> dict[str, Any]:
    answer: dict[str, Any] = shared_api.outside.get("/openapi.json").json()
    return answer


@pytest.fixture(scope="module")
def schema(document: dict[str, Any]) -> BaseSchema:
    return schemathesis.openapi.from_dict(document)


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def has_example(document: dict[str, Any], schema: dict[str, Any]) -> bool:
    """Return whether every leaf of a schema has an example, or can have one value only."""
    if "$ref" in schema:
        return has_example(document, document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    if "examples" in schema or "enum" in schema or "const" in schema or "default" in schema:
        return True
    if "properties" in schema:
        return all(has_example(document, field) for field in schema["properties"].values())
    if "items" in schema:
        return has_example(document, schema["items"])
    if "anyOf" in schema:
        return any(has_example(document, choice) for choice in schema["anyOf"] if choice != {"type": "null"})
    return False


def test_the_routes_are_those_that_clients_rely_on(document: dict[str, Any]) -> None:
    described = []
    for name, operation in operations(document):
        given = sorted(parameter["name"] for parameter in operation.get("parameters", []))
        described.append(f"{name} ({', '.join(given)}) -> {' '.join(sorted(operation['responses']))}")
    assert sorted(described) == ROUTES


def test_every_route_has_a_description_and_its_own_id(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, operation in operations(document)]
    assert len(set(ids)) == len(ids)
    assert [name for name, operation in operations(document) if not operation.get("description")] == []


def test_every_body_and_answer_has_examples(document: dict[str, Any]) -> None:
    without = []
    for name, operation in operations(document):
        documented = {"body": operation["requestBody"]} if "requestBody" in operation else {}
        for place, message in {**documented, **operation["responses"]}.items():
            for content in message.get("content", {}).values():
                is_binary = content["schema"].get("format") == "binary"
                if not is_binary and "example" not in content and not has_example(document, content["schema"]):
                    without.append(f"{name} {place}")
    assert without == []


def test_a_token_is_documented_where_it_is_needed(guarded_api: Api) -> None:
    document = guarded_api.outside.get("/openapi.json").json()
    needing = {name for name, operation in operations(document) if operation.get("security")}
    everything = {name for name, _ in operations(document)}
    assert everything - needing == {"GET /healthz", "GET /readyz"}


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
@pytest.mark.parametrize("route", [route for route in NAMES if route not in ENDLESS])
def test_any_input_is_answered_as_documented(
    api: Api, document: dict[str, Any], schema: BaseSchema, route: str, mode: GenerationMode
) -> None:
    method, path = route.split()
    operation = schema[path][method]
    if mode is GenerationMode.NEGATIVE and not takes_input(document["paths"][path][method.lower()]):
        mode = GenerationMode.POSITIVE  # nothing that could be wrong
    api.engine.items(3)
    api.origin.answer("/feed.xml", rss(item(1)))

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=6, suppress_health_check=list(HealthCheck), database=None)
    def check(case: Case[Any]) -> None:
        if mode is GenerationMode.POSITIVE:
            make_meaningful(case)
        else:
            assume(is_sent_as_generated(case))
        case.call_and_validate(base_url=api.url, timeout=20)

    check()


def make_meaningful(case: Case[Any]) -> None:
    """Put in what a schema cannot say.

    Cursors come from the server, one link at least can be collected, the longest is not shorter than the shortest,
    what a setting may be depends on the setting, the last digit of an ISBN on the others, and of what is looked for
    something can be seen.
    """
    case.query.pop("cursor", None)
    if case.path == "/api/v1/search":
        case.query["q"] = f"a{case.query['q']}"[:200]
    body: Any = case.body
    if isinstance(body, dict) and "urls" in body:
        body["urls"][-1] = FEED
    if isinstance(body, dict) and "value" in body:
        body["value"] = 1
    if isinstance(body, dict) and body.get("isbn") is not None:
        body["isbn"] = "978-2-07-036822-8"
    for name in ("url", "document"):
        if isinstance(body, dict) and name in body:
            body[name] = FEED
    if isinstance(body, dict) and isinstance(filters := body.get("filters"), dict):
        filters.pop("max_duration_seconds", None)


def is_sent_as_generated(case: Case[Any]) -> bool:
    """Return whether what is wrong reaches what is asked.

    In a query, requests leaves out what is null or empty, and the server what is blank; in a body, blanks choose
    nothing.
    """
    body = case.body if isinstance(case.body, dict) else {}
    inner = body.get("filter")
    chosen = [*body.items(), *(inner.items() if isinstance(inner, dict) else ())]
    if any(name in CHOICES and _is_blank(value) for name, value in chosen):
        return False
    return all(
        value not in (None, [], {}) and not any(each is None or _is_blank(each) for each in (value, *_items(value)))
        for value in case.query.values()
    )


def _is_blank(value: Any) -> bool:
    return isinstance(value, str) and unless_blank(value) is None


def _items(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()


def test_a_null_in_a_query_is_known_for_what_is_not_sent(schema: BaseSchema) -> None:
    operation = schema["/api/v1/queue/next"]["GET"]
    unsent: list[Any] = [None, [None], [], {}, [1, None], "", " ", [1, " "]]
    for value, is_sent in (*((each, False) for each in unsent), (0, True), ("x", True)):
        assert is_sent_as_generated(operation.Case(query={"limit": value})) is is_sent


def takes_input(operation: dict[str, Any]) -> bool:
    return bool(operation.get("parameters") or operation.get("requestBody"))
