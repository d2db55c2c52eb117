"""What was wrong with a request, in sentences: each value that was not accepted, and what was expected of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ohdio_core.domain.sought import unless_blank
from ohdio_core.expectations import ANOTHER, expectation
from ohdio_core.schemas.problem import WrongField
from ohdio_core.schemas.sentences import SentenceView
from ohdio_core.sentences import Sentence, sentence, together

_TEXT = sentence("expected.text", "A text is expected.")
_LIST = sentence("expected.list", "A list is expected.")
_OBJECT = sentence("expected.object", "An object is expected.")
_TIME = sentence("expected.time", "A time is expected, as in 2026-03-01T09:30:00Z.")

#: By pydantic's names of its errors; of numbers and bounds ``ohdio_core.expectations`` knows.
_EXPECTED: Mapping[str, Sentence] = {
    "datetime_from_date_parsing": _TIME,
    "datetime_parsing": _TIME,
    "datetime_type": _TIME,
    "dict_type": _OBJECT,
    "extra_forbidden": sentence("expected.nothing", "Nothing of this name is known here."),
    "json_invalid": sentence("expected.json", "JSON is expected."),
    "list_type": _LIST,
    "missing": sentence("expected.value", "A value is expected."),
    "model_attributes_type": _OBJECT,
    "model_type": _OBJECT,
    "string_pattern_mismatch": sentence("expected.no_such_characters", "It has characters that cannot be there."),
    "string_type": _TEXT,
    "string_unicode": _TEXT,
    "tuple_type": _LIST,
}
#: What is looked for, wherever that must be something.
_WORDS = ("query", "q")
_NO_WORDS = sentence("expected.words", "Words to look for are expected.")
_LACKING = frozenset({"string_pattern_mismatch", "string_too_short"})
_BLANK = sentence("expected.not_blank", "A text that is not blank is expected.")
_MOST_NAMED = 3


def wrong_fields(errors: Sequence[Mapping[str, Any]]) -> list[tuple[WrongField, Sentence]]:
    """Return the values that were not accepted, each with a sentence that names it by where it stood.

    Never the value itself: a link may carry a password.

    Args:
        errors: As pydantic lists them.
    """
    return [_wrong_field(error) for error in errors]


def in_a_request(wrong: Sequence[tuple[WrongField, Sentence]]) -> Sentence:
    """Return a sentence on the first of them, for programs and those who write them."""
    return sentence(
        "request.invalid",
        "The request is not valid. {errors}",
        errors=together(*(_of_field(field.where, said) for field, said in wrong[:_MOST_NAMED])),
    )


def in_a_form(wrong: Sequence[tuple[WrongField, Sentence]]) -> Sentence:
    """Return the same for people who sent a form, or followed a link: with the names of fields alone."""
    return sentence(
        "form.invalid",
        "What was sent cannot be used. {errors}",
        errors=together(*(_of_field(field.where.rpartition(".")[2], said) for field, said in wrong[:_MOST_NAMED])),
    )


def _of_field(name: str, said: Sentence) -> Sentence:
    return sentence("request.field", "{field}: {expected}", field=name, expected=said)


def _expected_of(error: Mapping[str, Any]) -> Sentence:
    kind, given = error["type"], error.get("input")
    if kind == "missing" and tuple(error["loc"]) == _WORDS:
        return _NO_WORDS
    # What such a text lacks is not what its pattern or least length says.
    if kind in _LACKING and isinstance(given, str) and unless_blank(given) is None:
        return _BLANK
    return expectation(kind, error.get("ctx", {}), _EXPECTED.get(kind, ANOTHER))


def _wrong_field(error: Mapping[str, Any]) -> tuple[WrongField, Sentence]:
    said = _expected_of(error)
    where = ".".join(str(place) for place in error["loc"])
    return WrongField(where=where, message=said.text, sentence=SentenceView(**said.as_json())), said
