"""What the tags of a file say of its book, and how long it sounds, without listening to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mutagen

from ohdio_downloader.own_books.facts import BookFacts, names_of, year_of

#: Names of one thing in ID3, MP4 and Vorbis comments; mutagen gives the keys as the file has them.
_KEYS = {
    "album": ("TALB", "\xa9alb", "album"),
    "title": ("TIT2", "\xa9nam", "title"),
    "album_artist": ("TPE2", "aART", "albumartist"),
    "artist": ("TPE1", "\xa9ART", "artist"),
    "narrator": ("TXXX:NARRATOR", "\xa9nrt", "narrator"),
    "composer": ("TCOM", "\xa9wrt", "composer"),
    "translator": ("TXXX:TRANSLATOR", "----:com.apple.iTunes:TRANSLATOR", "translator"),
    "series": ("TXXX:SERIES", "----:com.apple.iTunes:SERIES", "series"),
    "place": ("TXXX:SERIES-PART", "----:com.apple.iTunes:SERIES-PART", "series-part"),
    "date": ("TDRC", "\xa9day", "date"),
    "publisher": ("TPUB", "\xa9pub", "publisher"),
    "genre": ("TCON", "\xa9gen", "genre"),
    "language": ("TLAN", "----:com.apple.iTunes:LANGUAGE", "language"),
    "isbn": ("TXXX:ISBN", "----:com.apple.iTunes:ISBN", "isbn"),
    "asin": ("TXXX:ASIN", "----:com.apple.iTunes:ASIN", "asin"),
    "description": ("TXXX:DESCRIPTION", "desc", "description"),
}


@dataclass(frozen=True, slots=True)
class TaggedFile:
    """A file as its header has it."""

    album: str | None
    title: str | None  #: of the part
    seconds: float | None
    facts: BookFacts


def read_tags(path: Path) -> TaggedFile | None:
    """Return what a file says; None for what is no sound that can be read."""
    try:
        read = mutagen.File(path)
    except (mutagen.MutagenError, OSError, ValueError, EOFError, KeyError, IndexError):
        return None
    if read is None or read.info is None:
        return None
    said = {name: _first(read.tags, keys) for name, keys in _KEYS.items()}
    seconds = getattr(read.info, "length", None)
    facts = BookFacts(
        title=said["album"] or said["title"],
        authors=names_of(said["album_artist"] or said["artist"]),
        narrators=names_of(said["narrator"] or said["composer"]),
        translators=names_of(said["translator"]),
        series=said["series"],
        series_position=said["place"],
        published_year=year_of(said["date"]),
        publisher=said["publisher"],
        genre=said["genre"],
        language=said["language"],
        isbn=said["isbn"],
        asin=said["asin"],
        description=said["description"],
    )
    return TaggedFile(said["album"], said["title"], float(seconds) if seconds else None, facts)


def have_one_album(files: Sequence[Path]) -> bool:
    """Return whether files have the same album in their tags."""
    albums = set()
    for path in files:
        tagged = read_tags(path)
        albums.add(None if tagged is None else tagged.album)
        if len(albums) > 1 or None in albums:
            return False
    return True


def _first(tags: Any, keys: Sequence[str]) -> str | None:
    for key in keys:
        try:
            value = tags.get(key) if tags is not None else None
        except (KeyError, ValueError, TypeError):
            continue
        if isinstance(value, list):
            value = value[0] if value else None
        if isinstance(value, bytes):
            value = value.decode(errors="replace")
        text = "" if value is None else str(value)
        clean = " ".join(text.replace("\0", " ").split())
        if clean:
            return clean[:4000]
    return None
