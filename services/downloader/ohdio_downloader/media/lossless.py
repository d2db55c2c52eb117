"""Samples themselves, as WAV and AIFF have them, kept to the last bit: as FLAC where it holds them, else as WAV."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer

from ohdio_core.errors import PermanentError
from ohdio_core.sentences import Sentence, sentence
from ohdio_downloader.media.chapters import spans_in
from ohdio_downloader.media.encoding import ChangedEncoding, Encoding
from ohdio_downloader.media.formats import FLAC, WAV, Container
from ohdio_downloader.media.mux import mux
from ohdio_downloader.media.probe import open_audio
from ohdio_downloader.media.tag import write_details
from ohdio_downloader.media.taggers.details import FileDetails


@dataclass(frozen=True, slots=True)
class Kept:
    """How samples of one kind are kept."""

    name: Sentence  #: for people
    samples: str  #: as FFmpeg names their format, in which its encoder takes them
    encoder: str = "flac"
    container: Container = FLAC


def _integers(bits: int) -> Sentence:
    return sentence("sound.integers", "{bits}-bit samples", bits=bits)


def _floats(bits: int) -> Sentence:
    return sentence("sound.floats", "{bits}-bit floating point", bits=bits)


# FFmpeg's encoder puts up to 24 bits of "s32" into FLAC. Few players know FLAC of 32 bits, and no float fits into it.
_BITS_16, _BITS_24 = Kept(_integers(16), "s16"), Kept(_integers(24), "s32")
_BITS_32 = Kept(_integers(32), "s32", "pcm_s32le", WAV)
_FLOAT_32 = Kept(_floats(32), "flt", "pcm_f32le", WAV)
_FLOAT_64 = Kept(_floats(64), "dbl", "pcm_f64le", WAV)

#: By the name that FFmpeg gives them.
SAMPLES = {
    **dict.fromkeys(("pcm_u8", "pcm_s8", "pcm_s16le", "pcm_s16be", "pcm_alaw", "pcm_mulaw"), _BITS_16),
    **dict.fromkeys(("pcm_s24le", "pcm_s24be"), _BITS_24),
    **dict.fromkeys(("pcm_s32le", "pcm_s32be"), _BITS_32),
    **dict.fromkeys(("pcm_f32le", "pcm_f32be"), _FLOAT_32),
    **dict.fromkeys(("pcm_f64le", "pcm_f64be"), _FLOAT_64),
}

_CHECK_EVERY = 256  # packets; some 10 ms of work
_BLOCK = 4096  # samples, where the encoder does not mind


def write_samples(source: Path, target: Path, kept_in: Container, check: Callable[[], None]) -> None:
    """Write the samples of ``source`` to ``target``, with the chapters that it has.

    Args:
        source: Audio whose codec is one of ``SAMPLES``.
        target: Written over.
        kept_in: That of ``SAMPLES``.
        check: Called often; what it raises ends the work.

    Raises:
        DamagedAudio: It cannot be read.
        PermanentError: FLAC has no room for so many channels, or for such a rate.
    """
    with (
        kept_in.muxer.open(target) as output,  # closed last: what the disk says then is of this one
        open_audio(source) as (container, stream),
    ):
        chapters = spans_in(container)
        writer = SampleWriter(output)
        writer.add(stream, _checked(container, stream, check))
        writer.end()
    if chapters:
        write_details(target, kept_in, FileDetails(chapters=chapters))


class SampleWriter:
    """The samples of one recording, or of several behind one another, in a file that is being written.

    Args:
        output: With nothing in it yet.
    """

    def __init__(self, output: OutputContainer) -> None:
        self._output = output
        self._encoding: Encoding | None = None
        self._written = 0  #: samples

    def add(self, stream: AudioStream, packets: Iterable[av.Packet[AudioStream]]) -> Fraction:
        """Add what is decoded from packets of a stream, and return how many seconds it sounds.

        Raises:
            ChangedEncoding: It is no sound of the kind before.
            PermanentError: The file has no room for so many channels, for such a rate, or for samples of so many bits.
            av.FFmpegError: It cannot be decoded.
            OSError: The disk refuses what is written.
        """
        kept = _kept(stream)
        name = stream.codec_context.codec.canonical_name.upper() if kept is None else kept.name
        encoding = Encoding(name, stream.sample_rate, stream.channels)
        if self._encoding is None:
            self._begin(stream, kept)
            self._encoding = encoding
        elif encoding != self._encoding:
            raise ChangedEncoding(self._encoding.said, encoding.said)
        resampler = AudioResampler(self._context.format, self._context.layout, stream.sample_rate)
        samples = 0
        for frame in _decoded(stream, packets):
            frame.pts = None
            for ready in resampler.resample(frame):
                ready.pts = None
                samples += ready.samples
                self._waiting.write(ready)
            while self._waiting.samples >= self._block:
                self._encode(self._block)
        return Fraction(samples, stream.sample_rate)

    def end(self) -> None:
        """Write what is left: encoders take samples in blocks."""
        if self._waiting.samples:
            self._encode(self._waiting.samples)
        mux(self._output, self._copy.encode(None))

    def _begin(self, stream: AudioStream, kept: Kept | None) -> None:
        if kept is None:
            raise PermanentError(
                sentence(
                    "sound.wide_flac", "The audio is FLAC of 32 bits in several files, which cannot be joined to one."
                )
            )
        copy = self._output.add_stream(kept.encoder, rate=stream.sample_rate)
        assert isinstance(copy, av.AudioStream)
        self._copy, self._context, self._waiting = copy, copy.codec_context, av.AudioFifo()
        self._context.format = av.AudioFormat(kept.samples)
        self._context.layout = stream.layout
        try:
            self._context.open()
        except av.FFmpegError as error:
            raise PermanentError(
                sentence(
                    "sound.no_flac",
                    "The audio has {channels} channels of {rate} Hz, which FLAC cannot hold.",
                    channels=stream.channels,
                    rate=stream.sample_rate,
                )
            ) from error
        self._block = self._context.frame_size or _BLOCK

    def _encode(self, samples: int) -> None:
        frame = self._waiting.read(samples)
        assert frame is not None
        frame.pts, frame.time_base = self._written, Fraction(1, self._context.sample_rate)
        self._written += samples
        mux(self._output, self._copy.encode(frame))


def is_lossless(codec: str) -> bool:
    """Return whether a codec, as FFmpeg names it, keeps all samples."""
    return codec in SAMPLES or codec == "flac"


def _kept(stream: AudioStream) -> Kept | None:
    """Return how a stream's samples are kept; None for what has none, and for FLAC of more than 24 bits."""
    context = stream.codec_context
    if context.name != "flac":
        return SAMPLES.get(context.name)
    bits = _flac_bits(bytes(context.extradata or b""))
    return _BITS_16 if bits <= 16 else _BITS_24 if bits <= 24 else None


def _flac_bits(set_up: bytes) -> int:
    """Return the bits of each sample, by the STREAMINFO block (RFC 9639, section 8.2), with or without its header."""
    block = set_up[8:] if set_up[:4] == b"fLaC" else set_up
    return ((block[12] & 0x01) << 4 | block[13] >> 4) + 1


def _checked(
    container: InputContainer, stream: AudioStream, check: Callable[[], None]
) -> Iterator[av.Packet[AudioStream]]:
    for number, packet in enumerate(container.demux(stream)):
        if number % _CHECK_EVERY == 0:
            check()
        if packet.size:
            yield packet


def _decoded(stream: AudioStream, packets: Iterable[av.Packet[AudioStream]]) -> Iterator[av.AudioFrame]:
    for packet in packets:
        yield from stream.codec_context.decode(packet)
    yield from stream.codec_context.decode(None)
