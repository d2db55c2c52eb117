"""Counting the frames of an MP3 without decoding it (ISO/IEC 11172-3, section 2.4.2.3; ISO/IEC 13818-3).

FFmpeg reads one packet a call and lets go of the interpreter's lock around each, some 2,500 times a
megabyte: with many downloads in one process their threads then spend more time handing the lock over
than working. Walking from header to header costs no more and keeps the lock.

The walk is also the cheap evidence of damage: a header stands where the frame before it ends, so a hole or foreign
bytes break the chain, and what lies between two chains is sound that no player can decode.
"""

from __future__ import annotations

import hashlib
import re
from array import array
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from itertools import islice
from pathlib import Path

from ohdio_downloader.media.file_bytes import FileBytes
from ohdio_downloader.media.mp3_tags import find_tag, tag_end

_RUN = 64  # frames that are looked at in one step
_CHECK_EVERY = 1024  # steps; some 10 ms of work
_LONGEST = 1441  #: bytes of a frame
_BLOCK = 16 * 1024  #: of frames that are looked at one by one

_BIT_RATES = {  # kbit/s of layer III by the header's index; "free" and "bad" are left out
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0),
}
_SAMPLE_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_LAYER_III = 1
_HEADER = re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb][\x10-\xef]")  # of layer III, with a bit rate
_HEADER_BYTES = 3
_MPEG_1 = 3
_MONO = 3  #: of the modes


@dataclass(frozen=True, slots=True)
class Frames:
    """What a file holds between its tags."""

    duration: timedelta
    first: list[bytes]
    last: list[bytes]  #: none of ``first``
    lost: float  #: how much of the sound, from 0 to 1, is neither a frame nor a tag
    sha256: str  #: of all frames with sound, in hexadecimal
    is_one_kind: bool = True  #: the version and the sampling rate of all of them
    has_other_channels: bool = False  #: mono and stereo, at its ends or where another file was joined to it

    @property
    def is_changing(self) -> bool:
        """Return whether the channels or the sampling rate change inside, where some players stop."""
        return self.has_other_channels or not self.is_one_kind


def read_frames(path: Path, ends: int, check: Callable[[], None]) -> Frames | None:
    """Walk over every frame, and on after what is none.

    Args:
        path: An MP3.
        ends: How many frames to return of the start, and at most of the end.
        check: Called often; what it raises ends the work.

    Returns:
        None when it has no frames of layer III with a bit rate.
    """
    check()
    with path.open("rb", buffering=0) as file:
        walk = _Walk(FileBytes(file), ends, check)
        position = walk.find(0)
        while position is not None:
            position = walk.find(walk.follow(position))
        return walk.frames()


def frame_duration(header: bytes) -> float | None:
    """Return how many seconds the frame sounds that begins with these four bytes; None where none does."""
    if len(header) < 4 or header[0] != 0xFF or _LENGTHS[header[1] << 8 | header[2]] == 0:
        return None
    return _frame_duration(_kind(header[1], header[2]))


def frame_length(header: bytes, *, is_padded: bool = True) -> int:
    """Return how many bytes the frame has that begins with these four; 0 where none does.

    Args:
        header: The four bytes.
        is_padded: A padding that the header tells counts.
    """
    if len(header) < 4 or header[0] != 0xFF:
        return 0
    length = _LENGTHS[header[1] << 8 | header[2]]
    return length if is_padded or not length else length - (header[2] >> 1 & 1)


def has_frame_count(first_frame: bytes) -> bool:
    """Return whether the first 192 bytes of sound are a Xing, Info or VBRI frame, which counts the others."""
    return any(mark in first_frame for mark in (b"Xing", b"Info", b"VBRI"))


def frame_count(first_frame: bytes) -> int | None:
    """Return how many frames the first one counts; None where it counts none."""
    if (mark := first_frame.find(b"VBRI")) >= 0:
        return int.from_bytes(first_frame[mark + 14 : mark + 18], "big")
    mark = max(first_frame.find(b"Xing"), first_frame.find(b"Info"))
    is_counted = mark >= 0 and first_frame[mark + 7 : mark + 8] != b"" and first_frame[mark + 7] & 1
    return int.from_bytes(first_frame[mark + 8 : mark + 12], "big") if is_counted else None


class _Walk:
    """What was found so far in a file."""

    def __init__(self, data: FileBytes, ends: int, check: Callable[[], None]) -> None:
        self._data = data
        self._ends = ends
        self._check = check
        self._counts: Counter[int] = Counter()  #: frames of sound by their kind
        self._are_mono = set[bool]()
        self._first: list[int] = []
        self._first_frames: list[bytes] = []
        self._last: deque[int] = deque(maxlen=ends)
        self._frames_end: int | None = None
        self._frame_bytes = 0
        self._lost_bytes = 0
        self._sound = hashlib.sha256()

    def find(self, position: int) -> int | None:
        """Return where the next frame begins, at ``position`` or after it; None where there is none."""
        data, size = self._data, self._data.size
        while position < size:
            if (end := tag_end(data, position)) is not None:
                position = end
            elif begins_frames(data, position):
                return position
            else:
                self._check()
                # The last frame of a file that was cut and joined to another reaches into that one's tag.
                begun = self._last_frame() if position == self._frames_end else position
                following = find_tag(data, begun + 1, self._search(position + 1))
                self._lost_bytes += max(0, following - position)
                self._frames_end = None
                position = following
        return None

    def follow(self, position: int) -> int:
        """Count frames of one kind, each where the one before it ends; return where the last one ends."""
        data = self._data
        beginning = data.at(position, 192)
        start, kind = position, _kind(beginning[1], beginning[2])
        counts_others = has_frame_count(beginning)
        opening = list(islice(self._each(start, kind), self._ends - len(self._first)))
        self._first += opening
        self._first_frames += [_frame(data, each) for each in opening]  # as long as they are in memory
        # What is between both ends is only counted, many frames in one step.
        most = max(_RUN, self._ends)
        run, reach, begun, runs = _run(kind, most), most * _LONGEST, self._end(opening, start), 0
        heard = start + len(_frame(data, start)) if counts_others else start
        while (end_of_run := data.end_of(run, begun, reach)) is not None:
            position, begun, runs = begun, end_of_run, runs + 1
            if not data.holds(begun, reach):
                heard = self._take_in(heard, begun)  # as long as it is in memory
            if runs % _CHECK_EVERY == 0:
                self._check()
        closing = list(self._each(position if runs else begun, kind))
        self._last.extend(closing)
        end = self._end(closing, begun)
        count = len(opening) + max(0, runs - 1) * most + len(closing)
        self._frames_end = end
        self._counts[kind] += count - counts_others  # that one holds the count and no sound
        self._frame_bytes += end - start
        self._look_at_channels(start, counts_others=counts_others)
        return self._take_in(heard, end)

    def _each(self, position: int, kind: int) -> Iterator[int]:
        """Yield where each frame of a kind begins, the first one here and each other where the one before it ends."""
        data, size = self._data, self._data.size
        begin, block = position, b""
        while position + 4 <= size:
            place = position - begin
            if place + 4 > len(block):
                begin, block, place = position, data.at(position, _BLOCK), 0
            second, third = block[place + 1], block[place + 2]
            length = _LENGTHS[second << 8 | third]
            is_another = length == 0 or kind != _kind(second, third)
            if block[place] != 0xFF or is_another or position + length > size:
                return
            yield position
            position += length

    def _end(self, places: Sequence[int], otherwise: int) -> int:
        return places[-1] + len(_frame(self._data, places[-1])) if places else otherwise

    def _look_at_channels(self, start: int, *, counts_others: bool) -> None:
        """Note of the first and the last frame that follow one another whether they are mono.

        One that counts the others need not be like them.
        """
        first = start + len(_frame(self._data, start)) if counts_others else start
        for place in (min(first, self._last_frame()), self._last_frame()):
            self._are_mono.add(self._data.at(place + 3, 1)[0] >> 6 == _MONO)

    def _take_in(self, start: int, end: int) -> int:
        for piece in self._data.pieces(start, end):
            self._sound.update(piece)
        return end

    def frames(self) -> Frames | None:
        """Return what the file holds; None when that is no frame."""
        if not self._first:
            return None
        duration = sum(count * _frame_duration(kind) for kind, count in self._counts.items())
        return Frames(
            timedelta(seconds=duration),
            self._first_frames,
            [_frame(self._data, each) for each in self._last],
            self._lost_bytes / (self._lost_bytes + self._frame_bytes),
            self._sound.hexdigest(),
            sum(count > 0 for count in self._counts.values()) <= 1,
            len(self._are_mono) > 1,
        )

    def _last_frame(self) -> int:
        return (self._last or self._first)[-1]

    def _search(self, position: int) -> int:
        """Return where frames begin from ``position`` on; the end of the file where none do."""
        data = self._data
        for place in data.places(_HEADER, position, data.size, _HEADER_BYTES):
            self._check()
            if begins_frames(data, place):
                return place
        return data.size


def count_frames(data: FileBytes, position: int, most: int) -> int:
    """Return how many frames of one kind follow one another from here on, at most so many; the last may be cut."""
    kind, count = None, 0
    while count < most and len(header := data.at(position, 4)) == 4 and header[0] == 0xFF:
        second, third = header[1], header[2]
        length = _LENGTHS[second << 8 | third]
        if length == 0 or (kind is not None and kind != _kind(second, third)):
            break
        kind, count = _kind(second, third), count + 1
        position += length
    return count


def find_frames(data: FileBytes, start: int, end: int, count: int) -> int | None:
    """Return where the first of so many frames begins that follow one another, between two places; None for nowhere."""
    found = data.places(_HEADER, start, end, _HEADER_BYTES)
    return next((place for place in found if count_frames(data, place, count) == count), None)


def begins_frames(data: FileBytes, position: int) -> bool:
    """Return whether a frame begins here: after it comes another of its kind, a tag, or nothing."""
    header = data.at(position, 4)
    length = frame_length(header)
    end = position + length
    if length == 0 or end > data.size:
        return False
    after = data.at(end, 3)
    if len(after) < 3 or tag_end(data, end) is not None:
        return True
    is_header = after[0] == 0xFF and _LENGTHS[after[1] << 8 | after[2]] > 0
    return is_header and _kind(after[1], after[2]) == _kind(header[1], header[2])


def _frame(data: FileBytes, position: int) -> bytes:
    return data.at(position, frame_length(data.at(position, 4)))


@lru_cache(maxsize=16)
def _run(kind: int, count: int) -> re.Pattern[bytes]:
    """Return what matches so many frames of a kind that follow one another.

    A step of the interpreter a frame takes five times as long.
    """
    thirds: dict[int, set[int]] = {}  # of headers, by the lengths of their frames
    seconds = set()
    for header, length in enumerate(_LENGTHS):
        if length and _kind(header >> 8, header & 0xFF) == kind:
            thirds.setdefault(length, set()).add(header & 0xFF)
            seconds.add(header >> 8)
    bodies = b"|".join(b"%b.{%d}" % (_one_of(each), length - 3) for length, each in thirds.items())
    return re.compile(rb"(?:\xff%b(?:%b)){%d}" % (_one_of(seconds), bodies, count), re.DOTALL)


def _one_of(values: Iterable[int]) -> bytes:
    return b"[%b]" % b"".join(rb"\x%02x" % value for value in sorted(values))


def _kind(second: int, third: int) -> int:
    """Return version and sampling rate, from the header's second and third byte."""
    return (second & 0x18) >> 1 | (third & 0x0C) >> 2


def _frame_duration(kind: int) -> float:
    """Return how many seconds a frame of a kind sounds."""
    return (1152 if kind >> 2 == _MPEG_1 else 576) / _SAMPLE_RATES[kind >> 2][kind & 3]


def _length(second: int, third: int) -> int:
    version, layer = second >> 3 & 3, second >> 1 & 3
    if second & 0xE0 != 0xE0 or layer != _LAYER_III or version not in _SAMPLE_RATES or third >> 2 & 3 == 3:
        return 0
    bit_rate = _BIT_RATES[1 if version == _MPEG_1 else 2][third >> 4]
    slots = (144_000 if version == _MPEG_1 else 72_000) * bit_rate // _SAMPLE_RATES[version][third >> 2 & 3]
    return slots + (third >> 1 & 1) if bit_rate else 0


#: The length in bytes of a frame, by the second and third byte of its header; 0 where that is no header.
_LENGTHS = array("H", (_length(second, third) for second in range(256) for third in range(256)))
