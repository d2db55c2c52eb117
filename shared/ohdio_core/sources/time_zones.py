"""Time zones by the names that people write behind a time."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

#: Hours ahead of UTC. RFC 2822 section 4.3 defines those of North America; of the others, where a name has several
#: meanings, the one with the most people.
_HOURS = {
    "ut": 0, "gmt": 0, "utc": 0, "z": 0, "wet": 0, "west": 1, "bst": 1,
    "cet": 1, "cest": 2, "mez": 1, "mesz": 2, "eet": 2, "eest": 3, "sast": 2, "msk": 3, "ist": 5.5, "pkt": 5,
    "ict": 7, "wib": 7, "hkt": 8, "sgt": 8, "awst": 8, "jst": 9, "kst": 9,
    "acst": 9.5, "acdt": 10.5, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
    "nst": -3.5, "ndt": -2.5, "brt": -3, "art": -3, "ast": -4, "adt": -3, "est": -5, "edt": -4,
    "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "akst": -9, "akdt": -8, "hst": -10,
}  # fmt: skip
#: Names that stand for summer and winter.
_PLACES = {
    "et": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
}


@lru_cache(maxsize=256)
def zone_called(name: str) -> tzinfo | None:
    """Return the zone of an abbreviation ("PST", "MESZ") or of a place ("Europe/Berlin"); None for other words."""
    lowered = name.lower()
    if (hours := _HOURS.get(lowered)) is not None:
        return timezone(timedelta(hours=hours)) if hours else UTC
    place = _PLACES.get(lowered, name)
    if "/" not in place:
        return None
    try:
        return ZoneInfo(place)
    # Also a folder of the zones, and what is not written as they are.
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
