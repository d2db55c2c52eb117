"""Filters as JSON: one object each, without what they do not ask."""

from __future__ import annotations

from pydantic import TypeAdapter

from ohdio_core.domain.filters import Filters

_filters: TypeAdapter[Filters] = TypeAdapter(Filters)


def encode_filters(filters: Filters) -> str:
    """Return filters as a JSON object; durations in ISO 8601."""
    return _filters.dump_json(filters, exclude_defaults=True).decode()


def decode_filters(value: object) -> Filters:
    """Read filters back from the object that ``encode_filters`` made, None as none."""
    return Filters() if value is None else _filters.validate_python(value, strict=False)
