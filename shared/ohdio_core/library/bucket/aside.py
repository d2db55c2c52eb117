"""Small objects that are kept beside the books, and that can be made again at any time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ohdio_core.library.bucket.objects import Objects

_ASIDE = ".ohdio-covers/"
_KEPT = timedelta(days=90)


def read_small(objects: Objects, name: str) -> bytes | None:
    """Return what was kept under a name; None where nothing is."""
    found = objects.read(_ASIDE + name)
    return None if found is None else found[0]


def write_small(objects: Objects, name: str, data: bytes) -> None:
    """Keep some bytes under a name."""
    objects.write(_ASIDE + name, data)


def remove_old_small(objects: Objects) -> None:
    """Remove what is older than 90 days: covers of books that are gone are among it, and others are made again."""
    before = datetime.now(UTC) - _KEPT
    objects.delete([stored.key for stored in objects.below(_ASIDE) if stored.modified < before])
