"""Making sure that what came can be heard to its end, before anybody may call it complete."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container import InputContainer

from ohdio_core.errors import PermanentError
from ohdio_core.sentences import sentence
from ohdio_downloader.media.adts import is_usac
from ohdio_downloader.media.first_samples import open_headers
from ohdio_downloader.media.mpeg import Frames, read_frames
from ohdio_downloader.media.probe import DamagedAudio, open_audio
from ohdio_downloader.media.sample_walk import SampleWalk
from ohdio_downloader.media.stated import stated_duration

#: What the file's own header says was written by the encoder; only rounding and encoder delay may differ.
_HEADER_TOLERANCE = 0.02
_HEADER_SLACK = timedelta(seconds=1)

#: Of the sound. Players skip a spoilt frame; people notice a sentence that is missing.
_MOST_LOST = 0.01

#: Enough to pass the bit reservoir of MP3 (at most nine frames) and still be cheap.
_DECODED_PACKETS = 16

#: Decoded one by one at the beginning, some 90 s; after that a hole of a hundredth cannot lie between two samples.
_ALL_DECODED = 4096
_SAMPLE_EVERY = 16

#: Where the times are counted in samples, and what has a wrong checksum is left out: sound is missing where one packet
#: does not begin when the one before it ends.
_TRUE_TIMES = frozenset({"ogg", "flac"})

_MOST_STUMBLES = 1000  # of a demuxer, without a packet between them
_CHECK_EVERY = 4096  # packets; some 10 ms of work


_Opened = tuple[InputContainer, AudioStream, SampleWalk | None]


@dataclass(frozen=True, slots=True)
class Sound:
    """What there is to hear in a file."""

    duration: timedelta
    stated: timedelta | None  #: by the header of the file, or of what it was made of; None where that states nothing
    sha256: str  #: of what is played, in hexadecimal: neither of tags nor of pictures
    is_changing: bool = False  #: its channels or its rate, within

    @property
    def is_overstated(self) -> bool:
        """Return whether the header promises more than there is."""
        return self.stated is not None and is_short(self.duration, self.stated, _HEADER_TOLERANCE, _HEADER_SLACK)


def verify(
    path: Path,
    *,
    is_whole: bool,
    check: Callable[[], None],
    stated: timedelta | None = None,
    is_kept: bool = False,
) -> Sound:
    """Read every packet of a file, decode enough of them, and return what there is to hear.

    Costs some 2 to 4 s of CPU for 10 hours; headers alone would not do, because they still name the
    whole duration when the end of the file is missing.

    Args:
        path: The file.
        is_whole: These are known to be all the bytes that its site has. Then a header that promises more is an
            editor's leftover, and believed less than they.
        check: Called often; what it raises ends the work.
        stated: By the header of what the file was made of, where that was another file.
        is_kept: It is wanted however much of it is damaged, as long as anything of it can be heard.

    Raises:
        DamagedAudio: More than a hundredth of it cannot be decoded, or its end cannot; or it ends before its own
            header says, and nothing shows that all of it came.
        PermanentError: It is encoded in a way that cannot be decoded here.
        OSError: The disk cannot read it, or somebody cut it meanwhile.
    """
    with _opened(path) as (container, stream, walk):
        claims = [each for each in (stated, stated_duration(path, container, stream)) if each is not None]
        most_lost = 1.0 if is_kept else _MOST_LOST
        frames = _walk_through(path, stream, check, most_lost) if container.format.name == "mp3" else None
        if frames is None:
            duration, sha256 = _read_through(path, (container, stream, walk), check, most_lost)
        else:
            duration, sha256 = frames.duration, frames.sha256
        sound = Sound(duration, max(claims, default=None), sha256, frames is not None and frames.is_changing)
        if sound.stated is not None and sound.is_overstated and not is_whole:
            raise DamagedAudio(
                sentence(
                    "sound.shorter_than_header",
                    "The file is cut: it has {duration} of sound where its own header says {stated}.",
                    duration=clock(duration),
                    stated=clock(sound.stated),
                )
            )
    return sound


def is_short(actual: timedelta, expected: timedelta, tolerance: float, slack: timedelta) -> bool:
    """Return whether a duration is less than it should be by more than ``slack``, and by more than that share."""
    return expected - actual > max(slack, expected * tolerance)


def clock(duration: timedelta) -> str:
    """Return a duration as people read it: "1:02:03"."""
    minutes, seconds = divmod(round(duration.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"


def _walk_through(path: Path, stream: AudioStream, check: Callable[[], None], most_lost: float) -> Frames | None:
    """Return the frames of an MP3; None where FFmpeg must find its way through the file."""
    frames = read_frames(path, _DECODED_PACKETS, check)
    if frames is None:
        return None
    _require_decodable(frames.lost, most_lost)
    _require_sound(
        stream, [av.Packet(frame) for frame in frames.first], [av.Packet(frame) for frame in frames.last], most_lost
    )
    return frames


@contextmanager
def _opened(path: Path) -> Iterator[_Opened]:
    """Open a file, with its samples where they are known by its tables; else FFmpeg reads all of it."""
    with open_headers(path) as (container, stream, shown):
        walk = SampleWalk.of(path, stream, shown)
        if walk is not None or shown is None:
            yield container, stream, walk
            return
    with open_audio(path) as (container, stream):
        yield container, stream, None


def _read_through(path: Path, opened: _Opened, check: Callable[[], None], most_lost: float) -> tuple[timedelta, str]:
    container, stream, walk = opened
    reading = _ReadThrough(stream, has_true_times=container.format.name in _TRUE_TIMES)
    if walk is not None:
        reading.follow(walk, check)
    else:
        for packet in _packets(container, stream, check):
            reading.take(packet)
    if reading.is_suspect:
        # A sample failed: only now is it worth to decode all of it.
        with open_audio(path) as (again, other):
            reading.failed = _undecodable(again, other, check)
    tick = stream.time_base or Fraction(0)
    heard, missing = reading.ticks - reading.failed, reading.missing
    lost = (reading.failed + missing) / max(1, heard + reading.failed + missing)
    if lost > 1 - _MOST_LOST and is_usac(bytes(stream.codec_context.extradata or b"")):
        raise PermanentError(
            sentence(
                "sound.xhe_aac",
                "The audio is xHE-AAC in a form that cannot be decoded here, so that nothing would show whether it is "
                "whole: it is not supported.",
            )
        )
    _require_decodable(lost, most_lost)
    stream.codec_context.flush_buffers()
    _require_sound(stream, reading.head, reading.tail, most_lost)
    return timedelta(seconds=float(reading.ticks * tick)), reading.sound.hexdigest()


class _ReadThrough:
    """What the packets of a file tell, one after the other; lengths in ticks of the stream."""

    def __init__(self, stream: AudioStream, *, has_true_times: bool) -> None:
        self.ticks = 0
        self.missing = 0  #: between packets, by their times
        self.failed = 0
        self.is_suspect = False
        self.sound = hashlib.sha256()
        self.head: list[av.Packet[Any]] = []
        self.tail: deque[av.Packet[Any]] = deque(maxlen=_DECODED_PACKETS)
        self._stream = stream
        self._has_true_times = has_true_times
        self._count = 0
        self._end: int | None = None

    def take(self, packet: av.Packet[AudioStream]) -> None:
        """Count a packet; decode it when its turn is."""
        duration = packet.duration or 0
        self.ticks += duration
        self.sound.update(packet)
        if self._has_true_times:
            self._look_at_time(packet, duration)
        self._look_at(packet, self._count)
        self._count += 1

    def follow(self, walk: SampleWalk, check: Callable[[], None]) -> None:
        """Count all packets of a file by its tables, and look only at those whose turn it is."""
        self.ticks += walk.ticks
        for number, sample in walk.read(_SAMPLE_EVERY, ends=_ALL_DECODED, take_in=self.sound.update, check=check):
            self._look_at(av.Packet(sample), number)

    def _look_at(self, packet: av.Packet[Any], number: int) -> None:
        if len(self.head) < _DECODED_PACKETS:
            self.head.append(packet)
        else:
            self.tail.append(packet)
        if not self.is_suspect and (number < _ALL_DECODED or number % _SAMPLE_EVERY == 0):
            self.is_suspect = packet.is_corrupt or not _can_be_decoded(self._stream, packet)

    def _look_at_time(self, packet: av.Packet[AudioStream], duration: int) -> None:
        start = (self._end or 0) if packet.pts is None else packet.pts
        if self._end is not None and start > self._end:
            self.missing += start - self._end
        self._end = start + duration


def _undecodable(container: InputContainer, stream: AudioStream, check: Callable[[], None]) -> int:
    """Return for how long, in ticks, nothing comes out of a decoder that is given every packet."""
    failed = 0
    for packet in _packets(container, stream, check):
        if packet.is_corrupt or not _can_be_decoded(stream, packet):
            failed += packet.duration or 0
    return failed


def _packets(
    container: InputContainer, stream: AudioStream, check: Callable[[], None]
) -> Iterator[av.Packet[AudioStream]]:
    """Yield every packet that can be got at; a demuxer that stumbles over damage is asked to go on after it."""
    stumbles = number = 0
    while True:
        try:
            for packet in container.demux(stream):
                if packet.size == 0:
                    continue  # the demuxer's way to say that this was all
                if number % _CHECK_EVERY == 0:
                    check()
                number += 1
                stumbles = 0
                yield packet
        except av.error.InvalidDataError:
            stumbles += 1
            if stumbles > _MOST_STUMBLES:
                raise
        else:
            return


def _can_be_decoded(stream: AudioStream, packet: av.Packet[Any]) -> bool:
    try:
        stream.codec_context.decode(packet)
    except av.FFmpegError:
        return False
    return True


def _require_decodable(lost: float, most_lost: float) -> None:
    if lost > most_lost:
        raise DamagedAudio(
            sentence(
                "sound.damaged",
                "The file is damaged: {percent:.1f} % of its sound cannot be decoded.",
                percent=lost * 100,
            )
        )


def _require_sound(
    stream: AudioStream, head: Iterable[av.Packet[Any]], tail: Collection[av.Packet[Any]], most_lost: float
) -> None:
    if _decoded_samples(stream, head) == 0:
        raise DamagedAudio(sentence("sound.undecodable", "The file that was fetched has no sound that can be decoded."))
    stream.codec_context.flush_buffers()
    if most_lost < 1 and tail and _decoded_samples(stream, tail) == 0:
        raise DamagedAudio(sentence("sound.end_undecodable", "The end of the file that was fetched cannot be decoded."))


def _decoded_samples(stream: AudioStream, packets: Iterable[av.Packet[Any]]) -> int:
    """Count what comes out; MP3 frames whose bit reservoir lies before the first packet may fail."""
    samples = 0
    for packet in packets:
        with suppress(av.FFmpegError):
            samples += sum(frame.samples for frame in stream.codec_context.decode(packet))
    return samples
