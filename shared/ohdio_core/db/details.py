"""What a listing told of a book, kept as JSON until the book is described."""

from __future__ import annotations

from datetime import timedelta

from pydantic import TypeAdapter

from ohdio_core.domain.audiobook import BookDetails

_adapter: TypeAdapter[BookDetails] = TypeAdapter(BookDetails)


def encode_details(details: BookDetails) -> str:
    """Return the details as JSON; durations in ISO 8601."""
    return _adapter.dump_json(details, exclude_none=True).decode()


def decode_details(value: dict[str, object]) -> BookDetails:
    """Read details back from a JSON object made by ``encode_details``."""
    return _adapter.validate_python(value, strict=False)


def seconds(duration: timedelta | None) -> float | None:
    """Return a duration as the tables keep it."""
    return None if duration is None else duration.total_seconds()
