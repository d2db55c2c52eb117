"""A file that is still arriving: positioned writes at its end, with an eye on the disk."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import Self

from ohdio_downloader.disk import not_enough_space, postponing_when_full
from ohdio_downloader.fetch.endless import Endless
from ohdio_downloader.linux_files import start_writeback

_LOOK_EVERY = 16 * 1024 * 1024


class PartialFile:
    """``<path>.partial`` while it is open, ``path`` after ``finish``.

    The file's own size says how far it got. Writes go to explicit offsets, never to "the end", so
    that a second writer could at worst write the same bytes to the same place.

    Args:
        path: Where the finished file will be.
        free_space_floor: Bytes that must stay free on its disk.
    """

    def __init__(self, path: Path, *, free_space_floor: int) -> None:
        self._path = path
        self._partial = path.with_name(f"{path.name}.partial")
        self._floor = free_space_floor
        self._file = os.open(self._partial, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        self._size = os.fstat(self._file).st_size
        self._look_at = self._size + _LOOK_EVERY
        self._most: int | None = None
        self._site = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        os.close(self._file)

    @property
    def size(self) -> int:
        """How many bytes are there."""
        return self._size

    def read(self, start: int) -> bytes:
        """Return the bytes from ``start`` to the end."""
        return os.pread(self._file, self._size - start, start)

    def read_chunk(self, start: int, count: int) -> bytes:
        """Return at most ``count`` bytes from ``start``; empty at the end."""
        return os.pread(self._file, count, start)

    def truncate(self, size: int) -> None:
        """Forget everything after ``size`` bytes."""
        if size != self._size:
            os.ftruncate(self._file, size)
        self._size = size
        self._look_at = size + _LOOK_EVERY

    def bound(self, most: int | None, site: str) -> None:
        """Bound the file to ``most`` bytes, sent by ``site``; None: as many as come."""
        self._most, self._site = most, site

    def require_space(self, remaining: int) -> None:
        """Make sure that ``remaining`` more bytes leave the floor free.

        Raises:
            Postponed: They do not.
        """
        free = shutil.disk_usage(self._path.parent).free
        if free - remaining < self._floor:
            raise not_enough_space(self._path.parent, self._floor + remaining)

    def write(self, data: bytes, remaining: int = 0) -> None:
        """Write at the end; ``remaining`` bytes are expected after ``data``.

        Raises:
            Endless: It would have more bytes than it may.
            Postponed: The disk is full, or would fall below the floor.
        """
        if self._most is not None and self._size + len(data) > self._most:
            raise Endless(self._site, self._most)
        if self._size >= self._look_at:
            self.require_space(remaining)
            # While more comes: who files the book waits until all of it is on the disk.
            start_writeback(self._file, self._size - _LOOK_EVERY, _LOOK_EVERY)
            self._look_at = self._size + _LOOK_EVERY
        view = memoryview(data)
        with postponing_when_full(self._path.parent, self._floor + len(view) + remaining):
            while view:
                written = os.pwrite(self._file, view, self._size)
                self._size += written
                view = view[written:]

    def finish(self) -> None:
        """Rename the file to its final name; what is open stays open."""
        self._partial.replace(self._path)

    def discard(self) -> None:
        """Throw away everything that arrived."""
        self.truncate(0)
