"""Reading some byte ranges of a file as if they were a file of their own."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate
from pathlib import Path
from types import TracebackType
from typing import Self


class Window:
    """A file-like object, as FFmpeg needs it; use it as a context manager.

    Args:
        path: The file.
        ranges: First byte and end of each, in the order in which they are read.
    """

    def __init__(self, path: Path, ranges: Iterable[tuple[int, int]]) -> None:
        self._path = path
        self._ranges = [(start, end) for start, end in ranges if end > start]
        self._ends = list(accumulate(end - start for start, end in self._ranges))
        self._position = 0
        self._file = -1

    def __enter__(self) -> Self:
        self._file = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        os.close(self._file)

    def read(self, size: int) -> bytes:
        """Return at most ``size`` bytes, of one range only; empty at the end."""
        index = bisect_right(self._ends, self._position)
        if index == len(self._ends):
            return b""
        left = self._ends[index] - self._position
        data = os.pread(self._file, min(size, left), self._ranges[index][1] - left)
        self._position += len(data)
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a position, counted from the start, from here, or from the end of the last range; returns it."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._ends[-1] if self._ends else 0}[whence]
        self._position = max(0, base + offset)
        return self._position

    def tell(self) -> int:
        """Return the position."""
        return self._position
