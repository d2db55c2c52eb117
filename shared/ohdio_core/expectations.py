"""Sentences on what was expected of a value that was not accepted: a setting, or something that a client sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ohdio_core.sentences import Sentence, sentence

#: Where nothing else is known of what was expected.
ANOTHER = sentence("expected.another", "Another value is expected.")

_Context = Mapping[str, object]

_WHOLE_NUMBER = sentence("expected.whole_number", "A whole number is expected.")
_NUMBER = sentence("expected.number", "A number is expected.")
_BOOL = sentence("expected.bool", "True or false is expected.")

#: By pydantic's names of its errors.
_SENTENCES: Mapping[str, Sentence] = {
    "bool_parsing": _BOOL,
    "bool_type": _BOOL,
    "finite_number": _NUMBER,
    "float_parsing": _NUMBER,
    "float_type": _NUMBER,
    "int_from_float": _WHOLE_NUMBER,
    "int_parsing": _WHOLE_NUMBER,
    "int_parsing_size": _WHOLE_NUMBER,
    "int_type": _WHOLE_NUMBER,
}
#: The same, of what settings alone may be.
_OF_SETTINGS: Mapping[str, Sentence] = {
    "path_not_file": sentence("expected.file", "The path of a file that can be read is expected."),
}
#: What pydantic calls collections.
_COLLECTIONS = frozenset({"Dictionary", "Frozenset", "List", "Set", "Tuple"})
#: What no text has that can be written down.
_SURROGATES = re.compile("[\ud800-\udfff]")
#: How pydantic writes a bound that is a time.
_SPAN = re.compile(r"datetime\.timedelta\((?:days=(\d+))?(?:, )?(?:seconds=(\d+)|0)?\)")


def _one_of(context: _Context) -> Sentence:
    return sentence("expected.one_of", "One of these is expected: {choices}.", choices=_choices(context))


def _choices(context: _Context) -> str:
    """Return pydantic's list of what is possible, ``'a', 'b' or 'c'``, without its words."""
    return ", ".join(re.findall(r"'([^']*)'", str(context["expected"])))


def _longer(context: _Context) -> Sentence:
    if context["min_length"] == 1:
        return sentence("expected.one_character", "At least one character is expected.")
    return sentence(
        "expected.longer", "At least {length} characters are expected.", length=_number(context["min_length"])
    )


def _shorter(context: _Context) -> Sentence:
    if context["max_length"] == 1:
        return sentence("expected.no_more_than_one", "At most one character is expected.")
    return sentence(
        "expected.shorter", "At most {length} characters are expected.", length=_number(context["max_length"])
    )


def _number(bound: object) -> str:
    """Return a bound as a person would write it; times in seconds, as all settings have them."""
    if (span := _SPAN.fullmatch(str(bound))) is None:
        return str(bound)
    days, seconds = (int(part or 0) for part in span.groups())
    return str(days * 86_400 + seconds)


#: The same as ``_SENTENCES``, of those that say how much there may be.
_BOUNDED: Mapping[str, Callable[[_Context], Sentence]] = {
    "enum": _one_of,
    "greater_than": lambda context: sentence(
        "expected.more_than", "More than {bound} is expected.", bound=_number(context["gt"])
    ),
    "greater_than_equal": lambda context: sentence(
        "expected.at_least", "At least {bound} is expected.", bound=_number(context["ge"])
    ),
    "less_than": lambda context: sentence(
        "expected.less_than", "Less than {bound} is expected.", bound=_number(context["lt"])
    ),
    "less_than_equal": lambda context: sentence(
        "expected.at_most", "At most {bound} is expected.", bound=_number(context["le"])
    ),
    "literal_error": _one_of,
    "string_too_long": _shorter,
    "string_too_short": _longer,
    "too_long": lambda context: sentence(
        "expected.fewer", "A list of at most {count} is expected.", count=_number(context["max_length"])
    ),
    "too_short": lambda context: (
        sentence("expected.more", "A list of at least {count} is expected.", count=_number(context["min_length"]))
        if context.get("field_type") in _COLLECTIONS
        else _longer(context)
    ),
}


class UnexpectedValue(ValueError):
    """A value is not what a validator of ours expects.

    Args:
        said: The sentence that people read; it says what was expected.
    """

    def __init__(self, said: Sentence) -> None:
        self.sentence = said
        super().__init__(said.text)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a text has to look like, as a validator of pydantic's that says so in a sentence of ours."""

    pattern: re.Pattern[str]
    said: Sentence  #: what is expected

    def __call__(self, value: str) -> str:
        """Return the value as it is.

        Raises:
            UnexpectedValue: It does not look like that.
        """
        if self.pattern.fullmatch(value) is None or _SURROGATES.search(value) is not None:
            raise UnexpectedValue(self.said)
        return value


def expectation(kind: str, context: Mapping[str, object], otherwise: Sentence) -> Sentence:
    """Return a sentence that says what was expected instead.

    Args:
        kind: Of the error, by pydantic's name.
        context: What pydantic calls so: bounds, and the error that a validator raised.
        otherwise: Says it where the kind of the error does not.
    """
    error = context.get("error")
    if isinstance(error, UnexpectedValue):
        return error.sentence
    bounded = _BOUNDED.get(kind)
    return _SENTENCES.get(kind, otherwise) if bounded is None else bounded(context)


def expectation_of_setting(problem: Mapping[str, Any], shape: Shape | None) -> Sentence:
    """Return a sentence that says what was expected of a setting.

    Args:
        problem: As pydantic tells it.
        shape: What the setting has to look like, where it says so.
    """
    if problem["type"] == "missing" and shape is not None:
        return shape.said
    return expectation(problem["type"], problem.get("ctx", {}), _OF_SETTINGS.get(problem["type"], ANOTHER))
