"""Which files of an item are the book: each piece once, in its best form, in listening order.

An item holds a piece in several forms: what was uploaded, and what the site made of it (128Kbps, VBR and 64Kbps
MP3, Ogg Vorbis). A derived file names its original; of originals in several formats the names agree but for
their extensions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ohdio_core.errors import PermanentError
from ohdio_core.sentences import sentence
from ohdio_core.sources.archive.item import ItemFile
from ohdio_core.sources.archive.whole_books import fullest

#: Formats by preference within originals, and within derivatives; by the site's words, else by the file's extension.
_PREFERENCE = ("128kbps mp3", "vbr mp3", ".mp3", ".m4a", ".aac", ".ogg", ".oga", ".opus", "64kbps mp3", ".m4b")
_LOSSLESS = ".flac"  # twenty times the size, for a voice: only where there is nothing else
_EXTENSIONS = frozenset({*(name for name in _PREFERENCE if name.startswith(".")), _LOSSLESS})
_BIT_RATE = re.compile(r"[_-](?:(?:32|48|64|96|128|160|192|256|320)kb(?:ps)?|vbr)$", re.IGNORECASE)
_NUMBER = re.compile(r"(\d+)")
_MOST = 10_000
_LONGEST_CHAIN = 5  # of files made from files; names that lead in a circle end here


@dataclass(frozen=True, slots=True)
class ArchiveTrack:
    """One piece of a book."""

    file: ItemFile  #: in its best form
    title: str  #: as the uploader wrote it; the site's copies of titles are garbled at times
    forms: tuple[ItemFile, ...]  #: all of them, the best first


def tracks_of(files: Iterable[ItemFile]) -> tuple[ArchiveTrack, ...]:
    """Choose the files that make the book; empty where none is a recording that may be fetched.

    Raises:
        PermanentError: They are too many for a book.
    """
    files = tuple(files)
    by_name = {file.name: file for file in files}
    groups: dict[str, list[ItemFile]] = {}
    for file in files:
        if extension_of(file.name) in _EXTENSIONS and not file.is_private:
            groups.setdefault(piece_of(_root(file, by_name)), []).append(file)
    if len(groups) > _MOST:
        raise PermanentError(
            sentence(
                "archive.too_many_recordings",
                "The archive.org item has more than {most:,} recordings. No book has as many: it cannot be collected.",
                most=_MOST,
            )
        )
    pieces = fullest(groups)
    extension = _common_extension(pieces)
    tracks = [_track(forms, extension) for forms in pieces]
    numbers = [_number(track) for track in tracks]
    if None not in numbers and len(set(numbers)) == len(numbers):
        return tuple(sorted(tracks, key=lambda track: _number(track) or (0, 0)))
    return tuple(sorted(tracks, key=lambda track: _natural(piece_of(track.file.name))))


def piece_of(name: str) -> str:
    """Return what the file names of all forms of a piece have in common: no extension, bit rate or capitals."""
    folder, slash, last = name.rpartition("/")
    stem = last[: len(last) - len(extension_of(last))]
    return f"{folder}{slash}{_BIT_RATE.sub('', stem) or stem}".casefold()


def extension_of(name: str) -> str:
    """Return the extension of a file's name, with its dot, in lower case."""
    stem, dot, extension = name.rpartition("/")[2].rpartition(".")
    return f".{extension.lower()}" if stem and dot and extension else ""


def _track(forms: list[ItemFile], extension: str | None) -> ArchiveTrack:
    if len(forms) == 1:
        return ArchiveTrack(forms[0], forms[0].title, tuple(forms))
    ordered = sorted(forms, key=lambda form: (extension_of(form.name) != extension, *_rank(form)))
    titled = sorted(ordered, key=lambda form: not form.is_original)
    title = next((form.title for form in titled if form.title), "")
    return ArchiveTrack(ordered[0], title, tuple(ordered))


def _common_extension(groups: Iterable[list[ItemFile]]) -> str | None:
    """Return the best extension in which every piece exists, so that a book has one format; None without one."""
    best: dict[str, tuple[bool, bool, int]] = {}
    common: set[str] | None = None
    for forms in groups:
        here: set[str] = set()
        for form in forms:
            extension, rank = extension_of(form.name), _rank(form)
            here.add(extension)
            best[extension] = min(best.get(extension, rank), rank)
        common = here if common is None else common & here
    return min(common, key=lambda extension: (best[extension], extension)) if common else None


def _rank(file: ItemFile) -> tuple[bool, bool, int]:
    extension, words = extension_of(file.name), file.format.casefold()
    preference = _PREFERENCE.index(words) if words in _PREFERENCE else len(_PREFERENCE)
    if preference == len(_PREFERENCE) and extension in _PREFERENCE:
        preference = _PREFERENCE.index(extension)
    return extension == _LOSSLESS, not file.is_original, preference


def _root(file: ItemFile, by_name: dict[str, ItemFile]) -> str:
    name = file.name
    for _ in range(_LONGEST_CHAIN):
        made_from = by_name[name].original if name in by_name and not by_name[name].is_original else None
        if made_from is None:
            break
        name = made_from
    return name


def _number(track: ArchiveTrack) -> tuple[int, int] | None:
    return next((form.track for form in track.forms if form.track is not None), None)


def _natural(name: str) -> list[tuple[int, str]]:
    """Return a sort key by which 2 comes before 10."""
    return [(int(piece), "") if piece.isdecimal() else (-1, piece) for piece in _NUMBER.split(name[:500])]
