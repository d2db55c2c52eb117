"""Which file on archive.org holds which section of a book.

The catalogue names the smallest form of a section at best (64 kbit/s), and for old books nothing or hosts that
are gone; the item on archive.org has every form, with sizes and checksums. A section is found there by the name of
its file, by its place where item and book have as many, or by its duration.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from urllib.parse import unquote, urlsplit

from ohdio_core.domain.audiobook import BookDetails, Chapter, Part
from ohdio_core.errors import NotFound
from ohdio_core.sources.archive.book import cover_of, file_part, image_url
from ohdio_core.sources.archive.item import Item
from ohdio_core.sources.archive.tracks import Track, ending_of, piece_of, tracks_of
from ohdio_core.sources.librivox.api import section_id

_SLACK = timedelta(seconds=3)  # the catalogue has whole seconds, cut or rounded


def with_files(details: BookDetails, item: Item) -> BookDetails:
    """Give the book with the best file of each section, its size and its checksum.

    A section without a file keeps the address that the catalogue has for it.

    Raises:
        NotFound: A section has neither.
    """
    tracks = tracks_of(item.files)
    if details.cover_url in (None, image_url(item.identifier)):
        details = replace(details, cover_url=cover_of(item))
    if tracks and all(ending_of(track.file.name) == ".m4b" for track in tracks) and len(tracks) < len(details.parts):
        return replace(details, parts=_whole_books(details.parts, tracks, item.identifier))
    matched = _matched(details.parts, tracks)
    parts = tuple(
        part if track is None else _filed(part, track, item.identifier)
        for part, track in zip(details.parts, matched, strict=True)
    )
    missing = next((part for part in parts if part.url is None), None)
    if missing is not None:
        raise NotFound(
            f"Neither LibriVox nor archive.org has a file for section {missing.index + 1} of “{details.title}”."
        )
    return replace(details, parts=parts)


def with_file(part: Part, item: Item) -> Part:
    """Give one section with its best file, as ``with_files`` does for all.

    Raises:
        NotFound: The item has no file that is surely this section.
    """
    tracks = tracks_of(item.files)
    named = _named(part, _by_piece(tracks))
    if named is None and part.index < len(tracks) and _agree(part, tracks[part.index]) is True:
        named = tracks[part.index]
    if named is None:
        named = _by_duration(part, tracks)
    if named is None:
        raise NotFound(f"The archive.org item {item.identifier} has no file for section {part.index + 1}.")
    return _filed(part, named, item.identifier)


def _matched(parts: Sequence[Part], tracks: Sequence[Track]) -> list[Track | None]:
    by_piece = _by_piece(tracks)
    named = [_named(part, by_piece) for part in parts]
    if all(track is not None for track in named):
        return named
    if len(parts) == len(tracks):
        verdicts = Counter(_agree(part, track) for part, track in zip(parts, tracks, strict=True))
        # A chapter may have been recorded again since; an item in another order contradicts nearly everywhere.
        if verdicts[False] * 10 <= len(parts):
            return list(tracks)
    found = [known or _by_duration(part, tracks) for known, part in zip(named, parts, strict=True)]
    # Sections that last as long as one another would all get the same file.
    claims = Counter(track.file.name for track in found if track is not None)
    return [track if track is not None and claims[track.file.name] == 1 else None for track in found]


def _by_piece(tracks: Sequence[Track]) -> dict[str, Track]:
    return {piece_of(form.name): track for track in tracks for form in track.forms}


def _named(part: Part, by_piece: dict[str, Track]) -> Track | None:
    name = unquote(urlsplit(part.url or "").path).rpartition("/")[2]
    return by_piece.get(piece_of(name)) if name else None


def _agree(part: Part, track: Track) -> bool | None:
    """Say whether the durations are the same; None where one is not known."""
    length = _length(track)
    return None if part.duration is None or length is None else abs(part.duration - length) <= _SLACK


def _by_duration(part: Part, tracks: Sequence[Track]) -> Track | None:
    same = [track for track in tracks if _agree(part, track)]
    return same[0] if len(same) == 1 else None


def _length(track: Track) -> timedelta | None:
    return next((form.length for form in track.forms if form.length is not None), None)


def _filed(part: Part, track: Track, identifier: str) -> Part:
    file = file_part(identifier, track.file)
    return replace(part, url=file.url, size=file.size, checksum=file.checksum, duration=_length(track) or part.duration)


def _whole_books(sections: Sequence[Part], tracks: Sequence[Track], identifier: str) -> tuple[Part, ...]:
    """Give the files of a book that is there in one piece, or a few; the sections of a single one are its chapters."""
    parts = tuple(
        replace(file_part(identifier, track.file), index=index, external_id=section_id(identifier, track.file.name))
        for index, track in enumerate(tracks)
    )
    readers = tuple(dict.fromkeys(reader for section in sections for reader in section.narrators))
    if len(parts) > 1:
        return parts
    return (replace(parts[0], narrators=readers, chapters=_chapters(sections)),)


def _chapters(sections: Sequence[Part]) -> tuple[Chapter, ...]:
    chapters, start = [], timedelta()
    for section in sections:
        if section.duration is None:
            return ()
        chapters.append(Chapter(start, section.title or str(section.index + 1)))
        start += section.duration
    return tuple(chapters)
