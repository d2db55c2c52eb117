from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.errors import NotFound, OhdioError, PermanentError, TransientError
from ohdio_core.sources.ohdio import queries
from ohdio_core.sources.ohdio.graphql import Operation, parse_answer
from tests.unit.sources.ohdio.answers import answer, book, json_values, page_error

KEY = "audioBookById"


def refusal(message: str, code: str) -> bytes:
    return json.dumps({"errors": [{"message": message, "extensions": {"code": code}}], "data": None}).encode()


def test_the_object_that_was_asked_for_is_given() -> None:
    assert parse_answer(answer(book()), KEY) == book()


@pytest.mark.parametrize(
    "found",
    [
        page_error(),
        {"__typename": "NotFoundError", "message": "Le livre audio 1 n'a pas été trouvé"},
        {
            "typename": "OtherError",
            "codes": ["Athena", "ContentNotFound"],
            "message": "Le livre audio 1 n'a pas été trouvé",
        },
    ],
)
def test_not_found_is_said_with_the_words_of_the_site(found: object) -> None:
    with pytest.raises(NotFound, match="Le livre audio 1 n'a pas été trouvé"):
        parse_answer(answer(found), KEY)


@pytest.mark.parametrize(
    ("body", "error", "said"),
    [
        (answer({}), PermanentError, "does not know the question audioBookById"),
        (answer(None), PermanentError, "does not know the question"),
        (refusal("Cannot query field <b>x</b>", "GRAPHQL_VALIDATION_FAILED"), PermanentError, "Cannot query field x"),
        (refusal("", "PERSISTED_QUERY_NOT_FOUND"), PermanentError, "PERSISTED_QUERY_NOT_FOUND"),
        (answer({"typename": "InvalidArgumentError", "message": "id"}), PermanentError, "refuses the question: id"),
        (refusal("Upstream", "INTERNAL_SERVER_ERROR"), TransientError, "failed: Upstream"),
        (answer({"typename": "PageError", "code": "InternalServerError"}), TransientError, "failed"),
        (b"<html>busy</html>", TransientError, "JSON"),
        (b"", TransientError, "JSON"),
        (b"[" * 100_000, TransientError, "JSON"),
    ],
)
def test_any_other_answer_is_told_apart(body: bytes, error: type[OhdioError], said: str) -> None:
    with pytest.raises(error, match=said) as caught:
        parse_answer(body, KEY)
    assert not isinstance(caught.value, NotFound)


@given(st.binary() | json_values.map(lambda value: json.dumps({"data": {KEY: value}}).encode()))
def test_any_bytes_give_an_object_or_a_named_error(body: bytes) -> None:
    try:
        found = parse_answer(body, KEY)
    except OhdioError:
        return
    assert isinstance(found, dict)


@given(json_values)
def test_any_errors_are_a_named_error(value: object) -> None:
    with pytest.raises(OhdioError):
        parse_answer(json.dumps({"errors": [value], "data": value}).encode(), KEY)


@pytest.mark.parametrize(
    "operation", [queries.AUDIOBOOK, queries.PROGRAMME, queries.PLAYBACK, queries.SEARCH], ids=lambda each: each.name
)
def test_the_text_of_a_query_is_well_formed(operation: Operation) -> None:
    assert operation.text.startswith(f"query {operation.name}($params: ")
    assert operation.text.count("{") == operation.text.count("}")
    assert "{{" not in operation.text
    assert "__typename" in operation.text
