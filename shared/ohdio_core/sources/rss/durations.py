"""``itunes:duration`` in every notation that feeds use."""

from __future__ import annotations

import re
from datetime import timedelta

_CLOCK = re.compile(r"(?:(?:(\d{1,4}):)?(\d{1,4}):)?(\d{1,9})(?:[.,]\d+)?")
_WORDS = re.compile(
    r"(?:pt)?(?:(\d{1,4})\s*h(?:ours?|rs?|eures?)?)?[\s,]*(?:(\d{1,5})\s*m(?:in(?:ute)?s?)?\.?)?[\s,]*"
    r"(?:(\d{1,6})(?:[.,]\d+)?\s*s(?:ec(?:ond)?s?)?\.?)?",
    re.IGNORECASE,
)
_LONGEST = timedelta(days=60)  # above this it is a mistake: milliseconds, or a date


def parse_duration(text: str) -> timedelta | None:
    """Read "1:02:03", "62:03", "3723", "3723.5", "1h 2m 3s", "62 min" or "PT1H2M3S".

    None for anything else, for nothing, and for what no recording can be.
    """
    words = " ".join(text.split())
    if not words:
        return None
    found = _CLOCK.fullmatch(words.replace(" : ", ":")) or _WORDS.fullmatch(words)
    if found is None:
        return None
    hours, minutes, seconds = (int(number or 0) for number in found.groups())
    duration = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return duration if timedelta(0) < duration <= _LONGEST else None
