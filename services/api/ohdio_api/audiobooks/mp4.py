"""Sound in MP4 as its tables describe it, and one file of several such (ISO/IEC 14496-12, 14496-14).

The samples of all parts lie one behind the other, as in their own files; only the tables before them are made anew.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

#: Returns bytes of a file, from a place, so many at most.
Read = Callable[[int, int], bytes]

_LARGEST_TABLES = 16 * 2**20  # bytes
#: Ten hours at 44.1 kHz: a browser has the tables before it plays, four bytes a sample.
_MOST_SAMPLES = 1_600_000
_LONGEST = 30 * 86_400  # seconds
_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


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

    @property
    def seconds(self) -> float:
        """Return how long it lasts."""
        return self.ticks / self.timescale


class _Unreadable(ValueError):
    """It is no such file, or one of a form that is not read here."""


def read_track(read: Read, size: int) -> SampleTables | None:
    """Return the one track of a file of AAC; None of anything else.

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
    moov = read(at, length)
    (trak,) = _all(moov, b"trak")
    mdia = _one(trak, b"mdia")
    mdhd, stbl = _one(mdia, b"mdhd"), _one(_one(mdia, b"minf"), b"stbl")
    timescale, ticks = struct.unpack_from(">IQ" if mdhd[0] else ">II", mdhd, 20 if mdhd[0] else 12)
    stsd, stsz, stsc = _one(stbl, b"stsd"), _one(stbl, b"stsz"), _one(stbl, b"stsc")
    uniform, samples = struct.unpack_from(">II", stsz, 4)
    sizes = struct.pack(">I", uniform) * samples if uniform and samples <= _MOST_SAMPLES else stsz[12:]
    runs = [struct.unpack_from(">III", stsc, 8 + 12 * number) for number in range(struct.unpack_from(">I", stsc, 4)[0])]
    start, data = places[b"mdat"]
    offsets = [place - start for place in _offsets(stbl)]
    entry = stsd[8:]
    is_one_form = all(run[2] == 1 for run in runs) and len(sizes) == 4 * samples
    if not is_one_form or not 0 <= min(offsets) <= max(offsets) < data or not 0 < ticks <= _LONGEST * timescale:
        raise _Unreadable
    return SampleTables(
        kind=_kind(entry),
        entry=entry,
        timescale=timescale,
        ticks=ticks,
        times=_one(stbl, b"stts")[8:],
        sizes=sizes,
        chunks=[run[:2] for run in runs],
        offsets=offsets,
        start=start,
        size=data,
    )


def join_tracks(tracks: Sequence[SampleTables]) -> bytes | None:
    """Return what stands before the samples of these tracks, one behind the other; None where they cannot be one."""
    samples = sum(len(track.sizes) // 4 for track in tracks)
    if len({(track.kind, track.timescale) for track in tracks}) > 1 or samples > _MOST_SAMPLES:
        return None
    return _head(tracks, len(_head(tracks, 0)))


def _head(tracks: Sequence[SampleTables], base: int) -> bytes:
    """Return the boxes before the samples.

    Args:
        base: Where these begin; the length of what is returned does not depend on it.
    """
    first, data = tracks[0], sum(track.size for track in tracks)
    ticks = sum(track.ticks for track in tracks)
    starts = list(accumulate((track.size for track in tracks), initial=base))
    chunks_before = list(accumulate((len(track.offsets) for track in tracks), initial=0))
    runs = [
        struct.pack(">III", first_chunk + before, count, 1)
        for track, before in zip(tracks, chunks_before, strict=False)
        for first_chunk, count in track.chunks
    ]
    offsets = [start + offset for track, start in zip(tracks, starts, strict=False) for offset in track.offsets]
    times, sizes = b"".join(track.times for track in tracks), b"".join(track.sizes for track in tracks)
    stbl = b"".join(
        (
            _full(b"stsd", struct.pack(">I", 1), first.entry),
            _full(b"stts", struct.pack(">I", len(times) // 8), times),
            _full(b"stsc", struct.pack(">I", len(runs)), *runs),
            _full(b"stsz", struct.pack(">II", 0, len(sizes) // 4), sizes),
            _full(b"co64", struct.pack(f">I{len(offsets)}Q", len(offsets), *offsets)),
        )
    )
    dinf = _box(b"dinf", _full(b"dref", struct.pack(">I", 1), _full(b"url ", flags=1)))
    minf = _box(b"minf", _full(b"smhd", bytes(4)), dinf, _box(b"stbl", stbl))
    timing = struct.pack(">QQIQ", 0, 0, first.timescale, ticks)
    mdia = _box(
        b"mdia",
        _full(b"mdhd", timing, struct.pack(">HH", 0x55C4, 0), version=1),  # "und"
        _full(b"hdlr", bytes(4), b"soun", bytes(13)),
        minf,
    )
    tkhd = struct.pack(">QQIIQ8xHHHH", 0, 0, 1, 0, ticks, 0, 0, 0x100, 0) + _MATRIX + bytes(8)
    trak = _box(b"trak", _full(b"tkhd", tkhd, version=1, flags=7), mdia)
    mvhd = timing + struct.pack(">IH10x", 0x10000, 0x100) + _MATRIX + bytes(24) + struct.pack(">I", 2)
    moov = _box(b"moov", _full(b"mvhd", mvhd, version=1), trak)
    ftyp = _box(b"ftyp", b"M4A ", bytes(4), b"M4A mp42isom")
    return ftyp + moov + struct.pack(">I4sQ", 1, b"mdat", data + 16)


def _box(kind: bytes, *content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + sum(map(len, content)), kind) + b"".join(content)


def _full(kind: bytes, *content: bytes, version: int = 0, flags: int = 0) -> bytes:
    return _box(kind, struct.pack(">I", version << 24 | flags), *content)


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


def _all(content: bytes, kind: bytes) -> list[bytes]:
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


def _one(content: bytes, kind: bytes) -> bytes:
    found = _all(content, kind)
    if len(found) != 1:
        raise _Unreadable
    return found[0]


def _offsets(stbl: bytes) -> tuple[int, ...]:
    for kind, code in ((b"stco", "I"), (b"co64", "Q")):
        for table in _all(stbl, kind):
            return struct.unpack_from(f">{struct.unpack_from('>I', table, 4)[0]}{code}", table, 8)
    raise _Unreadable


def _kind(entry: bytes) -> bytes:
    """Return what tells decoders how to decode: the sample description without its bit rates."""
    length, name = struct.unpack_from(">I4s", entry)
    if name != b"mp4a" or length != len(entry) or entry[16:18] != bytes(2):
        raise _Unreadable
    esds = _one(entry[36:], b"esds")
    es = _descriptor(esds[4:], 3)
    decoder = _descriptor(es[3:], 4)
    return entry[16:36] + decoder[:1] + _descriptor(decoder[13:], 5)


def _descriptor(data: bytes, tag: int) -> bytes:
    """Return the content of the descriptor at the beginning of some bytes (ISO/IEC 14496-1 section 8.3.3)."""
    if data[0] != tag:
        raise _Unreadable
    size, at = 0, 1
    while True:
        size, at = size << 7 | data[at] & 0x7F, at + 1
        if not data[at - 1] & 0x80:
            return data[at : at + size]
