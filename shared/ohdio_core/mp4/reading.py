"""The tables of a file of AAC in MP4."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

#: Returns bytes of a file, from a place, so many at most.
Read = Callable[[int, int], bytes]

_LARGEST_TABLES = 64 * 2**20  # bytes: some 300 hours
_LONGEST = 30 * 86_400  # seconds
_SOUND = b"soun"
_EMPTY_EDIT = 2**64 - 1


class HeardStretch(NamedTuple):
    """What of a track is heard: the rest is what encoders begin and end with."""

    first: int  #: tick of the track
    end: int  #: the tick after the last


class SampleTables(NamedTuple):
    """The sound of one file."""

    kind: bytes  #: what decoders are told; the same for all that can be one
    entry: bytes  #: the sample description
    timescale: int
    ticks: int  #: how long it lasts
    times: bytes  #: entries of ``stts``
    sizes: bytes  #: of each sample, four bytes each
    chunks: Sequence[tuple[int, int]]  #: (first chunk, samples in each), as ``stsc`` has them
    offsets: Sequence[int]  #: of chunks, from the beginning of ``mdat``'s content
    start: int  #: of that, in the file
    size: int
    heard: HeardStretch

    @property
    def encoding(self) -> bytes:
        """Return what is the same in all that one decoder plays, one behind the other."""
        return self.timescale.to_bytes(4, "big") + self.kind

    @property
    def seconds(self) -> float:
        """Return how long all of it lasts."""
        return self.ticks / self.timescale


class _Unreadable(ValueError):
    """It is no such file, or one of a form that is not read here."""


def read_track(read: Read, size: int) -> SampleTables | None:
    """Return the one track of sound of a file of AAC; None of anything else.

    Args:
        size: Of the file, in bytes.
    """
    try:
        return _read_track(read, size)
    except (ValueError, struct.error, IndexError, KeyError):  # whatever its tables pretend
        return None


def _read_track(read: Read, size: int) -> SampleTables:
    places = dict(_top(read, size))
    at, length = places[b"moov"]
    if length > _LARGEST_TABLES:
        raise _Unreadable
    moov = memoryview(read(at, length))  # what lies in it is no copy
    trak = _sound_of(moov)
    mdia = _one(trak, b"mdia")
    mdhd, stbl = _one(mdia, b"mdhd"), _one(_one(mdia, b"minf"), b"stbl")
    timescale, _ = _timing(mdhd)
    times = bytes(_one(stbl, b"stts")[8:])
    stsd, stsz, stsc = _one(stbl, b"stsd"), _one(stbl, b"stsz"), _one(stbl, b"stsc")
    uniform, samples = struct.unpack_from(">II", stsz, 4)
    sizes = struct.pack(">I", uniform) * samples if uniform and 4 * samples <= _LARGEST_TABLES else bytes(stsz[12:])
    runs = [struct.unpack_from(">III", stsc, 8 + 12 * number) for number in range(struct.unpack_from(">I", stsc, 4)[0])]
    start, data = places[b"mdat"]
    offsets = [place - start for place in _offsets(stbl)]
    entry = bytes(stsd[8:])
    timed, ticks = _lengths(times)  # what the header says may be less, and the next file's would begin too early
    is_one_form = all(run[2] == 1 for run in runs) and len(sizes) == 4 * samples and timed == samples
    if not is_one_form or not 0 <= min(offsets) <= max(offsets) < data or not 0 < ticks <= _LONGEST * timescale:
        raise _Unreadable
    return SampleTables(
        kind=_kind(entry),
        entry=entry,
        timescale=timescale,
        ticks=ticks,
        times=times,
        sizes=sizes,
        chunks=[run[:2] for run in runs],
        offsets=offsets,
        start=start,
        size=data,
        heard=_heard(trak, ticks, timescale, _timing(_one(moov, b"mvhd"))[0]),
    )


def _timing(header: memoryview) -> tuple[int, int]:
    """Return the timescale and the length that an ``mvhd`` or ``mdhd`` says."""
    timescale, ticks = struct.unpack_from(">IQ" if header[0] else ">II", header, 20 if header[0] else 12)
    return timescale, ticks


def _lengths(times: bytes) -> tuple[int, int]:
    """Return how many samples the entries of an ``stts`` are of, and how long all of them last."""
    count = ticks = 0
    for samples, each in struct.iter_unpack(">II", times):
        count, ticks = count + samples, ticks + samples * each
    return count, ticks


def _sound_of(moov: memoryview) -> memoryview:
    """Return the one track of sound; chapters and covers may be others."""
    (trak,) = (each for each in _all(moov, b"trak") if _one(_one(each, b"mdia"), b"hdlr")[8:12] == _SOUND)
    return trak


def _heard(trak: memoryview, ticks: int, timescale: int, movie_timescale: int) -> HeardStretch:
    """Return what the edit list leaves of a track: one stretch, or else all of it.

    Lengths are told in the timescale of the movie, whose ticks may be long; what lacks less than one is the end.
    """
    lists = [elst for edts in _all(trak, b"edts") for elst in _all(edts, b"elst")]
    edits = [edit for elst in lists for edit in _edits(elst) if edit[1] != _EMPTY_EDIT]
    if len(edits) != 1 or not movie_timescale:
        return HeardStretch(0, ticks)
    length, first = edits[0]
    end = first + -(-length * timescale // movie_timescale)
    tick = -(-timescale // movie_timescale)
    if not length or end + tick >= ticks:
        end = ticks
    return HeardStretch(first, end) if 0 <= first < end else HeardStretch(0, ticks)


def _edits(elst: memoryview) -> Iterator[tuple[int, int]]:
    """Yield length and first tick of each edit; of an empty one, ``_EMPTY_EDIT`` in its place."""
    form, step = (">QQ", 20) if elst[0] else (">Ii", 12)
    for number in range(struct.unpack_from(">I", elst, 4)[0]):
        length, first = struct.unpack_from(form, elst, 8 + step * number)
        yield length, _EMPTY_EDIT if first == -1 else first


def _top(read: Read, size: int) -> Iterator[tuple[bytes, tuple[int, int]]]:
    """Yield the boxes of a file: the kind of each, where its content begins and how long that is."""
    at = 0
    seen: set[bytes] = set()
    while at + 8 <= size:
        header = read(at, 16)
        length, kind = struct.unpack_from(">I4s", header)
        before = 8
        if length == 1:
            (length,), before = struct.unpack_from(">Q", header, 8), 16
        length = length or size - at
        if length < before or at + length > size or kind in seen & {b"moov", b"mdat"} or kind == b"moof":
            raise _Unreadable
        seen.add(kind)
        yield kind, (at + before, length - before)
        at += length


def _all(content: memoryview, kind: bytes) -> list[memoryview]:
    """Return the contents of the boxes of a kind that lie directly in another."""
    found, at = [], 0
    while at + 8 <= len(content):
        length, name = struct.unpack_from(">I4s", content, at)
        if length < 8 or at + length > len(content):
            raise _Unreadable
        if name == kind:
            found.append(content[at + 8 : at + length])
        at += length
    return found


def _one(content: memoryview, kind: bytes) -> memoryview:
    found = _all(content, kind)
    if len(found) != 1:
        raise _Unreadable
    return found[0]


def _offsets(stbl: memoryview) -> tuple[int, ...]:
    for kind, code in ((b"stco", "I"), (b"co64", "Q")):
        for table in _all(stbl, kind):
            return struct.unpack_from(f">{struct.unpack_from('>I', table, 4)[0]}{code}", table, 8)
    raise _Unreadable


def _kind(entry: bytes) -> bytes:
    """Return what tells decoders how to decode: the sample description without its bit rates."""
    length, name = struct.unpack_from(">I4s", entry)
    if name != b"mp4a" or length != len(entry) or entry[16:18] != bytes(2):
        raise _Unreadable
    es = _descriptor(_esds(entry), 3)
    decoder = _descriptor(es[3:], 4)
    return entry[16:36] + decoder[:1] + _descriptor(decoder[13:], 5)


def _esds(entry: bytes) -> bytes:
    """Return the descriptors of a sample description of AAC."""
    return bytes(_one(memoryview(entry)[36:], b"esds")[4:])


def bit_rates_at(entry: bytes) -> int:
    """Return where the bit rates are in a sample description that ``_kind`` has read: the highest, the average."""
    decoder = _descriptor(_descriptor(_esds(entry), 3)[3:], 4)
    return entry.index(decoder) + 5


def _descriptor(data: bytes, tag: int) -> bytes:
    """Return the content of the descriptor at the beginning of some bytes (ISO/IEC 14496-1 section 8.3.3)."""
    if data[0] != tag:
        raise _Unreadable
    size, at = 0, 1
    while True:
        size, at = size << 7 | data[at] & 0x7F, at + 1
        if not data[at - 1] & 0x80:
            return data[at : at + size]
