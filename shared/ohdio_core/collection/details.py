"""Descriptions as JSON: complete ones from a listing, and the parts of a book."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter

from ohdio_core.domain.audiobook import BookDetails, Part
from ohdio_core.sentences import as_record, from_record, text_of

_details: TypeAdapter[BookDetails] = TypeAdapter(BookDetails)
_part: TypeAdapter[Part] = TypeAdapter(Part)
_rows: TypeAdapter[list[dict[str, Any]]] = TypeAdapter(list[dict[str, Any]])

#: What few parts have; kept together in one column.
_EXTRAS = ("checksum", "narrators", "chapters", "chapters_url", "transcript_url")

_SIZE_LIMIT = 2**40  # bytes of one part; the sum of many still fits its column


def encode_details(details: BookDetails) -> str:
    """Return the details as JSON; durations in ISO 8601, the note as ``as_record`` writes it."""
    if details.note is None:
        return _details.dump_json(details, exclude_none=True).decode()
    plain = _details.dump_python(details, mode="json", exclude={"note"}, exclude_none=True)
    return json.dumps({**plain, "note": as_record(details.note)}, ensure_ascii=False)


def decode_details(value: dict[str, object]) -> BookDetails:
    """Read details back from a JSON object made by ``encode_details``, of this version or an earlier one."""
    match value.get("note"):
        case str() | dict() as note:
            return _details.validate_python({**value, "note": from_record(note)}, strict=False)
    return _details.validate_python(value, strict=False)


def encode_books(described: Mapping[int, BookDetails]) -> tuple[str, str]:
    """Return rows of ``audiobooks`` and of ``book_parts``, each as a JSON array."""
    books = [_book_row(audiobook_id, details) for audiobook_id, details in described.items()]
    parts = [_part_row(audiobook_id, part) for audiobook_id, details in described.items() for part in details.parts]
    return _rows.dump_json(books).decode(), _rows.dump_json(parts).decode()


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


def _seconds(value: timedelta | None) -> float | None:
    """Return a duration as the tables keep it."""
    return None if value is None else value.total_seconds()


def duration(value: float | None) -> timedelta | None:
    """Read a duration as the tables keep it."""
    return None if value is None else timedelta(seconds=value)


def _plausible(value: int | None, limit: int) -> int | None:
    """Return a number that a site claims, if it is above 0 and below ``limit``: no column holds just any number."""
    return value if value is not None and 0 < value < limit else None


def _book_row(audiobook_id: int, details: BookDetails) -> dict[str, Any]:
    return {
        "id": audiobook_id,
        "title": details.title,
        "authors": details.authors,
        "narrators": details.narrators,
        "description": details.description,
        "publisher": details.publisher,
        "published_year": _plausible(details.published_year, 10_000),
        "published_on": details.published_on,
        "genre": details.genre,
        "isbn": details.isbn,
        "asin": details.asin,
        "audience": details.audience,
        "page_count": _plausible(details.page_count, 100_000),
        "translators": details.translators,
        "language": details.language,
        "series": details.series,
        "series_position": details.series_position,
        "show": details.show,
        "cover_url": details.cover_url,
        "duration_seconds": _seconds(details.duration),
        "source_note": text_of(details.note),
        "source_note_message": None if details.note is None else details.note.as_json(),
    }


def _part_row(audiobook_id: int, part: Part) -> dict[str, Any]:
    extras = {name: value for name in _EXTRAS if (value := getattr(part, name))}
    return {
        "audiobook_id": audiobook_id,
        "index": part.index,
        "external_id": part.external_id,
        "title": part.title,
        "duration_seconds": _seconds(part.duration),
        "url": part.url,
        "size": _plausible(part.size, _SIZE_LIMIT),
        "extras": extras or None,
    }
