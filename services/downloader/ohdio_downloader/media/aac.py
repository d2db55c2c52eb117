"""Encoding any sound as AAC: one file of MP4, whose samples are counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer

from ohdio_downloader.media.formats import M4A
from ohdio_downloader.media.mux import mux
from ohdio_downloader.media.probe import open_audio

#: Those that AAC has, without the highest, of which nobody hears anything (ISO/IEC 14496-3 table 1.18).
_RATES = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
_CHECK_EVERY = 256  # packets; some 50 ms of work
_MOST_STUMBLES = 1000  # of a demuxer, without a packet between them
_PLANAR_FLOAT = "fltp"
_MEASURED = 20  # seconds of sound


@dataclass(frozen=True, slots=True)
class AacSettings:
    """How all files are encoded that are to be one."""

    bit_rate: int  #: bits a second
    rate: int  #: samples a second
    channels: int

    @classmethod
    def for_sounds(cls, bit_rate: int, kinds: Iterator[tuple[int, int]]) -> AacSettings:
        """Return what loses least of several sounds: the highest rate among them, and two channels where one has them.

        Args:
            bit_rate: Bits a second.
            kinds: Samples a second and channels of each.
        """
        every = list(kinds)
        highest = max(rate for rate, _ in every)
        rate = next((each for each in _RATES if each >= highest), _RATES[-1])
        return cls(bit_rate, rate, min(2, max(channels for _, channels in every)))


def encode_aac(source: Path, target: Path, how: AacSettings, check: Callable[[float], None]) -> int:
    """Encode the sound of a file, and return how many samples that are.

    What cannot be decoded, as players skip it, is silence of the same length: nothing behind it moves.

    Args:
        check: Called often with how many seconds are done; what it raises ends the work.

    Raises:
        DamagedAudio: It cannot be read.
        OSError: The disk refuses what is written.
    """
    with (
        M4A.muxer.open(target) as output,  # closed last: what the disk says then is of this one
        open_audio(source) as (container, stream),
    ):
        encoder = _Encoder(output, how)
        for number, frame in enumerate(_frames(container, stream)):
            if number % _CHECK_EVERY == 0:
                check(encoder.samples / how.rate)
            encoder.add(frame)
        encoder.end()
    return encoder.samples


def measure_encoding() -> int:
    """Encode so much sound of no one's that it shows how fast that is; return how many seconds of sound it was."""
    how = AacSettings(64_000, 44_100, 2)
    with M4A.muxer.open(BytesIO()) as output:
        encoder = _Encoder(output, how)
        for _ in range(_MEASURED * 10):
            encoder.add(_noise(how, how.rate // 10))
        encoder.end()
    return _MEASURED


class _Encoder:
    """The sound of one recording, in a file that is being written.

    Args:
        output: With nothing in it yet.
    """

    def __init__(self, output: OutputContainer, how: AacSettings) -> None:
        stream = output.add_stream("aac", rate=how.rate)
        assert isinstance(stream, av.AudioStream)
        stream.bit_rate = how.bit_rate
        stream.layout = "mono" if how.channels == 1 else "stereo"
        stream.codec_context.open()
        self.samples = 0
        self._output = output
        self._stream = stream
        self._how = how
        self._kind: tuple[str, str, int] | None = None
        self._resampler: AudioResampler | None = None

    def add(self, frame: AudioFrame) -> None:
        """Add what was decoded; where its kind changes within the recording, what follows is converted anew."""
        kind = (frame.format.name, frame.layout.name, frame.sample_rate)
        if kind != self._kind:
            self._flush()
            size = self._stream.codec_context.frame_size or None
            self._resampler = AudioResampler(_PLANAR_FLOAT, self._stream.layout, self._how.rate, size)
            self._kind = kind
        assert self._resampler is not None
        frame.pts = None
        self._encode(self._resampler.resample(frame))

    def end(self) -> None:
        """Write what is left."""
        self._flush()
        mux(self._output, self._stream.encode(None))

    def _flush(self) -> None:
        if self._resampler is not None:
            self._encode(self._resampler.resample(None))

    def _encode(self, frames: list[AudioFrame]) -> None:
        for ready in frames:
            ready.pts, ready.time_base = self.samples, Fraction(1, self._how.rate)
            self.samples += ready.samples
            mux(self._output, self._stream.encode(ready))


def _frames(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    """Yield what is decoded, with silence in the place of packets that cannot be."""
    last: AudioFrame | None = None
    for packet in _packets(container, stream):
        try:
            decoded = stream.codec_context.decode(packet)
        except av.FFmpegError:
            if last is not None and packet.duration and packet.time_base is not None:
                yield _silence(last, round(packet.duration * packet.time_base * last.sample_rate))
            continue
        for frame in decoded:
            last = frame
            yield frame
    with suppress(av.FFmpegError):
        yield from stream.codec_context.decode(None)


def _packets(container: InputContainer, stream: AudioStream) -> Iterator[av.Packet[AudioStream]]:
    """Yield every packet that can be got at; a demuxer that stumbles over damage is asked to go on after it."""
    stumbles = 0
    while True:
        try:
            for packet in container.demux(stream):
                stumbles = 0
                if packet.size:
                    yield packet
        except av.error.InvalidDataError:
            stumbles += 1
            if stumbles > _MOST_STUMBLES:
                raise
        else:
            return


def _silence(like: AudioFrame, samples: int) -> AudioFrame:
    frame = AudioFrame(like.format.name, like.layout.name, samples)
    frame.sample_rate = like.sample_rate
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    return frame


def _noise(how: AacSettings, samples: int) -> AudioFrame:
    """Return sound that an encoder has work with: a saw that is not periodic."""
    frame = AudioFrame(_PLANAR_FLOAT, "mono" if how.channels == 1 else "stereo", samples)
    frame.sample_rate = how.rate
    wave = memoryview(bytearray(samples * 4)).cast("f")
    for number in range(samples):
        wave[number] = (number * number * 7919 % 9973) / 9973 - 0.5
    for plane in frame.planes:
        plane.update(wave.tobytes().ljust(plane.buffer_size, b"\0"))
    return frame
