"""The two notations of a file's length: "700.37" (seconds) on originals, "11:40" on derivatives."""

from __future__ import annotations

import re
from datetime import timedelta

_SECONDS = re.compile(r"\d{1,8}(?:\.\d+)?")
_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,4}):(\d{1,2}(?:\.\d{1,6})?)")
_LONGEST = timedelta(days=366)  # anything above is no duration


def parse_length(text: str) -> timedelta | None:
    """Read a duration in either notation; None for nothing, for zero, and for what no recording can be."""
    words = text.strip()
    if not words.isascii():
        return None
    if _SECONDS.fullmatch(words):
        duration = timedelta(seconds=float(words))
    elif found := _CLOCK.fullmatch(words):
        duration = timedelta(hours=int(found[1] or 0), minutes=int(found[2]), seconds=float(found[3]))
    else:
        return None
    return duration if timedelta(0) < duration <= _LONGEST else None
