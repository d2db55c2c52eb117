"""Whether the demonstration ended as it should."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ohdio_client.collection import Outcome
from tests.players.audiobookshelf import items_of
from tests.players.shown import differences
from tests.sites.client import Stats
from tests.sites.demo import EXPECTED

_AUDIO = frozenset({".mp3", ".m4a"})
_CHAPTERS = 2  # of each item of a serial
_MOST_EXTRA = 1.05  # of the books' weight: what repeating cut transfers may cost


def problems(outcome: Outcome, library: Path, seen: Stats, weight: int, limit: int) -> Iterator[str]:
    """Name everything that is not as expected; nothing when all is well.

    Args:
        outcome: What the product says.
        library: What it did.
        seen: What the simulated sites saw, whose word counts.
        weight: Bytes that it takes to fetch every book once.
        limit: How many books may be on their way at once.
    """
    if outcome.complete != len(EXPECTED.files):
        yield f"{outcome.complete} books are complete, not {len(EXPECTED.files)}."
    failed = {item.audiobook.title: (item.status, item.error) for item in outcome.not_complete}
    for book in EXPECTED.gone:
        status, reason = failed.pop(book.title, (None, None))
        if status != "failed" or not reason:
            yield f"{book.title} is gone for ever, so it should have failed with a reason; it is {status} ({reason})."
    yield from (f"{title} is {status}: {reason}" for title, (status, reason) in failed.items())
    yield from (f"The scan ended early: {scan.error}" for scan in outcome.failed_scans)
    files = Counter(
        path.parent.name for path in library.rglob("*") if path.suffix in _AUDIO and path.stat().st_size > 0
    )
    for title, parts in EXPECTED.files.items():
        if (found := files.pop(title, 0)) != parts:
            yield f"{title} has {found} audio files in the library, not {parts}."
    yield from (f"{title} is in the library, and nobody asked for it." for title in files)
    yield from _shown_wrong(library)
    if seen.peak > limit:
        yield f"{seen.peak} books were on their way at once, and {limit} may be."
    if seen.media_bytes > weight * _MOST_EXTRA:
        yield f"{seen.media_bytes} bytes were fetched for books of {weight}."


def _shown_wrong(library: Path) -> Iterator[str]:
    """Name what a player shows of the books otherwise than it is."""
    items = {item.title: item for item in items_of(library)}
    for book in EXPECTED.complete:
        if book.title in items:
            yield from differences(book, items[book.title])
    for serial in EXPECTED.serials:
        found = [title for _, title in items[serial.title].chapters] if serial.title in items else []
        if len(found) != _CHAPTERS * len(serial.books):
            yield f"A player shows {found} as the chapters of {serial.title}."
