"""Reaching into JSON that somebody else wrote: a missing or odd value is None, never an exception."""

from __future__ import annotations

import json
from typing import Any

_TOO_MUCH = 10**18


def decoded(text: bytes | str) -> Any:
    """Decode JSON.

    Raises:
        ValueError: It is not JSON.
    """
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def at(value: Any, *path: str) -> Any:
    """Return the value found by following object keys; None where there is nothing."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def text_at(value: Any, *path: str) -> str:
    """Return the text found by following object keys; "" where there is none."""
    found = at(value, *path)
    return found if isinstance(found, str) else ""


def list_at(value: Any, *path: str) -> list[Any]:
    """Return the list found by following object keys; empty where there is none."""
    found = at(value, *path)
    return found if isinstance(found, list) else []


def number_at(value: Any, *path: str) -> int | None:
    """Return the whole number found by following object keys; digits in a text count, more than 18 of them do not."""
    found = at(value, *path)
    if isinstance(found, bool):
        return None
    if isinstance(found, str) and found.isascii() and found.isdigit() and len(found) < len(str(_TOO_MUCH)):
        return int(found)
    return found if isinstance(found, int) and abs(found) < _TOO_MUCH else None
