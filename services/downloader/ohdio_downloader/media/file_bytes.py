"""The bytes of a file by their positions, read and not mapped into memory.

A disk that fails, a share that goes away and a file that another process cuts are errors of a read, which whoever reads
can act on. Of a file that is mapped each of them is a signal that ends the process, with all else that it does; so none
is mapped, wherever it lies: a folder for work may be on a share as well.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import IO

from ohdio_downloader.disk import cut_meanwhile

_WINDOW = 512 * 1024  # bytes that are read at once
_FIRST = 16 * 1024  #: of them, of a file that may only be looked at where it begins or ends


class FileBytes:
    """What a file holds, some hundred kilobytes of it in memory at a time.

    Any read raises ``OSError`` where the file cannot be read, or became shorter than it was.

    Args:
        file: Open as long as this is used; or all the bytes, where they are in memory already.
    """

    def __init__(self, file: IO[bytes] | bytes) -> None:
        self._file: IO[bytes] | None = None
        self._begin, self._window = 0, b""
        if isinstance(file, bytes):
            self.size, self._window = len(file), file
        else:
            self.size, self._file = os.fstat(file.fileno()).st_size, file

    def at(self, position: int, count: int) -> bytes:
        """Return so many bytes from a position on; fewer at the end of the file, and none behind it."""
        start = position - self._begin
        if start >= 0 and len(found := self._window[start : start + count]) == count:
            return found
        count = min(count, self.size - position)
        if count <= 0:
            return b""
        if start < 0 or count > _WINDOW:
            # What lies before is looked at again in a few places, for which what comes next is kept.
            return self._read(position, count)
        self._hold(position, count)
        start = position - self._begin
        return self._window[start : start + count]

    def end_of(self, pattern: re.Pattern[bytes], position: int, reach: int) -> int | None:
        """Return where what matches at a position ends; None where nothing does.

        Args:
            pattern: What to match.
            position: Where.
            reach: The most bytes that it looks at.
        """
        position = min(position, self.size)
        self._hold(position, reach)
        found = pattern.match(self._window, position - self._begin)
        return None if found is None else self._begin + found.end()

    def places(self, pattern: re.Pattern[bytes], start: int, end: int, reach: int) -> Iterator[int]:
        """Yield where each match begins between two positions, the next one behind the end of the one before it.

        Args:
            pattern: What to look for.
            start: Where the first may begin.
            end: Before which all must end.
            reach: The most bytes that it matches.
        """
        end = min(end, self.size)
        while start < end:
            self._hold(start, reach)
            # It may be another one by the time that the next place is asked for.
            begin, window = self._begin, self._window
            whole = end if begin + len(window) >= end else begin + len(window) - reach + 1
            for found in pattern.finditer(window, start - begin, end - begin):
                if begin + found.start() >= whole:
                    break
                start = begin + found.end()
                yield begin + found.start()
            start = max(start, whole)

    def last_place(self, what: bytes, start: int, end: int) -> int:
        """Return where ``what`` begins last between two positions; -1 where it is not there."""
        while end - start >= len(what):
            begin = max(start, end - _WINDOW)
            found = self.at(begin, end - begin).rfind(what)
            if found >= 0:
                return begin + found
            end = begin + len(what) - 1 if begin > start else start
        return -1

    def holds(self, position: int, count: int) -> bool:
        """Return whether so many bytes from a position on, or all that there are, are in memory."""
        return self._begin <= position and min(position + count, self.size) <= self._begin + len(self._window)

    def pieces(self, start: int, end: int) -> Iterator[memoryview]:
        """Yield all bytes between two positions of the file, one piece after the other."""
        while start < end:
            count = min(end - start, _WINDOW)
            if self.holds(start, count):
                yield memoryview(self._window)[start - self._begin : start - self._begin + count]
            else:
                yield memoryview(self._read(start, count))
            start += count

    def write(self, position: int, data: bytes) -> None:
        """Write bytes over what is at a position."""
        if self._file is None:
            raise TypeError("these bytes are those of no file")
        while data:
            written = os.pwrite(self._file.fileno(), data, position)
            position, data = position + written, data[written:]
        self._begin, self._window = 0, b""

    def _hold(self, position: int, count: int) -> None:
        """Read so many bytes from a position on into the window, or all that there are, where it has not got them."""
        if not self.holds(position, count):
            count = max(count, min(_WINDOW, _FIRST + 4 * len(self._window)))
            self._begin, self._window = position, b""  # whose memory is used again
            self._window = self._read(position, min(count, self.size - position))

    def _read(self, position: int, count: int) -> bytes:
        if count <= 0 or self._file is None:
            return b""
        data = os.pread(self._file.fileno(), count, position)
        while len(data) < count:
            more = os.pread(self._file.fileno(), count - len(data), position + len(data))
            if not more:
                raise cut_meanwhile(self._file.name)
            data += more
        return data
