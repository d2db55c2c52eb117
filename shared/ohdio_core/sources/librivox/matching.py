"""Which file on archive.org holds which section of a book.

A section is found by the name of its file, by its place where as many files are left as sections, or by its duration.
Sections are always matched together: no file is taken for two.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from urllib.parse import unquote, urlsplit

from ohdio_core.domain.audiobook import Part
from ohdio_core.sources.archive.tracks import Track, piece_of

_SLACK = timedelta(seconds=3)  # the catalogue has whole seconds, cut or rounded


def matched(parts: Sequence[Part], tracks: Sequence[Track]) -> list[Track | None]:
    """Give the track of each section; None for one that no track surely is."""
    named = _unshared(by_name(parts, tracks))
    taken = {track.file.name for track in named if track is not None}
    left = [track for track in tracks if track.file.name not in taken]
    unnamed = [part for part, track in zip(parts, named, strict=True) if track is None]
    rest = iter(left if _are_in_order(unnamed, left, len(parts)) else _unshared(_by_duration(unnamed, left)))
    return [track if track is not None else next(rest) for track in named]


def by_name(parts: Iterable[Part], tracks: Iterable[Track]) -> list[Track | None]:
    """Give the track of each section that has a form under the name of the section's file."""
    by_piece = {piece_of(form.name): track for track in tracks for form in track.forms}
    return [by_piece.get(name) if (name := named_piece(part)) else None for part in parts]


def named_piece(part: Part) -> str | None:
    """Give what all forms of a section's file are called, by the address that the catalogue has."""
    name = unquote(urlsplit(part.url or "").path).rpartition("/")[2]
    return piece_of(name) if name else None


def length_of(track: Track) -> timedelta | None:
    """Give how long a track lasts, as any of its forms tells."""
    return next((form.length for form in track.forms if form.length is not None), None)


def _are_in_order(parts: Sequence[Part], tracks: Sequence[Track], section_count: int) -> bool:
    """Whether these tracks are these sections, one after the other."""
    if len(parts) != len(tracks):
        return False
    contradictions = sum(
        abs(part.duration - length) > _SLACK
        for part, track in zip(parts, tracks, strict=True)
        if part.duration is not None and (length := length_of(track)) is not None
    )
    # A chapter may have been recorded again since; an item in another order contradicts nearly everywhere.
    return contradictions * 10 <= section_count


def _by_duration(parts: Iterable[Part], tracks: Iterable[Track]) -> list[Track | None]:
    """Give the only track that lasts as long as each section."""
    lasting = sorted(
        ((length, track) for track in tracks if (length := length_of(track)) is not None), key=lambda each: each[0]
    )
    lengths = [length for length, _ in lasting]
    found: list[Track | None] = []
    for part in parts:
        low = high = 0
        if part.duration is not None:
            low, high = bisect_left(lengths, part.duration - _SLACK), bisect_right(lengths, part.duration + _SLACK)
        found.append(lasting[low][1] if high - low == 1 else None)
    return found


def _unshared(tracks: Sequence[Track | None]) -> list[Track | None]:
    """Leave out what several claim: sections that last as long as one another would all get the same file."""
    claims = Counter(track.file.name for track in tracks if track is not None)
    return [track if track is not None and claims[track.file.name] == 1 else None for track in tracks]
