"""Range requests (RFC 9110 section 14), one range at a time: what players and downloaders ask for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus

from ohdio_api.problems import Refusal
from ohdio_core.sentences import sentence

_SINGLE = re.compile(r"bytes=[ \t]*(\d*)-(\d*)[ \t]*", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Bytes of a file, the last included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """Return how many bytes it is."""
        return self.last - self.first + 1


def requested_range(header: str | None, size: int) -> ByteRange | None:
    """Read a Range header; None, as the standard has it, for one that is malformed or asks for several ranges.

    Raises:
        Refusal: No byte of the range exists (416).
    """
    found = _SINGLE.fullmatch(header.strip()) if header is not None else None
    if found is None or not any(found.groups()):
        return None
    # Longer numbers than any file has bytes; Python refuses to read the very long ones.
    first, last = (int(digits[:20]) if digits else None for digits in found.groups())
    if first is None:
        assert last is not None
        first, last = max(0, size - last), size - 1 if last else -1
    if last is not None and last < first and found[1]:
        return None
    last = size - 1 if last is None else min(last, size - 1)
    if first >= size or last < first:
        raise Refusal(
            HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
            sentence("file.range_outside", "The file has {size} bytes; the range asked for lies outside.", size=size),
            headers={"Content-Range": f"bytes */{size}"},
        )
    return ByteRange(first, last)
