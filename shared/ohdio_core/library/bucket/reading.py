"""Reading the files of books in a bucket, of which players ask for one range after the other."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from pathlib import PurePosixPath

from ohdio_core.domain.formats import picture_format
from ohdio_core.errors import Postponed
from ohdio_core.library.bucket.editions import Edition, Editions
from ohdio_core.library.bucket.objects import Objects
from ohdio_core.library.protocol import LibraryFile
from ohdio_core.library.unreadable import FileUnreadable

_CURRENT = 5.0  # seconds
_MOST = 256  # books


class BucketFiles:
    """The files of books, by their names below the library. Thread-safe.

    Args:
        objects: Of the library.
        editions: In it.
    """

    def __init__(self, objects: Objects, editions: Editions) -> None:
        self._objects = objects
        self._editions = editions
        self._lock = threading.Lock()
        self._known: dict[PurePosixPath, tuple[float, Edition]] = {}

    def find(self, name: PurePosixPath) -> LibraryFile | None:
        """Return a file; None where it is gone.

        Raises:
            Postponed: The bucket cannot be read.
        """
        edition = self._edition(name.parent)
        found = self._describe(edition, name)
        if found is None and edition is not None:  # which may have been replaced
            found = self._describe(self._edition(name.parent, is_anew=True), name)
        return found

    def cover(self, edition: Edition) -> LibraryFile | None:
        """Return the picture of a book; None without one.

        Raises:
            Postponed: The bucket cannot be read.
        """
        for name in sorted(edition.marker.files):
            path = edition.folder / name
            if path.stem == "cover" and picture_format(path) and (found := self._describe(edition, path)) is not None:
                return found
        return None

    def read(self, name: PurePosixPath, start: int, length: int) -> Generator[bytes]:
        """Yield ``length`` bytes of a file from ``start`` on, fewer where it ends.

        Raises:
            OSError: It cannot be read.
        """
        try:
            edition = self._edition(name.parent)
            if edition is not None and self._describe(edition, name) is None:
                edition = self._edition(name.parent, is_anew=True)
        except Postponed as error:
            raise FileUnreadable(str(error)) from error
        if edition is None or name.name not in edition.marker.files:
            raise FileNotFoundError(str(name))
        yield from self._objects.stream(edition.key(name.name), start, length)

    def _describe(self, edition: Edition | None, name: PurePosixPath) -> LibraryFile | None:
        if edition is None or name.name not in edition.marker.files:
            return None
        stored = self._objects.find(edition.key(name.name))
        if stored is None:
            return None
        return LibraryFile(name, stored.size, int(stored.modified.timestamp()) * 10**9)

    def _edition(self, folder: PurePosixPath, *, is_anew: bool = False) -> Edition | None:
        now = time.monotonic()
        with self._lock:
            read_at, edition = self._known.get(folder, (0.0, None))
        if edition is not None and not is_anew and now - read_at < _CURRENT:
            return edition
        edition = self._editions.at(folder)
        with self._lock:
            self._known.pop(folder, None)
            if edition is not None:
                self._known[folder] = (now, edition)
            if len(self._known) > _MOST:
                del self._known[next(iter(self._known))]
        return edition
