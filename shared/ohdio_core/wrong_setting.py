"""Sentences on what was expected of a wrong setting."""

from __future__ import annotations

from collections.abc import Mapping

# By pydantic's names of its errors; {…} is filled from what it says of each.
_SENTENCES = {
    "bool_parsing": "True or false is expected.",
    "float_parsing": "A number is expected.",
    "greater_than": "More than {gt} is expected.",
    "greater_than_equal": "At least {ge} is expected.",
    "int_from_float": "A whole number is expected.",
    "int_parsing": "A whole number is expected.",
    "less_than": "Less than {lt} is expected.",
    "less_than_equal": "At most {le} is expected.",
    "too_short": "At least {min_length} characters are expected.",
}


def expectation(kind: str, bounds: Mapping[str, object], description: str) -> str:
    """Return a sentence that says what was expected instead.

    Args:
        kind: Of the error, by pydantic's name.
        bounds: What pydantic calls its context.
        description: Of the setting; says it where its form is wrong.
    """
    if isinstance(error := bounds.get("error"), ValueError):  # raised by a validator of ours
        return f"{str(error).rstrip('.')}."
    if (sentence := _SENTENCES.get(kind)) is None:
        return f"Expected: {description}."
    # That is how pydantic writes a bound that is a time, whose settings are all in seconds.
    return sentence.format_map(bounds).replace("datetime.timedelta(0)", "0")
