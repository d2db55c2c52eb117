"""Header fields, by their names in lower case."""

from __future__ import annotations

from collections.abc import Mapping

import httpcore


def fields_of(raw: httpcore.Response) -> dict[str, str]:
    """Return the fields of an answer; repeated ones joined by ", "."""
    headers: dict[str, str] = {}
    for name, value in raw.headers:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


def in_lower_case(headers: Mapping[str, str] | None) -> dict[str, str]:
    """Return fields that a caller gives."""
    return {name.lower(): value for name, value in headers.items()} if headers else {}
