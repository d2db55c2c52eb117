"""Making sure that a file is whole before anybody may call it complete."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer

from ohdio_downloader.media.probe import DamagedAudio, open_audio

#: What a site claims is written by people, rounded, or from before an advertisement was cut out: only a
#: real hole counts. A cut connection is found by its byte count long before.
_CLAIM_TOLERANCE = 0.10
_CLAIM_SLACK = timedelta(seconds=5)

#: What the file's own header says was written by the encoder; only rounding and encoder delay may differ.
_HEADER_TOLERANCE = 0.02
_HEADER_SLACK = timedelta(seconds=1)

#: Enough to pass the bit reservoir of MP3 (at most nine frames) and still be cheap.
_DECODED_PACKETS = 16

_CHECK_EVERY = 4096  # packets; some 10 ms of work


def verify(path: Path, *, promised: timedelta | None, check: Callable[[], None]) -> timedelta:
    """Read every packet of a file, decode its first and last ones, and give its true duration.

    Reading packets costs about 2 µs each (some 3 s of CPU for 10 hours); headers alone would not
    do, because they still name the whole duration when the end of the file is missing.

    Args:
        path: The file.
        promised: How long the site says it is; None when it does not.
        check: Called often; what it raises ends the work.

    Raises:
        DamagedAudio: It cannot be decoded, ends before its own header says, or is shorter than promised by
            more than 5 s and more than 10 %. Longer is fine.
    """
    with open_audio(path) as (container, stream):
        stated = _stated_duration(path, container)
        duration = _read_through(container, stream, check)
    if stated is not None and _is_short(duration, stated, _HEADER_TOLERANCE, _HEADER_SLACK):
        raise DamagedAudio(
            f"The file is cut: it has {_clock(duration)} of sound where its own header says {_clock(stated)}."
        )
    if promised is not None and _is_short(duration, promised, _CLAIM_TOLERANCE, _CLAIM_SLACK):
        raise DamagedAudio(
            f"The file is cut: it has {_clock(duration)} of sound where the site promises {_clock(promised)}."
        )
    return duration


def _read_through(container: InputContainer, stream: AudioStream, check: Callable[[], None]) -> timedelta:
    ticks = 0
    heard = 0
    tail: deque[av.Packet[AudioStream]] = deque(maxlen=_DECODED_PACKETS)
    for number, packet in enumerate(container.demux(stream)):
        if number % _CHECK_EVERY == 0:
            check()
        if packet.size == 0:
            continue  # the demuxer's way to say that this was all
        if packet.is_corrupt:
            raise DamagedAudio("The file that was fetched is damaged or cut.")
        ticks += packet.duration or 0
        if number < _DECODED_PACKETS:
            heard += _decoded_samples([packet])
        else:
            tail.append(packet)
    if stream.time_base is None or ticks == 0 or heard == 0:
        raise DamagedAudio("The file that was fetched has no sound that can be decoded.")
    stream.codec_context.flush_buffers()
    if tail and _decoded_samples(tail) == 0:
        raise DamagedAudio("The end of the file that was fetched cannot be decoded.")
    return timedelta(seconds=float(ticks * stream.time_base))


def _decoded_samples(packets: Iterable[av.Packet[AudioStream]]) -> int:
    """Count what comes out; MP3 frames whose bit reservoir lies before the first packet may fail."""
    samples = 0
    for packet in packets:
        with suppress(av.FFmpegError):
            samples += sum(frame.samples for frame in packet.decode())
    return samples


def _stated_duration(path: Path, container: InputContainer) -> timedelta | None:
    """The duration that a header states; None where FFmpeg would guess it from the size and the bit rate."""
    if container.duration is None or container.format.name == "aac":
        return None
    if container.format.name == "mp3" and not _has_frame_count(path):
        return None
    return timedelta(seconds=container.duration / av.time_base)


def _has_frame_count(path: Path) -> bool:
    """Whether an MP3 begins with a Xing, Info or VBRI frame, which counts the others."""
    with path.open("rb") as file:
        header = file.read(10)
        start = 0
        if header[:3] == b"ID3":
            # ID3v2 gives its size in four bytes of seven bits each (ID3v2.4.0 structure, section 3.1).
            start = 10 + sum((byte & 0x7F) << (7 * place) for place, byte in enumerate(reversed(header[6:10])))
        file.seek(start)
        first_frame = file.read(192)
    return any(mark in first_frame for mark in (b"Xing", b"Info", b"VBRI"))


def _is_short(actual: timedelta, expected: timedelta, tolerance: float, slack: timedelta) -> bool:
    return expected - actual > max(slack, expected * tolerance)


def _clock(duration: timedelta) -> str:
    minutes, seconds = divmod(round(duration.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"
