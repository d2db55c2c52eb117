"""Which file on archive.org holds which section of a book.

All sections are assigned together, and no file to two. A section never gets a file that lasts longer or shorter than
the catalogue says. Of what is left, three things speak: the names of the files in the catalogue's addresses, the
order, and durations that no other has. Names and order are believed as a whole or not at all: names that follow
another numbering agree with some durations by chance. Where those that are believed disagree, more confirmed durations
decide, then how exact they are, and what they leave open has no match.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from urllib.parse import unquote, urlsplit

from ohdio_core.domain.audiobook import Part
from ohdio_core.sources.archive.tracks import ArchiveTrack, piece_of
from ohdio_core.sources.librivox.alignment import aligned

_SLACK = timedelta(seconds=3)  # the catalogue has whole seconds, cut or rounded; encoders add some
_NEARLY = timedelta(seconds=0.5)  # a section; what is cut to whole seconds is as exact as that
_MOST_CELLS = 400_000  # of an alignment: about 630 sections, some tenths of a second
_SHARE = 10  # of so many sections durations may contradict one; where they contradict more, what agrees is chance

Assignment = list[ArchiveTrack | None]


def matched(parts: Sequence[Part], tracks: Sequence[ArchiveTrack]) -> Assignment:
    """Return the track of each section; None for one that no track surely is."""
    named, in_order = _named(parts, tracks), _in_order(parts, tracks)
    nothing: Assignment = [None] * len(parts)
    ways = [_filled(way, in_order, parts, tracks) for way in (named, in_order, nothing)]
    confirmed = [_confirmed(way, parts) for way in ways]
    best = [way for way, count in zip(ways, confirmed, strict=True) if count == max(confirmed)]
    # Names that leave nothing open are a numbering of their own; only another whole one can contradict them.
    if None not in named and named in best:
        is_rivalled = None not in in_order and in_order in best and max(confirmed) == len(parts)
        return _closer(named, in_order, parts) if is_rivalled else named
    return _unshared([_agreed(said) for said in zip(*best, strict=True)])


def by_name(parts: Iterable[Part], tracks: Iterable[ArchiveTrack]) -> Assignment:
    """Return for each section the track that has a form under the name of the section's file, however long it is."""
    by_piece = {piece_of(form.name): track for track in tracks for form in track.forms}
    return [by_piece.get(name) if (name := named_piece(part)) else None for part in parts]


def alone(part: Part, tracks: Sequence[ArchiveTrack]) -> ArchiveTrack | None:
    """Return the track that a section surely is, whatever the sections beside it are; None where these decide.

    The file has the name that the catalogue gives, and no other track lasts as long: were the catalogue's names those
    of another numbering, the section's own recording would be such another.
    """
    [track] = by_name([part], tracks)
    if track is None or part.duration is None or length_of(track) is None:
        return None
    possible = [other for other in tracks if _fits(part, other)]
    return track if possible == [track] else None


def named_piece(part: Part) -> str | None:
    """Return what all forms of a section's file are called, by the address that the catalogue has."""
    name = unquote(urlsplit(part.url or "").path).rpartition("/")[2]
    return piece_of(name) if name else None


def length_of(track: ArchiveTrack) -> timedelta | None:
    """Return the duration of a track, by any of its forms."""
    return next((form.length for form in track.forms if form.length is not None), None)


def _fits(part: Part, track: ArchiveTrack) -> bool:
    """Return whether nothing is known of a track's length that contradicts the section's duration."""
    length = length_of(track)
    return part.duration is None or length is None or abs(part.duration - length) <= _SLACK


def _confirmed(way: Assignment, parts: Sequence[Part]) -> int:
    """Return how many sections got a track of which it is known that it lasts as long."""
    return sum(
        track is not None and part.duration is not None and length_of(track) is not None
        for part, track in zip(parts, way, strict=True)
    )


def _closer(way: Assignment, other: Assignment, parts: Sequence[Part]) -> Assignment:
    """Return the one of two whole assignments whose durations differ less; what both say where that is nearly equal."""
    differing = sum(track is not rival for track, rival in zip(way, other, strict=True))
    gain = _off(other, parts) - _off(way, parts)
    if abs(gain) <= differing * _NEARLY:
        return [_agreed(said) for said in zip(way, other, strict=True)]
    return way if gain > timedelta() else other


def _off(way: Assignment, parts: Sequence[Part]) -> timedelta:
    """Return the sum of the differences between the catalogue's durations and the tracks', where both are known."""
    return sum(
        (
            abs(part.duration - length)
            for part, track in zip(parts, way, strict=True)
            if track is not None and part.duration is not None and (length := length_of(track)) is not None
        ),
        timedelta(),
    )


def _agreed(said: Sequence[ArchiveTrack | None]) -> ArchiveTrack | None:
    """Return the one track that is named for a section; None where there is none, or two that are as good."""
    tracks = {track.file.name: track for track in said if track is not None}
    return next(iter(tracks.values())) if len(tracks) == 1 else None


def _named(parts: Sequence[Part], tracks: Sequence[ArchiveTrack]) -> Assignment:
    """Return the tracks that the catalogue names; none where durations contradict too many."""
    found = _unshared(by_name(parts, tracks))
    fitting = [
        track if track is not None and _fits(part, track) else None for part, track in zip(parts, found, strict=True)
    ]
    contradicted = fitting.count(None) - found.count(None)
    return fitting if contradicted * _SHARE <= len(parts) else [None] * len(parts)


def _in_order(parts: Sequence[Part], tracks: Sequence[ArchiveTrack]) -> Assignment:
    """Return the tracks of sections that are in the order of their tracks; none where too many are not."""
    if len(parts) == len(tracks) and all(map(_fits, parts, tracks)):
        return list(tracks)
    nothing: Assignment = [None] * len(parts)
    if len(parts) * len(tracks) > _MOST_CELLS:
        return nothing
    columns = aligned(len(parts), len(tracks), _score(parts, tracks))
    found = [None if column is None else tracks[column] for column in columns]
    return found if found.count(None) * _SHARE <= len(parts) else nothing


def _score(parts: Sequence[Part], tracks: Sequence[ArchiveTrack]) -> Callable[[int, int], int]:
    """Return what pairs are worth: as many as can be come first, then those of the same name."""
    durations, lengths = [part.duration for part in parts], [length_of(track) for track in tracks]
    names = [named_piece(part) for part in parts]
    pieces = [{piece_of(form.name) for form in track.forms} for track in tracks]
    pair = len(parts) + 1

    def score(row: int, column: int) -> int:
        duration, length = durations[row], lengths[column]
        if duration is not None and length is not None and abs(duration - length) > _SLACK:
            return 0
        return pair + (names[row] in pieces[column])

    return score


def _lasting(parts: Sequence[Part], tracks: Sequence[ArchiveTrack]) -> Assignment:
    """Return the only track that lasts as long as each section."""
    lasting = sorted(
        ((length, track) for track in tracks if (length := length_of(track)) is not None), key=lambda each: each[0]
    )
    lengths = [length for length, _ in lasting]
    found: Assignment = []
    for part in parts:
        low = high = 0
        if part.duration is not None:
            low, high = bisect_left(lengths, part.duration - _SLACK), bisect_right(lengths, part.duration + _SLACK)
        found.append(lasting[low][1] if high - low == 1 else None)
    return _unshared(found)


def _filled(way: Assignment, in_order: Assignment, parts: Sequence[Part], tracks: Sequence[ArchiveTrack]) -> Assignment:
    """Return an assignment with the sections that it leaves open matched by the order, else by duration."""
    taken = _names_of(way)
    way = [
        track if track is not None or other is None or other.file.name in taken else other
        for track, other in zip(way, in_order, strict=True)
    ]
    taken = _names_of(way)
    left = [part for part, track in zip(parts, way, strict=True) if track is None]
    rest = iter(_lasting(left, [track for track in tracks if track.file.name not in taken]))
    return [track if track is not None else next(rest) for track in way]


def _names_of(way: Assignment) -> set[str]:
    return {track.file.name for track in way if track is not None}


def _unshared(tracks: Sequence[ArchiveTrack | None]) -> Assignment:
    """Remove tracks that several sections claim: sections of one length would all get the same file."""
    claims = Counter(track.file.name for track in tracks if track is not None)
    return [track if track is not None and claims[track.file.name] == 1 else None for track in tracks]
