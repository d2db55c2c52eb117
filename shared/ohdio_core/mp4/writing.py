"""The tables of one file of several tracks of sound, one behind the other, with or without chapters."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from ohdio_core.mp4.reading import SampleTables, bit_rates_at

#: What lies one behind the other.
Pieces = list[bytes]

_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_SOUND, _TEXT = 1, 2  # numbers of tracks
_MILLISECONDS = 1000  # the timescale of chapters
_PLAYED = 7  # enabled, in the movie and in its preview
_NOT_SHOWN = 2  # in the movie, and not enabled: players look for chapters there all the same
_AT_ONCE = 0x10000  # the rate of an edit
_UNDETERMINED = struct.pack(">HH", 0x55C4, 0)  # the language
_IN_UTF8 = struct.pack(">I4sI", 12, b"encd", 0x100)
_MOST_OF_NERO = 255  # chapters, and bytes of a title: both are counted in one byte
_NERO_TICKS = 10_000  # a millisecond
#: As text is to be shown, which nobody does (3GPP TS 26.245 section 5.16): one style, and a font without a name.
_TEXT_STYLE = struct.pack(">IHI8xHHHHI", 1, 0, 0, 0, 0, 1, 0, 0) + struct.pack(">I4sHHB", 13, b"ftab", 1, 1, 0)

#: How a file begins that is a whole book, and how one does that is only sent.
BOOK = struct.pack(">I4s4s4x12s", 28, b"ftyp", b"M4B ", b"M4B M4A mp42")
SENT = struct.pack(">I4s4s4x12s", 28, b"ftyp", b"M4A ", b"M4A mp42isom")


class ChapterTrack(NamedTuple):
    """Places to jump to, which lie in the file as samples of text, one behind the other."""

    starts: Sequence[int]  #: milliseconds; the first one is taken for 0
    titles: Sequence[str]
    end: int  #: milliseconds

    @property
    def samples(self) -> list[bytes]:
        """Return what lies in the file."""
        texts = [title.encode()[:0xFFFF] for title in self.titles]
        return [struct.pack(">H", len(text)) + text + _IN_UTF8 for text in texts]


def join_tracks(tracks: Sequence[SampleTables]) -> bytes | None:
    """Return what stands before the samples of these tracks, one behind the other; None where they cannot be one."""
    if not are_alike(tracks):
        return None

    def head(base: int) -> bytes:
        moov = write_index(tracks, list(accumulate((track.size for track in tracks[:-1]), initial=base)))
        return SENT + moov + begin_data(sum(track.size for track in tracks))

    return head(len(head(0)))


def are_alike(tracks: Sequence[SampleTables]) -> bool:
    """Return whether one decoder plays all of these tracks."""
    return len({track.encoding for track in tracks}) == 1


def begin_data(size: int) -> bytes:
    """Return the 16 bytes before so many bytes of samples."""
    return struct.pack(">I4sQ", 1, b"mdat", size + 16)


def with_bit_rate(entry: bytes, bit_rate: int) -> bytes:
    """Return a sample description of AAC that tells this many bits a second.

    Args:
        entry: One that ``read_track`` has read.
        bit_rate: On average, and at most, as FFmpeg tells both.
    """
    at = bit_rates_at(entry)
    return entry[:at] + struct.pack(">II", bit_rate, bit_rate) + entry[at + 8 :]


def heard_ticks(tracks: Sequence[SampleTables]) -> list[int]:
    """Return how long each track is heard."""
    return [track.heard.end - track.heard.first for track in tracks]


def write_index(tracks: Sequence[SampleTables], starts: Sequence[int]) -> bytes:
    """Return the tables of all that there is of these tracks, as ``index_pieces`` does, in one."""
    return b"".join(index_pieces(tracks, starts))


def index_pieces(
    tracks: Sequence[SampleTables],
    starts: Sequence[int],
    *,
    is_edited: bool = False,
    chapters: ChapterTrack | None = None,
    chapters_at: int = 0,
) -> Pieces:
    """Return the tables, to be written piece after piece: boxes lie in boxes, and each would be a copy of all in it.

    Args:
        tracks: Alike.
        starts: Where the samples of each begin in the file.
        is_edited: Only what is heard of each track is played.
        chapters: Where there are some.
        chapters_at: Where their samples begin in the file.
    """
    timescale, ticks = tracks[0].timescale, sum(track.ticks for track in tracks)
    edits = list(_edits(tracks)) if is_edited else []
    played = sum(length for length, _ in edits) or ticks
    sound = _sound_track(tracks, starts, edits, played, has_chapters=chapters is not None)
    inside = [_header(timescale, played), sound]
    if chapters is not None:
        inside += [_text_track(chapters, chapters_at, timescale, played), _box(b"udta", _nero_list(chapters))]
    return _box(b"moov", *inside)


def _header(timescale: int, ticks: int) -> Pieces:
    timing = struct.pack(">QQIQ", 0, 0, timescale, ticks)
    rest = struct.pack(">IH10x", 0x10000, 0x100) + _MATRIX + bytes(24) + struct.pack(">I", _TEXT + 1)
    return _full(b"mvhd", timing, rest, version=1)


def _edits(tracks: Sequence[SampleTables]) -> Iterator[tuple[int, int]]:
    """Yield length and first tick of each stretch that is heard; nothing where that is all."""
    before = list(accumulate((track.ticks for track in tracks), initial=0))
    stretches: list[tuple[int, int]] = []
    for track, base in zip(tracks, before, strict=False):
        first, end = base + track.heard.first, base + track.heard.end
        if stretches and stretches[-1][1] == first:
            first = stretches.pop()[0]
        stretches.append((first, end))
    if stretches != [(0, before[-1])]:
        yield from ((end - first, first) for first, end in stretches)


def _sound_track(
    tracks: Sequence[SampleTables],
    starts: Sequence[int],
    edits: Sequence[tuple[int, int]],
    played: int,
    *,
    has_chapters: bool,
) -> Pieces:
    first = tracks[0]
    chunks_before = accumulate((len(track.offsets) for track in tracks), initial=0)
    runs = [
        struct.pack(">III", first_chunk + before, count, 1)
        for track, before in zip(tracks, chunks_before, strict=False)
        for first_chunk, count in track.chunks
    ]
    offsets = [start + offset for track, start in zip(tracks, starts, strict=True) for offset in track.offsets]
    times, sizes = b"".join(track.times for track in tracks), b"".join(track.sizes for track in tracks)
    stbl = _sample_tables(first.entry, times, b"".join(runs), sizes, offsets)
    media = _media(b"soun", first.timescale, sum(track.ticks for track in tracks), _full(b"smhd", bytes(4)), stbl)
    listed = b"".join(struct.pack(">QQI", length, at, _AT_ONCE) for length, at in edits)
    edts = _box(b"edts", _full(b"elst", struct.pack(">I", len(edits)), listed, version=1)) if edits else []
    tref = _box(b"tref", _box(b"chap", struct.pack(">I", _TEXT))) if has_chapters else []
    return _box(b"trak", _track_header(_SOUND, played, _PLAYED, volume=0x100), edts, tref, media)


def _text_track(chapters: ChapterTrack, at: int, timescale: int, played: int) -> Pieces:
    starts = [0, *chapters.starts[1:], chapters.end]
    times = b"".join(struct.pack(">II", 1, max(1, end - start)) for start, end in pairwise(starts))
    sizes = b"".join(struct.pack(">I", len(sample)) for sample in chapters.samples)
    run = struct.pack(">III", 1, len(chapters.titles), 1)
    style = struct.pack(">I4s6xH", 16 + len(_TEXT_STYLE), b"text", 1) + _TEXT_STYLE
    stbl = _sample_tables(style, times, run, sizes, [at])
    looks = _full(b"gmin", struct.pack(">HHHHHH", 0x40, 0x8000, 0x8000, 0x8000, 0, 0))
    media = _media(b"text", _MILLISECONDS, chapters.end, _box(b"gmhd", looks, _box(b"text", _MATRIX)), stbl)
    length = min(played, chapters.end * timescale // _MILLISECONDS)
    return _box(b"trak", _track_header(_TEXT, length, _NOT_SHOWN), media)


def _track_header(number: int, ticks: int, flags: int, *, volume: int = 0) -> Pieces:
    shown = struct.pack(">QQIIQ8xHHHH", 0, 0, number, 0, ticks, 0, 0, volume, 0) + _MATRIX + bytes(8)
    return _full(b"tkhd", shown, version=1, flags=flags)


def _media(handler: bytes, timescale: int, ticks: int, header: Pieces, stbl: Pieces) -> Pieces:
    dinf = _box(b"dinf", _full(b"dref", struct.pack(">I", 1), _full(b"url ", flags=1)))
    return _box(
        b"mdia",
        _full(b"mdhd", struct.pack(">QQIQ", 0, 0, timescale, ticks), _UNDETERMINED, version=1),
        _full(b"hdlr", bytes(4), handler, bytes(13)),
        _box(b"minf", header, dinf, stbl),
    )


def _sample_tables(entry: bytes, times: bytes, runs: bytes, sizes: bytes, offsets: Sequence[int]) -> Pieces:
    return _box(
        b"stbl",
        _full(b"stsd", struct.pack(">I", 1), entry),
        _full(b"stts", struct.pack(">I", len(times) // 8), times),
        _full(b"stsc", struct.pack(">I", len(runs) // 12), runs),
        _full(b"stsz", struct.pack(">II", 0, len(sizes) // 4), sizes),
        _full(b"co64", struct.pack(f">I{len(offsets)}Q", len(offsets), *offsets)),
    )


def _nero_list(chapters: ChapterTrack) -> Pieces:
    """Return the list of chapters that Nero invented, with as many as it takes."""
    listed = list(zip(chapters.starts, chapters.titles, strict=True))[:_MOST_OF_NERO]
    titles = [title.encode()[:_MOST_OF_NERO].decode(errors="ignore").encode() for _, title in listed]
    entries = [
        struct.pack(">QB", start * _NERO_TICKS, len(title)) + title
        for (start, _), title in zip(listed, titles, strict=True)
    ]
    return _full(b"chpl", bytes(4), struct.pack(">B", len(entries)), *entries, version=1)


def _box(kind: bytes, *content: bytes | Pieces) -> Pieces:
    inside = [piece for each in content for piece in (each if isinstance(each, list) else [each])]
    return [struct.pack(">I4s", 8 + sum(map(len, inside)), kind), *inside]


def _full(kind: bytes, *content: bytes | Pieces, version: int = 0, flags: int = 0) -> Pieces:
    return _box(kind, struct.pack(">I", version << 24 | flags), *content)
