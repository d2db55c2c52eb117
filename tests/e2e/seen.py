"""What anybody can see of a library while books come into it, whatever it is kept in: whole books, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import count
from pathlib import Path, PurePosixPath
from typing import Protocol

from ohdio_core.library.bucket.address import BucketAddress
from ohdio_core.library.bucket.objects import Objects
from tests.e2e.in_bucket import MARKER, fetched, markers, read

SUFFIXES = {".mp3", ".m4a", ".m4b"}


class Seen(Protocol):
    """The books of a library."""

    def look(self) -> None:
        """Make sure that all sound that anybody could see is that of whole books."""

    def books(self) -> Mapping[int, Path]:
        """Return the folder of each book, by the site's id of the book."""

    def unfinished(self) -> set[str]:
        """Return the names of what is kept of unfinished books."""


class FolderSeen:
    """A library in a folder.

    Args:
        library: The folder.
    """

    def __init__(self, library: Path) -> None:
        self._library = library
        self._known: set[Path] = set()

    def look(self) -> None:
        for path in self._library.glob("[!.]*/**/*"):
            if path.suffix in SUFFIXES and path not in self._known:
                files = json.loads(path.with_name(MARKER).read_text(encoding="utf-8"))["files"]
                assert {each.name: each.stat().st_size for each in path.parent.iterdir() if each.name in files} == files
                self._known.add(path)

    def books(self) -> Mapping[int, Path]:
        return books_in(self._library)

    def unfinished(self) -> set[str]:
        return {path.name for path in (self._library / ".ohdio-work").glob("*")}


class BucketSeen:
    """A library in a bucket, in which what a marker names is seen, and nothing else.

    Args:
        address: Of the bucket.
        work_dir: Where unfinished books are.
        directory: Gets the books.
    """

    def __init__(self, address: BucketAddress, work_dir: Path, directory: Path) -> None:
        self._address = address
        self._work_dir = work_dir
        self._directory = directory
        self._objects = Objects(address)
        self._known: set[PurePosixPath] = set()
        self._copies = count(1)

    def look(self) -> None:
        for marker in markers(self._objects):
            if marker not in self._known:
                said = json.loads(read(self._objects, marker))
                stored = self._objects.below(f"{marker.parent / said['edition']}/")
                assert {PurePosixPath(each.key).name: each.size for each in stored} == said["files"]
                self._known.add(marker)

    def books(self) -> Mapping[int, Path]:
        copy = self._directory / str(next(self._copies))
        fetched(self._address, copy)
        return books_in(copy)

    def unfinished(self) -> set[str]:
        return {path.name for path in self._work_dir.glob("*")}


def books_in(library: Path) -> Mapping[int, Path]:
    """Return the folder of each book of a library in a folder, by the site's id of the book."""
    found = library.glob(f"[!.]*/**/{MARKER}")
    return {int(json.loads(marker.read_text())["owner"].partition(":")[2]): marker.parent for marker in found}
