"""Making a file's own header tell its true length, where an editor or a stream left it wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from ohdio_downloader.media.assemble import repack
from ohdio_downloader.media.formats import FLAC, M4A, MP3, container_at
from ohdio_downloader.media.mp3_tags import sound_span
from ohdio_downloader.media.mpeg import frame_duration
from ohdio_downloader.media.verify import Sound

_SLACK = timedelta(seconds=1)
_FRAME = 192  # bytes of the first frame, which has the count

# Fields of a Xing or Info frame, in their order (gabriel.mp3-tech.org/mp3infotag.html).
_HAS_FRAMES, _HAS_BYTES, _HAS_PLACES = 1, 2, 4
_PLACES = 100
_MOST_BYTES = (1 << 32) - 1  # that its field holds
_VBRI_BYTES = 10  # in a VBRI frame, which has its count of frames after that of bytes

_STREAMINFO = 8  # after "fLaC" and the header of the first block (RFC 9639, section 8)
_RATE_TO_SAMPLES = slice(_STREAMINFO + 10, _STREAMINFO + 18)
_SAMPLES = (1 << 36) - 1  # its lowest bits
_RATE_SHIFT = 44


def correct_length(path: Path, sound: Sound, check: Callable[[], None], *, keep_free: int = 0) -> None:
    """Write the true length into the header of a file that states another; doing it again changes nothing.

    Args:
        path: What will be filed; kinds whose headers state no length are left alone.
        sound: What there is to hear in it.
        check: Called often; what it raises ends the work.
        keep_free: Bytes that must stay free on the disk where the file is written anew.

    Raises:
        Postponed: There is no room.
    """
    container = container_at(path)
    if container is FLAC:
        _write_samples(path, sound.duration)
    elif container is MP3 and sound.stated is not None and abs(sound.stated - sound.duration) > _SLACK:
        _write_frame_count(path, sound.duration)
    elif container is M4A and sound.is_overstated:
        repack(path, check, keep_free=keep_free)


def _write_samples(path: Path, duration: timedelta) -> None:
    with path.open("r+b") as file:
        header = file.read(_RATE_TO_SAMPLES.stop)
        if header[:4] != b"fLaC":
            return
        value = int.from_bytes(header[_RATE_TO_SAMPLES], "big")
        samples = round(duration.total_seconds() * (value >> _RATE_SHIFT))
        # A duration has microseconds: half a sample of 192 kHz.
        if abs((value & _SAMPLES) - samples) > 1 and samples <= _SAMPLES:
            file.seek(_RATE_TO_SAMPLES.start)
            file.write((value & ~_SAMPLES | samples).to_bytes(8, "big"))


def _write_frame_count(path: Path, duration: timedelta) -> None:
    span = sound_span(path)
    with path.open("r+b") as file:
        file.seek(span.start)
        frame = bytearray(file.read(_FRAME))
        seconds = frame_duration(bytes(frame[:4]))
        if seconds is None:
            return
        size = min(span.end - span.start, _MOST_BYTES)
        _count_anew(frame, round(duration.total_seconds() / seconds), size)
        file.seek(span.start)
        file.write(frame)


def _count_anew(frame: bytearray, count: int, size: int) -> None:
    """Write numbers of frames and bytes where the frame has them, and places to seek to as if all frames were alike."""
    if (mark := frame.find(b"VBRI")) >= 0:
        frame[mark + _VBRI_BYTES : mark + _VBRI_BYTES + 8] = size.to_bytes(4, "big") + count.to_bytes(4, "big")
        return
    mark = max(frame.find(b"Xing"), frame.find(b"Info"))
    if mark < 0:
        return
    flags, place = int.from_bytes(frame[mark + 4 : mark + 8], "big"), mark + 8
    places = bytes(256 * each // _PLACES for each in range(_PLACES))
    fields = ((_HAS_FRAMES, count.to_bytes(4, "big")), (_HAS_BYTES, size.to_bytes(4, "big")), (_HAS_PLACES, places))
    for flag, value in fields:
        if flags & flag:
            frame[place : place + len(value)] = value
            place += len(value)
