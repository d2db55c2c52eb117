"""Which bytes a request asks for (RFC 9110, sections 13 and 14): one range, or all."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime

_RANGE = re.compile(r"bytes=\s*(\d*)-(\d*)\s*", re.IGNORECASE)


class NotSatisfiable(Exception):
    """The range begins after the end of the file: 416."""


def requested_range(header: str | None, size: int) -> range | None:
    """Return the byte positions asked for, or None for the whole file.

    What is not one well-formed range of bytes is ignored, as the standard allows.

    Raises:
        NotSatisfiable: No byte of the file is in the range.
    """
    match = _RANGE.fullmatch(header or "")
    if match is None:
        return None
    first, last = match.groups()
    if not first:
        if not last:
            return None
        if int(last) == 0 or size == 0:
            raise NotSatisfiable
        return range(max(0, size - int(last)), size)
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise NotSatisfiable
    return range(int(first), min(int(last) + 1, size) if last else size)


def is_same_version(if_range: str | None, etag: str, last_modified: str) -> bool:
    """Return whether an If-Range header lets the range count: it is absent, or names exactly this version."""
    if if_range is None:
        return True
    if if_range.startswith(('"', "W/")):
        return if_range == etag
    try:
        return parsedate_to_datetime(if_range) == parsedate_to_datetime(last_modified)
    except ValueError:
        return False
