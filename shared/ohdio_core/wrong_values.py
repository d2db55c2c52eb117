"""Sentences on the settings of a start that are missing or wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pydantic import BaseModel, ValidationError

from ohdio_core.expectations import Shape, expectation_of_setting
from ohdio_core.sentences import Sentence, sentence


def wrong_values(error: ValidationError, settings: type[BaseModel], names: Mapping[str, str]) -> Iterator[Sentence]:
    """Yield a sentence for each setting that is missing or wrong, which names it and says what is expected.

    Args:
        error: Of reading the settings.
        names: What to call a variable that was not given as one.
    """
    for problem in error.errors(include_url=False):
        alias = ".".join(str(part) for part in problem["loc"])
        name = names.get(alias, alias)
        expected = expectation_of_setting(dict(problem), _shape(settings, alias))
        if not alias:
            yield expected
        elif problem["type"] == "missing":
            yield sentence("setting.missing", "{name} is not set. {expected}", name=name, expected=expected)
        elif _is_secret(settings, alias):  # nothing of it, as this is logged
            length = len(str(problem["input"]))
            yield sentence(
                "setting.wrong_secret",
                "{name} is wrong: it is {length} characters long. {expected}",
                name=name,
                length=length,
                expected=expected,
            )
        else:
            value = re.sub(r"//.*@", "//…@", str(problem["input"]))
            yield sentence(
                "setting.wrong_value",
                "{name} is wrong: it is {value!r}. {expected}",
                name=name,
                value=value,
                expected=expected,
            )


def _is_secret(settings: type[BaseModel], alias: str) -> bool:
    return any(
        field.alias == alias and "SecretStr" in str(field.annotation) for field in settings.model_fields.values()
    )


def _shape(settings: type[BaseModel], alias: str) -> Shape | None:
    marks = (mark for field in settings.model_fields.values() if field.alias == alias for mark in field.metadata)
    functions = (getattr(mark, "func", None) for mark in marks)
    return next((each for each in functions if isinstance(each, Shape)), None)
