"""The marker: a hidden file that names whose a book or an episode of the library is, and the files that are ours.

That of a book lies in its folder. Episodes share the folder of their show: each has a marker in the hidden folder
``.ohdio`` there, called as what its files have in common. As long as these come or go, one by one, it is a claim: files
of people may be under their names.
"""

from __future__ import annotations

import errno
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

MARKER = ".ohdio.json"
MARKERS = ".ohdio"  #: the folder of the markers of a show's episodes


@dataclass(frozen=True, slots=True)
class NameClaim:
    """What is ours of an episode whose files are on their way."""

    fingerprints: tuple[str, ...]  #: of our files; any other under one of their names is somebody else's
    is_leaving: bool = False  #: they go; else they come


@dataclass(frozen=True, slots=True)
class Marker:
    """What we put in a folder; kept there, so that the library explains itself without a database."""

    owner: str
    parts: int  #: how many the book had when it was placed
    files: dict[str, int]  #: name → bytes
    seconds: float | None = None  #: of all its sound as it was filed; None where nobody had measured it
    media: dict[str, str] = field(default_factory=dict)  #: which medium of the site a file was made of, by its name
    facts: dict[str, str] = field(default_factory=dict)  #: what tells the book from others of its name, by kinds
    home: str | None = (
        None  #: the folder that ohdio chose for it; elsewhere people have put it. None where nobody noted
    )
    is_episode: bool = False  #: its files lie among those of other episodes, or would if it were not in the trash
    claim: NameClaim | None = None  #: none once all of its files are there


def read_marker(directory: Path) -> Marker | None:
    """Read a folder's marker; None without one, and for one that we cannot have written."""
    return read_marker_file(directory / MARKER)


def read_marker_file(path: Path) -> Marker | None:
    """Read a marker; None without one, and for one that we cannot have written."""
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    except OSError as error:
        if error.errno == errno.ELOOP:
            return None  # the folder, or the marker itself, is a link to itself
        raise
    return parse_marker(text)


def marked_folder_in(place: Path) -> Path | None:
    """Return the one folder that was moved here: the outermost with a marker, as books may lie in others' folders.

    Raises:
        OSError: A folder cannot be read, so that nobody can tell what is in it.
    """
    marked = (Path(folder) for folder, _, files in os.walk(place, onerror=_raise) if MARKER in files)
    return min(marked, key=lambda folder: len(folder.parts), default=None)


def _raise(error: OSError) -> None:
    """Raise an error, unless it is that something has gone meanwhile."""
    if not isinstance(error, FileNotFoundError | NotADirectoryError):
        raise error


def parse_marker(text: str) -> Marker | None:
    """Return what a marker says; None for one that we cannot have written."""
    try:
        said: Any = json.loads(text)
        owner, parts, files = said["owner"], said["parts"], said["files"]
        seconds, media, facts, home = (said.get(name) for name in ("seconds", "media", "facts", "home"))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    if not (isinstance(owner, str) and isinstance(parts, int) and isinstance(files, dict)):
        return None
    # These names are deleted and served: none may lead out of the folder.
    are_ours = all(_is_file_name(name) and isinstance(size, int) for name, size in files.items())
    is_length = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if not are_ours:
        return None
    known = {name: medium for name, medium in _texts(media).items() if name in files}
    place = home if isinstance(home, str) else None
    length = float(seconds) if is_length else None
    is_episode = said.get("is_episode") is True
    return Marker(owner, parts, files, length, known, _texts(facts), place, is_episode, _claim(said.get("claim")))


def write_marker(directory: Path, marker: Marker) -> None:
    """Write a folder's marker, whole or not at all: without it the folder would be nobody's."""
    new = directory / f"{MARKER}.new"
    new.write_text(as_json(marker), encoding="utf-8")
    new.replace(directory / MARKER)


def as_json(marker: Marker) -> str:
    """Return what is written of a marker."""
    said = asdict(marker)
    if marker.claim is None:
        del said["claim"]
    return json.dumps(said, ensure_ascii=False)


def _claim(said: Any) -> NameClaim | None:
    """Return the claim that a marker says it is; one of nothing where that cannot be read."""
    if said is None:
        return None
    told = said if isinstance(said, dict) else {}
    prints = told.get("fingerprints")
    known = tuple(each for each in prints if isinstance(each, str)) if isinstance(prints, list) else ()
    return NameClaim(known, told.get("is_leaving") is True)


def _texts(said: Any) -> dict[str, str]:
    """Return what is text of something that may be anything."""
    return {name: text for name, text in said.items() if isinstance(text, str)} if isinstance(said, dict) else {}


def _is_file_name(name: str) -> bool:
    return name not in {"", ".", ".."} and "/" not in name and "\0" not in name
