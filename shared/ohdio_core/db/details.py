"""Descriptions as JSON: whole ones that a listing told, and the parts of a book."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter

from ohdio_core.domain.audiobook import BookDetails, Part

_details: TypeAdapter[BookDetails] = TypeAdapter(BookDetails)
_part: TypeAdapter[Part] = TypeAdapter(Part)
_rows: TypeAdapter[list[dict[str, Any]]] = TypeAdapter(list[dict[str, Any]])

#: What few parts have; kept together in one column.
_EXTRAS = ("checksum", "narrators", "chapters", "chapters_url", "transcript_url")

_SIZE_LIMIT = 2**40  # bytes of one part; the sum of many still fits its column


def encode_details(details: BookDetails) -> str:
    """Return the details as JSON; durations in ISO 8601."""
    return _details.dump_json(details, exclude_none=True).decode()


def decode_details(value: dict[str, object]) -> BookDetails:
    """Read details back from a JSON object made by ``encode_details``."""
    return _details.validate_python(value, strict=False)


def encode_parts(parts: Iterable[Part]) -> str:
    """Return parts as a JSON array of rows of ``book_parts``, without the book's id."""
    return _rows.dump_json([_row(part) for part in parts]).decode()


def decode_part(row: dict[str, Any]) -> Part:
    """Read a part back from a row of ``book_parts`` in JSON."""
    basic = Part(
        row["index"], row["external_id"], row["title"], duration(row["duration_seconds"]), row["url"], row["size"]
    )
    extras = row["extras"]
    if extras is None:
        return basic
    more = _part.validate_python({"index": basic.index, "external_id": basic.external_id, **extras}, strict=False)
    return replace(basic, **{name: getattr(more, name) for name in _EXTRAS})


def seconds(value: timedelta | None) -> float | None:
    """Return a duration as the tables keep it."""
    return None if value is None else value.total_seconds()


def duration(value: float | None) -> timedelta | None:
    """Read a duration as the tables keep it."""
    return None if value is None else timedelta(seconds=value)


def plausible(value: int | None, limit: int) -> int | None:
    """Return a number that a site claims, if it is above 0 and below ``limit``: no column holds just any number."""
    return value if value is not None and 0 < value < limit else None


def _row(part: Part) -> dict[str, Any]:
    extras = {name: value for name in _EXTRAS if (value := getattr(part, name))}
    return {
        "index": part.index,
        "external_id": part.external_id,
        "title": part.title,
        "duration_seconds": seconds(part.duration),
        "url": part.url,
        "size": plausible(part.size, _SIZE_LIMIT),
        "extras": extras or None,
    }
