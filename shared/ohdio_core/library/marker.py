"""The hidden file in each folder of the library that says whose the folder is, and which files are ours."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

MARKER = ".ohdio.json"


@dataclass(frozen=True, slots=True)
class Marker:
    """What we put in a folder; kept there, so that the library explains itself without a database."""

    owner: str
    parts: int  #: how many the book had when it was placed
    files: dict[str, int]  #: name → bytes


def read_marker(directory: Path) -> Marker | None:
    """Read a folder's marker; None without one, and for one that we cannot have written."""
    try:
        marker = Marker(**json.loads((directory / MARKER).read_text(encoding="utf-8")))
        # These names are deleted and served: none may lead out of the folder.
        return marker if all(_is_plain(name) for name in marker.files.keys()) else None  # noqa: SIM118 (a list has none)
    except (FileNotFoundError, NotADirectoryError, ValueError, TypeError, AttributeError):
        return None


def write_marker(directory: Path, marker: Marker) -> None:
    """Write a folder's marker, whole or not at all: without it the folder would be nobody's."""
    new = directory / f"{MARKER}.new"
    new.write_text(json.dumps(asdict(marker), ensure_ascii=False), encoding="utf-8")
    new.replace(directory / MARKER)


def _is_plain(name: str) -> bool:
    return name not in {"", ".", ".."} and "/" not in name and "\0" not in name
