"""Finding books whose keys people have moved within a bucket, by the names of their editions."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from pathlib import PurePosixPath

from ohdio_core.domain.owner import OwnerId
from ohdio_core.library.bucket.editions import EDITION, owner_digest
from ohdio_core.library.bucket.objects import Objects
from ohdio_core.library.marker import MARKER
from ohdio_core.library.moved import CacheLifetime

_LOOK_EVERY = 0.25  # seconds


class MovedBooks:
    """Knows where each book has an edition, as the list of keys says it. Thread-safe.

    Args:
        objects: Of the library.
    """

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._lock = threading.Lock()
        self._folders: dict[str, list[PurePosixPath]] = {}
        self._read_at = -math.inf
        self._took = 0.0

    def find(self, owner_id: OwnerId, check: Callable[[], None], lifetime: CacheLifetime) -> list[PurePosixPath]:
        """Return folders in which a book may be, by what the bucket had when it was last listed.

        Args:
            owner_id: Whose folders.
            check: Called often; what it raises ends the search.
            lifetime: How long what was listed counts as current.
        """
        while not self._lock.acquire(timeout=_LOOK_EVERY):
            check()
        try:
            now = time.monotonic()
            if now - self._read_at > max(lifetime.seconds, lifetime.readings * self._took):
                self._folders = self._read(check)
                self._read_at = time.monotonic()
                self._took = self._read_at - now
            return [folder for owner in owner_id.ids for folder in self._folders.get(owner_digest(owner), ())]
        finally:
            self._lock.release()

    def _read(self, check: Callable[[], None]) -> dict[str, list[PurePosixPath]]:
        found: dict[str, list[PurePosixPath]] = {}
        marked: set[PurePosixPath] = set()
        for stored in self._objects.below(""):
            check()
            key = PurePosixPath(stored.key)
            if stored.key.startswith("."):
                continue  # ours, and the trash
            if key.name == MARKER:
                marked.add(key.parent)
            elif EDITION.fullmatch(key.parent.name) and key.parent.parent in marked:
                folders = found.setdefault(key.parent.name.partition("-")[0], [])
                if key.parent.parent not in folders[-1:]:
                    folders.append(key.parent.parent)
        return found
