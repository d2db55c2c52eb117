"""Orphans: files of editions that no marker names, and pieces of what was never whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import PurePosixPath

from ohdio_core.library.bucket.editions import EDITION, Editions
from ohdio_core.library.bucket.objects import Objects, StoredObject
from ohdio_core.library.marker import MARKER


def sweep(objects: Objects, editions: Editions, prefix: str, *, older_than: timedelta) -> None:
    """Delete the files that killed processes have left below a prefix; what is younger may be another's work."""
    before = datetime.now(UTC) - older_than
    for edition, files in _editions_in(objects, prefix):
        if all(stored.modified < before for stored in files):
            # Read only now: what the list of keys does not tell may have come since.
            there = editions.at(edition.parent)
            if there is None or there.name != edition.name:
                objects.delete(stored.key for stored in files)
    objects.abort_unfinished(before=before)


def _editions_in(objects: Objects, prefix: str) -> Iterator[tuple[PurePosixPath, Sequence[StoredObject]]]:
    """Yield each edition below a prefix that may be an orphan, with its files.

    That of a folder with a marker which has no other one is not: it is what the marker names. So there is nothing to
    be asked about most books.
    """
    for folder, keys in groupby(objects.below(prefix), key=lambda stored: _folder_of(PurePosixPath(stored.key))):
        found: dict[PurePosixPath, list[StoredObject]] = {}
        is_marked = False
        for stored in keys:
            within = PurePosixPath(stored.key).parent
            if within != folder and EDITION.fullmatch(within.name):
                found.setdefault(within, []).append(stored)
            is_marked = is_marked or (within == folder and PurePosixPath(stored.key).name == MARKER)
        if not is_marked or len(found) > 1:
            yield from found.items()


def _folder_of(key: PurePosixPath) -> PurePosixPath:
    """Return the folder of the book that an object would be of."""
    return key.parent.parent if EDITION.fullmatch(key.parent.name) else key.parent
