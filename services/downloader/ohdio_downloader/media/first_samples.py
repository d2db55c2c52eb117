"""Opening an MP4 of which FFmpeg is told only how its sound begins.

FFmpeg keeps some 40 bytes of each sample that the tables of a file have, for as long as the file is open: of ten hours
a million and a half of them. Whoever reads headers, or has read the tables, needs none of that. Only plain files are
opened so, whose tables mean what they say: those that FFmpeg rearranges, as by edits, it is shown whole.
"""

from __future__ import annotations

import errno
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path
from typing import BinaryIO, NamedTuple, Self

from av.audio.stream import AudioStream
from av.container import InputContainer

from ohdio_downloader.media.boxes import Box, boxes_within
from ohdio_downloader.media.probe import open_audio

_ENOUGH = 32  #: samples, for FFmpeg to see what they are
_MOST_BOXES = 1000  #: in one other
_MOST_RUNS = 2**16  #: of chunks

#: What may be in a file, by what it is in.
_IN_FILE = frozenset({b"ftyp", b"free", b"skip", b"wide", b"mdat", b"moov"})
_IN_MOVIE = frozenset({b"mvhd", b"trak", b"udta", b"meta", b"iods", b"free"})
_IN_TRACK = frozenset({b"tkhd", b"tref", b"mdia", b"udta", b"meta"})
_IN_MEDIA = frozenset({b"mdhd", b"hdlr", b"minf"})
_IN_INFORMATION = frozenset({b"smhd", b"dinf", b"stbl"})
_IN_TABLES = frozenset({b"stsd", b"stts", b"stsc", b"stsz", b"stco", b"co64", b"sgpd", b"sbgp"})
_HEADER = 8  # bytes of a box of tables
_SOUND = int.from_bytes(b"soun", "big")


class Opened(NamedTuple):
    """A file that FFmpeg has opened."""

    container: InputContainer
    stream: AudioStream
    shown: int | None  #: of its samples, so many, from the first on; None where it is all of them


@contextmanager
def open_headers(path: Path) -> Iterator[Opened]:
    """Open a file as ``open_audio`` does, for what stands before and behind its sound.

    Raises:
        DamagedAudio: It is no audio, or damaged; also for what FFmpeg or the block finds inside the block.
        OSError: The disk cannot read it.
    """
    with path.open("rb", buffering=0) as file:
        beginning = FirstSamples.of(file)
        with open_audio(path) if beginning is None else open_audio(beginning, of=path) as (container, stream):
            yield Opened(container, stream, None if beginning is None else beginning.shown)


class FirstSamples:
    """A file in which a few numbers are others: how many samples and chunks its tables have.

    What follows in the tables is passed over then. Everything is where it was, and each sample that is shown is read
    from the file.

    Args:
        file: Without a buffer, and open as long as this is used.
        numbers: By their places, four bytes each.
        shown: So many samples.
    """

    def __init__(self, file: BinaryIO, numbers: dict[int, int], shown: int) -> None:
        self.shown = shown
        self._file = file
        self._numbers = {at: number.to_bytes(4, "big") for at, number in numbers.items()}

    @classmethod
    def of(cls, file: BinaryIO) -> Self | None:
        """Return that of a file; None of anything else than a plain MP4 with one track of sound."""
        try:
            tables = _Tables.of(file)
        except _NotPlain:
            return None
        each = min(tables.in_first_chunk, _ENOUGH)
        chunks = min(-(-_ENOUGH // each), tables.chunks_alike)
        numbers = {
            tables.sizes.offset + 16: each * chunks,
            tables.places.offset + 12: chunks,
            tables.runs.offset + 12: 1,
            tables.runs.offset + 20: each,
        }
        file.seek(0)
        return cls(file, numbers, each * chunks)

    def read(self, size: int, /) -> bytes:
        """Return at most ``size`` bytes from the position on; empty at the end."""
        begin = self._file.tell()
        data = bytearray(self._file.read(size))
        for at, number in self._numbers.items():
            for place, value in enumerate(number, at):
                if begin <= place < begin + len(data):
                    data[place - begin] = value
        return bytes(data)

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to a position and return it; a negative number, which FFmpeg knows for an error, where there can be none.

        Damaged tables have samples at such places, and what is said of them is up to FFmpeg.
        """
        try:
            return self._file.seek(offset, whence)
        except OSError as error:
            return -(error.errno or errno.EINVAL)

    def tell(self) -> int:
        """Return the position."""
        return self._file.tell()


class _NotPlain(ValueError):
    """FFmpeg may make something else of these tables than they say."""


@dataclass(frozen=True, slots=True)
class _Tables:
    """Where the tables of the sound are, and how they begin."""

    sizes: Box
    runs: Box  #: of chunks with as many samples
    places: Box  #: of chunks
    chunks_alike: int  #: in the first run
    in_first_chunk: int  #: samples

    @classmethod
    def of(cls, file: BinaryIO) -> Self:
        """Find those of a file.

        Raises:
            _NotPlain: It has none, or not only them.
        """
        found = _sound_tables(file)
        sizes, runs = _one(found, b"stsz"), _one(found, b"stsc")
        places = _one(found, b"stco", b"co64")
        uniform, samples = _numbers(file, sizes, 4, 2)
        (chunks,), (listed,) = _numbers(file, places, 4, 1), _numbers(file, runs, 4, 1)
        width = 4 if places.kind == b"stco" else 8
        is_whole = (sizes.size, runs.size, places.size) == (20 + 4 * samples, 16 + 12 * listed, 16 + width * chunks)
        if uniform or not is_whole or not 0 < listed <= _MOST_RUNS:
            raise _NotPlain
        alike = _runs(_numbers(file, runs, 8, 3 * listed), chunks)
        if sum(count * each for count, each in alike) != samples:
            raise _NotPlain
        return cls(sizes, runs, places, chunks_alike=alike[0][0], in_first_chunk=alike[0][1])


def _runs(numbers: tuple[int, ...], chunks: int) -> list[tuple[int, int]]:
    """Return of each run how many chunks it has, and how many samples are in each of these."""
    firsts = [*numbers[::3], chunks + 1]
    counts = [after - before for before, after in pairwise(firsts)]
    if firsts[0] != 1 or min(counts) < 1 or min(numbers[1::3]) < 1 or set(numbers[2::3]) != {1}:
        raise _NotPlain
    return list(zip(counts, numbers[1::3], strict=True))


def _sound_tables(file: BinaryIO) -> list[Box]:
    """Return the tables of the one track of sound."""
    whole = Box(b"", 0, os.fstat(file.fileno()).st_size, header=0)
    movie = _inside(file, _one(_inside(file, whole, _IN_FILE), b"moov"), _IN_MOVIE)
    tracks = [track for track in movie if track.kind == b"trak" and _is_sound(file, track)]
    media = _one(_inside(file, _one(tracks, b"trak"), _IN_TRACK), b"mdia")
    information = _one(_inside(file, media, _IN_MEDIA), b"minf")
    tables = _inside(file, _one(_inside(file, information, _IN_INFORMATION), b"stbl"), _IN_TABLES)
    _one(tables, b"stts")
    _one(tables, b"stsd")
    return tables


def _is_sound(file: BinaryIO, track: Box) -> bool:
    handlers = [each for each in _inside(file, _one(_inside(file, track), b"mdia")) if each.kind == b"hdlr"]
    return _numbers(file, _one(handlers, b"hdlr"), 8, 1) == (_SOUND,)


def _inside(file: BinaryIO, box: Box, known: frozenset[bytes] | None = None) -> list[Box]:
    """Return the boxes in one, which they fill.

    Args:
        file: Theirs.
        box: The one.
        known: There are no others.
    """
    end = box.offset + box.size
    found = list(islice(boxes_within(file, box.offset + box.header, end), _MOST_BOXES))
    if (
        not found
        or found[-1].offset + found[-1].size != end
        or (known and not known.issuperset(each.kind for each in found))
    ):
        raise _NotPlain
    return found


def _one(boxes: list[Box], *kinds: bytes) -> Box:
    found = [each for each in boxes if each.kind in kinds]
    if len(found) != 1:
        raise _NotPlain
    return found[0]


def _numbers(file: BinaryIO, box: Box, at: int, count: int) -> tuple[int, ...]:
    """Return numbers of four bytes each from a place in what a box holds."""
    data = os.pread(file.fileno(), 4 * count, box.offset + box.header + at)
    if box.header != _HEADER or box.header + at + 4 * count > box.size or len(data) != 4 * count:
        raise _NotPlain
    return struct.unpack(f">{count}I", data)
