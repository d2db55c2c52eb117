"""Finding folders that people have renamed, or put somewhere else, by the marker in them."""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ohdio_core.library.marker import MARKER, MARKERS, read_marker
from ohdio_core.library.show_markers import ShowMarkers

_LOOK_EVERY = 0.25  # seconds
_DEEPEST = 8  # folders in folders
# Where NAS systems and Windows keep what was deleted, and copies of former times.
_NOT_SEARCHED = frozenset({"#recycle", "#snapshot", "@recycle", "@eadir", "@recently-snapshot", "$recycle.bin"})


@dataclass(frozen=True, slots=True)
class CacheLifetime:
    """How long the cached folders count as current: the longer of the two times."""

    seconds: float
    readings: float  #: a multiple of how long reading the library took


#: The folder exists somewhere, so the library is read anew for it: a move of this moment is seen.
WHERE_FILED_BEFORE = CacheLifetime(seconds=0.0, readings=4.0)
WHERE_NEVER_FILED = CacheLifetime(seconds=60.0, readings=100.0)


class MovedFolders:
    """Knows where the folder of each owner is, whatever it is called. Thread-safe.

    Args:
        root: Of the library.
        markers: Of its shows.
    """

    def __init__(self, root: Path, markers: ShowMarkers) -> None:
        self._root = root
        self._markers = markers
        self._lock = threading.Lock()
        self._folders: dict[str, list[PurePosixPath]] = {}
        self._read_at = -math.inf
        self._took = 0.0

    def find(self, owners: Iterable[str], check: Callable[[], None], lifetime: CacheLifetime) -> list[PurePosixPath]:
        """Return the folders, relative to the root, that belonged to one of these owners when the library was read.

        Args:
            owners: Who it may belong to.
            check: Called often; what it raises ends the search.
            lifetime: How long what was read of the library counts as current.

        Raises:
            OSError: The library cannot be read.
        """
        while not self._lock.acquire(timeout=_LOOK_EVERY):
            check()
        try:
            now = time.monotonic()
            if now - self._read_at > max(lifetime.seconds, lifetime.readings * self._took):
                folders: dict[str, list[PurePosixPath]] = {}
                for folder, owner in self._read(check):
                    folders.setdefault(owner, []).append(folder)
                self._folders = folders
                self._read_at = time.monotonic()
                self._took = self._read_at - now
            return [folder for owner in owners for folder in self._folders.get(owner, ())]
        finally:
            self._lock.release()

    def _read(self, check: Callable[[], None]) -> Iterator[tuple[PurePosixPath, str]]:
        left = [(self._root, 0)]
        while left:
            check()
            directory, depth = left.pop()
            try:
                found, below = self._look_into(directory)
            except OSError:
                if depth == 0:
                    raise
                continue  # nobody but its owner may look into it, or it was moved just now
            if depth > 0:
                folder = PurePosixPath(directory.relative_to(self._root))
                yield from ((folder / name, owner) for name, owner in found)
            if depth < _DEEPEST:
                left += ((path, depth + 1) for path in below)

    def _look_into(self, directory: Path) -> tuple[list[tuple[str, str]], list[Path]]:
        """Return who owns a folder, or the episodes in it, by their names there, and the folders in it."""
        there, below = set(), []
        with os.scandir(directory) as entries:
            for entry in entries:
                if entry.name in {MARKER, MARKERS}:
                    there.add(entry.name)
                elif _is_searched(entry.name) and entry.is_dir(follow_symlinks=False):
                    below.append(directory / entry.name)
        marker = read_marker(directory) if MARKER in there else None
        found = [] if marker is None else [("", marker.owner)]
        if MARKERS in there:
            episodes = self._markers.of(directory).items()
            found += [(name, episode.owner) for name, episode in episodes if _can_be_stored(name)]
        return found, below


def _is_searched(name: str) -> bool:
    """Return whether to search a folder: hidden ones are ours or the system's."""
    return _can_be_stored(name) and not name.startswith(".") and name.lower() not in _NOT_SEARCHED


def _can_be_stored(name: str) -> bool:
    """Return False for a name from a share in another encoding: the database cannot hold such a path."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
