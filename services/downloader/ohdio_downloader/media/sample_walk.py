"""Reading the sound of an MP4 by its tables, many samples in one step.

FFmpeg reads one packet a call: ten hours have a million and a half of them.
"""

from __future__ import annotations

import os
import sys
from array import array
from collections.abc import Callable, Iterator
from io import FileIO
from itertools import chain, pairwise
from pathlib import Path
from typing import Self

from av.audio.stream import AudioStream

from ohdio_core.mp4.reading import HeardStretch, SampleTables
from ohdio_downloader.disk import cut_meanwhile
from ohdio_downloader.media.one_m4b import read_tables

_PIECE = 256 * 1024  # bytes


class SampleWalk:
    """The samples of a file of AAC in MP4, as FFmpeg would read them."""

    def __init__(self, path: Path, tables: SampleTables) -> None:
        self.ticks = tables.ticks
        self._path = path
        self._start = tables.start
        self._sizes = array("I", tables.sizes)
        if sys.byteorder == "little":
            self._sizes.byteswap()
        self._runs = tables.chunks
        self._offsets = array("Q", tables.offsets)  # a tuple for each chunk would be ten times as much

    @classmethod
    def of(cls, path: Path, stream: AudioStream, shown: int | None = None) -> Self | None:
        """Return those of a file; None where it is another kind of file, or FFmpeg would not read just these, in order.

        Args:
            path: The file.
            stream: Its sound, opened.
            shown: FFmpeg is shown only so many samples, of a file that is plain; None where it is shown all.
        """
        tables = read_tables(path)
        if tables is None or tables.heard != HeardStretch(0, tables.ticks) or not tables.sizes:
            return None
        walk = cls(path, tables)
        # FFmpeg hands out no sample without bytes.
        is_known = 0 not in walk._sizes and walk._is_inside(tables.size) and walk._is_as_read(stream, shown)
        return walk if is_known else None

    @property
    def count(self) -> int:
        """Return how many there are."""
        return len(self._sizes)

    def read(
        self, every: int, *, ends: int, take_in: Callable[[memoryview], None], check: Callable[[], None]
    ) -> Iterator[tuple[int, bytes]]:
        """Yield samples with their numbers, and take in the bytes of all, as they follow one another.

        Args:
            every: Of the samples, one in so many is yielded.
            ends: So many are, each, at the beginning and at the end.
            take_in: Gets the bytes.
            check: Called often; what it raises ends the work.

        Raises:
            OSError: The file cannot be read, or became shorter meanwhile.
        """
        buffer = memoryview(bytearray(_PIECE))
        with self._path.open("rb", buffering=0) as file:
            for first, end, offset in self._chunks():
                check()
                at, number = self._start + offset, first
                for wanted in self._wanted(first, end, every, ends):
                    at += sum(self._sizes[number:wanted])
                    number = wanted
                    yield number, os.pread(file.fileno(), self._sizes[number], at)
                file.seek(self._start + offset)
                _take_in(file, at + sum(self._sizes[number:end]) - file.tell(), buffer, take_in)

    def _wanted(self, first: int, end: int, every: int, ends: int) -> Iterator[int]:
        last = self.count - ends
        opening = range(first, min(end, ends))
        middle = range(max(first, ends) + -max(first, ends) % every, min(end, last), every)
        closing = range(max(first, ends, last), end)
        return chain(opening, middle, closing)

    def _is_inside(self, size: int) -> bool:
        """Return whether the chunks hold each sample once, and all of them are in the file."""
        firsts = [first for first, _ in self._runs]
        if firsts[:1] != [1] or not all(before < after for before, after in pairwise(firsts)):
            return False
        held = 0
        for first, end, offset in self._chunks():
            if offset + sum(self._sizes[first:end]) > size:
                return False
            held = end
        return held == self.count

    def _is_as_read(self, stream: AudioStream, shown: int | None) -> bool:
        """Return whether FFmpeg knows the same samples: it leaves out what edits do, and damaged tables."""
        entries = stream.index_entries
        count = self.count if shown is None else shown
        if len(entries) != count or stream.duration != self.ticks:
            return False
        first, last = entries[0], entries[count - 1]
        return (first.pos, first.timestamp, first.size) == (self._start + self._offsets[0], 0, self._sizes[0]) and (
            last.pos,
            last.size,
        ) == (self._place(count - 1), self._sizes[count - 1])

    def _place(self, number: int) -> int:
        """Return where a sample is in the file."""
        first, offset = next((first, offset) for first, end, offset in self._chunks() if number < end)
        return self._start + offset + sum(self._sizes[first:number])

    def _chunks(self) -> Iterator[tuple[int, int, int]]:
        """Yield of each chunk its first sample, the one after its last, and where it begins in ``mdat``'s content."""
        runs = iter(self._runs)
        following = next(runs, None)
        each, first = 0, 0
        for number, offset in enumerate(self._offsets, 1):
            if following is not None and following[0] == number:
                each, following = following[1], next(runs, None)
            end = min(first + each, self.count)
            yield first, end, offset
            first = end


def _take_in(file: FileIO, count: int, buffer: memoryview, take_in: Callable[[memoryview], None]) -> None:
    # Not mapped into memory: what a disk cannot read would end the process there.
    while count:
        if not (read := file.readinto(buffer[:count])):
            raise cut_meanwhile(str(file.name))
        take_in(buffer[:read])
        count -= read
