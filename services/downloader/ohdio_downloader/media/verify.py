"""Making sure that a file is whole before anybody may call it complete."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container import InputContainer

from ohdio_downloader.media.mpeg import after_id3, has_frame_count, read_frames
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


class ShorterThanPromised(DamagedAudio):
    """The file is sound as far as it goes, but the site promises more than there is."""

    def __init__(self, duration: timedelta, promised: timedelta) -> None:
        self.duration = duration
        self.has_most = duration >= promised * 3 / 4
        super().__init__(
            f"The file is cut: it has {_clock(duration)} of sound where the site promises {_clock(promised)}."
        )


def verify(path: Path, *, promised: timedelta | None, check: Callable[[], None]) -> timedelta:
    """Read every packet of a file, decode its first and last ones, and give its true duration.

    Costs some 1 to 3 s of CPU for 10 hours; headers alone would not do, because they still name the
    whole duration when the end of the file is missing.

    Args:
        path: The file.
        promised: How long the site says it is; None when it does not.
        check: Called often; what it raises ends the work.

    Raises:
        DamagedAudio: It cannot be decoded, or ends before its own header says.
        ShorterThanPromised: By more than 5 s and more than 10 %. Longer is fine.
    """
    with open_audio(path) as (container, stream):
        stated = _stated_duration(path, container)
        duration = _walk_through(path, stream, check) if container.format.name == "mp3" else None
        if duration is None:
            duration = _read_through(container, stream, check)
    if stated is not None and _is_short(duration, stated, _HEADER_TOLERANCE, _HEADER_SLACK):
        raise DamagedAudio(
            f"The file is cut: it has {_clock(duration)} of sound where its own header says {_clock(stated)}."
        )
    if promised is not None and _is_short(duration, promised, _CLAIM_TOLERANCE, _CLAIM_SLACK):
        raise ShorterThanPromised(duration, promised)
    return duration


def _walk_through(path: Path, stream: AudioStream, check: Callable[[], None]) -> timedelta | None:
    """The duration of an MP3 that is made of frames only; None where FFmpeg must find its way through the file."""
    frames = read_frames(path, _DECODED_PACKETS, check)
    if frames is None:
        return None
    _require_sound(stream, [av.Packet(frame) for frame in frames.first], [av.Packet(frame) for frame in frames.last])
    return frames.duration


def _read_through(container: InputContainer, stream: AudioStream, check: Callable[[], None]) -> timedelta:
    ticks = 0
    head: list[av.Packet[AudioStream]] = []
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
            head.append(packet)
        else:
            tail.append(packet)
    _require_sound(stream, head, tail)
    return timedelta(seconds=float(ticks * (stream.time_base or 0)))


def _require_sound(stream: AudioStream, head: Iterable[av.Packet[Any]], tail: Collection[av.Packet[Any]]) -> None:
    if _decoded_samples(stream, head) == 0:
        raise DamagedAudio("The file that was fetched has no sound that can be decoded.")
    stream.codec_context.flush_buffers()
    if tail and _decoded_samples(stream, tail) == 0:
        raise DamagedAudio("The end of the file that was fetched cannot be decoded.")


def _decoded_samples(stream: AudioStream, packets: Iterable[av.Packet[Any]]) -> int:
    """Count what comes out; MP3 frames whose bit reservoir lies before the first packet may fail."""
    samples = 0
    for packet in packets:
        with suppress(av.FFmpegError):
            samples += sum(frame.samples for frame in stream.codec_context.decode(packet))
    return samples


def _stated_duration(path: Path, container: InputContainer) -> timedelta | None:
    """The duration that a header states; None where FFmpeg would guess it from the size and the bit rate."""
    if container.duration is None or container.format.name == "aac":
        return None
    if container.format.name == "mp3" and not _counts_its_frames(path):
        return None
    return timedelta(seconds=container.duration / av.time_base)


def _counts_its_frames(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(after_id3(file.read(10)))
        return has_frame_count(file.read(192))


def _is_short(actual: timedelta, expected: timedelta, tolerance: float, slack: timedelta) -> bool:
    return expected - actual > max(slack, expected * tolerance)


def _clock(duration: timedelta) -> str:
    minutes, seconds = divmod(round(duration.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"
