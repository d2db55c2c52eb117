"""Days as sites write them where they know the day: "2009-02-03", with or without a time behind it, and "20090203"."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date

_DAY = re.compile(r"\s*([0-9]{4})(-?)([0-9]{2})\2([0-9]{2})(?![0-9])")


def day_of(text: str) -> date | None:
    """Return the day; None where a text names none, as a year alone does not."""
    if (match := _DAY.match(text)) is not None:
        with suppress(ValueError):
            return date(int(match[1]), int(match[3]), int(match[4]))
    return None
