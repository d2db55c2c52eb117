"""Counting the frames of an MP3 without decoding it (ISO/IEC 11172-3, section 2.4.2.3; ISO/IEC 13818-3).

FFmpeg reads one packet a call and lets go of the interpreter's lock around each, some 2,500 times a
megabyte: with many downloads in one process their threads then spend more time handing the lock over
than working. Walking from header to header costs no more and keeps the lock.
"""

from __future__ import annotations

import mmap
from array import array
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

_CHECK_EVERY = 16_384  # frames; some 10 ms of work

_BIT_RATES = {  # kbit/s of layer III by the header's index; "free" and "bad" are left out
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0),
}
_SAMPLE_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_LAYER_III = 1
_MPEG_1 = 3

#: What may stand after the last frame: ID3v1 tags of 128 bytes, and APEv2 tags.
_ENDINGS = (b"TAG", b"APETAGEX")


@dataclass(frozen=True, slots=True)
class Frames:
    """What a file holds, when it is nothing but frames of one kind between its tags."""

    duration: timedelta
    first: list[bytes]
    last: list[bytes]  #: none of ``first``


def read_frames(path: Path, ends: int, check: Callable[[], None]) -> Frames | None:
    """Walk over every frame.

    Args:
        path: An MP3.
        ends: How many frames to give of the start, and at most of the end.
        check: Called often; what it raises ends the work.

    Returns:
        None when anything else stands between the frames, the last one is cut, or their kind changes:
        somebody who can resynchronise must judge that file.
    """
    check()
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        start = position = after_id3(data[:10])
        size = len(data)
        kind: int | None = None
        count = 0
        first: list[int] = []
        last: deque[int] = deque(maxlen=ends)
        while position + 4 <= size and data[position] == 0xFF:
            second, third = data[position + 1], data[position + 2]
            length = _LENGTHS[second << 8 | third]
            if length == 0 or position + length > size:
                return None
            if kind is None:
                kind = _kind(second, third)
            elif kind != _kind(second, third):
                return None
            if count < ends:
                first.append(position)
            else:
                last.append(position)
            position += length
            count += 1
            if count % _CHECK_EVERY == 0:
                check()
        rest = data[position : position + 8]
        if kind is None or (rest and not rest.startswith(_ENDINGS)):
            return None
        if has_frame_count(data[start : start + 192]):
            count -= 1  # that frame holds the count and no sound
        samples = 1152 if kind >> 2 == _MPEG_1 else 576
        rate = _SAMPLE_RATES[kind >> 2][kind & 3]
        return Frames(
            timedelta(seconds=count * samples / rate),
            [_frame(data, each) for each in first],
            [_frame(data, each) for each in last],
        )


def after_id3(header: bytes) -> int:
    """Where the sound begins, by the first ten bytes of a file: after an ID3v2 tag, or at once."""
    if header[:3] != b"ID3":
        return 0
    # The size is four bytes of seven bits each (ID3v2.4.0 structure, section 3.1).
    return 10 + sum((byte & 0x7F) << (7 * place) for place, byte in enumerate(reversed(header[6:10])))


def has_frame_count(first_frame: bytes) -> bool:
    """Whether the first 192 bytes of sound are a Xing, Info or VBRI frame, which counts the others."""
    return any(mark in first_frame for mark in (b"Xing", b"Info", b"VBRI"))


def _frame(data: mmap.mmap, position: int) -> bytes:
    return data[position : position + _LENGTHS[data[position + 1] << 8 | data[position + 2]]]


def _kind(second: int, third: int) -> int:
    """Version and sampling rate, from the header's second and third byte."""
    return (second & 0x18) >> 1 | (third & 0x0C) >> 2


def _length(second: int, third: int) -> int:
    version, layer = second >> 3 & 3, second >> 1 & 3
    if second & 0xE0 != 0xE0 or layer != _LAYER_III or version not in _SAMPLE_RATES or third >> 2 & 3 == 3:
        return 0
    bit_rate = _BIT_RATES[1 if version == _MPEG_1 else 2][third >> 4]
    slots = (144_000 if version == _MPEG_1 else 72_000) * bit_rate // _SAMPLE_RATES[version][third >> 2 & 3]
    return slots + (third >> 1 & 1) if bit_rate else 0


#: The length in bytes of a frame, by the second and third byte of its header; 0 where that is no header.
_LENGTHS = array("H", (_length(second, third) for second in range(256) for third in range(256)))
