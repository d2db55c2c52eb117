"""Sentences on what was expected of a wrong setting."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from ohdio_core.sentences import Sentence, sentence

_Bounds = Mapping[str, object]

#: By pydantic's names of its errors, each with what it says of one.
_SENTENCES: Mapping[str, Callable[[_Bounds], Sentence]] = {
    "bool_parsing": lambda _: sentence("expected.bool", "True or false is expected."),
    "float_parsing": lambda _: sentence("expected.number", "A number is expected."),
    "greater_than": lambda bounds: sentence(
        "expected.more_than", "More than {bound} is expected.", bound=_number(bounds["gt"])
    ),
    "greater_than_equal": lambda bounds: sentence(
        "expected.at_least", "At least {bound} is expected.", bound=_number(bounds["ge"])
    ),
    "int_from_float": lambda _: _whole_number(),
    "int_parsing": lambda _: _whole_number(),
    "less_than": lambda bounds: sentence(
        "expected.less_than", "Less than {bound} is expected.", bound=_number(bounds["lt"])
    ),
    "less_than_equal": lambda bounds: sentence(
        "expected.at_most", "At most {bound} is expected.", bound=_number(bounds["le"])
    ),
    "too_short": lambda bounds: sentence(
        "expected.longer", "At least {length} characters are expected.", length=_number(bounds["min_length"])
    ),
}
#: How pydantic writes a bound that is a time.
_TIME = re.compile(r"datetime\.timedelta\((?:days=(\d+))?(?:, )?(?:seconds=(\d+)|0)?\)")


def expectation(kind: str, bounds: Mapping[str, object], description: str) -> Sentence:
    """Return a sentence that says what was expected instead.

    Args:
        kind: Of the error, by pydantic's name.
        bounds: What pydantic calls its context.
        description: Of the setting; says it where its form is wrong.
    """
    if isinstance(error := bounds.get("error"), ValueError):  # raised by a validator of ours
        return sentence("expected.as_said", "{said}.", said=str(error).rstrip("."))
    if (said := _SENTENCES.get(kind)) is None:
        return sentence("expected.description", "Expected: {description}.", description=description)
    return said(bounds)


def _whole_number() -> Sentence:
    return sentence("expected.whole_number", "A whole number is expected.")


def _number(bound: object) -> str:
    """Return a bound as a person would write it; times in seconds, as all settings have them."""
    if (time := _TIME.fullmatch(str(bound))) is None:
        return str(bound)
    days, seconds = (int(part or 0) for part in time.groups())
    return str(days * 86_400 + seconds)
