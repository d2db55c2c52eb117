"""What the markers of shows say, each read once as long as it stays the same."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ohdio_core.library.filed import marker_entries, stem_of_marker
from ohdio_core.library.marker import read_marker_file

_MOST = 20_000  # markers that are remembered, some 10 MB


@dataclass(frozen=True, slots=True)
class KnownEpisode:
    """What is remembered of a marker."""

    owner: str
    names: frozenset[str]  #: of its files


@dataclass(frozen=True, slots=True)
class _Read:
    """A marker as it was when it was read."""

    version: tuple[int, int, int]
    episode: KnownEpisode | None  #: None for a file that is no marker


class ShowMarkers:
    """The episodes of shows, for whoever looks through them again and again. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._shows: OrderedDict[Path, Mapping[str, _Read]] = OrderedDict()

    def of(self, directory: Path) -> Mapping[str, KnownEpisode]:
        """Return the episodes of a show's folder as they are now, by what their files have in common.

        Raises:
            OSError: The folder cannot be read.
        """
        with self._lock:
            known = self._shows.get(directory, {})
        read = dict(_read(entry, known) for entry in marker_entries(directory))
        with self._lock:
            self._shows.pop(directory, None)
            if read:
                self._shows[directory] = read
            while len(self._shows) > 1 and sum(map(len, self._shows.values())) > _MOST:
                self._shows.popitem(last=False)
        return {stem: each.episode for stem, each in read.items() if each.episode is not None}


def _read(entry: os.DirEntry[str], known: Mapping[str, _Read]) -> tuple[str, _Read]:
    """Return a marker by its stem; one that has not changed as it was."""
    stem = stem_of_marker(entry.name)
    try:
        status = entry.stat()
    except FileNotFoundError:  # its episode has gone at this moment
        return stem, _Read((0, 0, 0), None)
    # Each is written under another name first, so a new one has another number too.
    version = (status.st_ino, status.st_mtime_ns, status.st_size)
    if (before := known.get(stem)) is not None and before.version == version:
        return stem, before
    marker = read_marker_file(Path(entry.path))
    return stem, _Read(version, None if marker is None else KnownEpisode(marker.owner, frozenset(marker.files)))
