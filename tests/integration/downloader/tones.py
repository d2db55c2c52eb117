"""Real encoded tones in each of the containers that segments come in; whatever is made is made once a run."""

from __future__ import annotations

import array
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path

import av
from av.audio.layout import AudioLayout
from av.audio.resampler import AudioResampler
from av.container import OutputContainer

_RATE = 32_000
_SECONDS = 2  #: encoded of each tone; what segments have is from the middle of it
_SKIPPED = 6  #: frames at the beginning, of silence
_HEARD_RATE = 8_000

PITCHES = (300, 450, 600, 750, 900, 1050)


@dataclass(frozen=True, slots=True)
class Sound:
    """How a tone is encoded."""

    codec: str = "aac"
    channels: int = 1

    @property
    def samples(self) -> int:
        """Of a frame."""
        return 1152 if self.codec == "mp3" else 1024

    @property
    def count(self) -> int:
        """How many frames a segment has."""
        return 39 if self.codec == "mp3" else 44

    @property
    def seconds(self) -> float:
        """How long a segment sounds."""
        return self.count * self.samples / _RATE


@cache
def frames(pitch: int, sound: Sound) -> tuple[bytes, ...]:
    """The frames that a segment of this tone has."""
    with av.open(io.BytesIO(_encoded(pitch, sound)), "r") as container:
        everything = tuple(bytes(packet) for packet in container.demux(audio=0) if packet.size)
    return everything[_SKIPPED : _SKIPPED + sound.count]


@cache
def transport(pitch: int, sound: Sound, *, pid: int, program: int) -> bytes:
    """A segment of MPEG-TS with its sound in this stream of this program."""
    return _muxed(
        pitch,
        sound,
        "mpegts",
        {
            "mpegts_start_pid": str(pid),
            "mpegts_service_id": str(program),
            "mpegts_pmt_start_pid": str(0x1000 + program),
        },
    )


@cache
def packed(pitch: int, sound: Sound) -> bytes:
    """A segment of packed audio, with the tag that tells its time (RFC 8216, section 3.4)."""
    owner = b"com.apple.streaming.transportStreamTimestamp\0" + (90_000).to_bytes(8, "big")
    frame = b"PRIV" + len(owner).to_bytes(4, "big") + b"\0\0" + owner
    tag = b"ID3\x04\0\0" + bytes((0, 0, len(frame) >> 7, len(frame) & 0x7F)) + frame
    return tag + (b"".join(frames(pitch, sound)) if sound.codec == "mp3" else _muxed(pitch, sound, "adts", {}))


@cache
def fragmented(pitch: int, sound: Sound) -> tuple[bytes, bytes]:
    """An initialisation section, and a segment of fragmented MP4."""
    whole = _muxed(pitch, sound, "mp4", {"movflags": "frag_keyframe+empty_moov+default_base_moof"})
    border = whole.index(b"moof") - 4
    return whole[:border], whole[border:]


def pitches(path: Path, lengths: Sequence[float]) -> list[int]:
    """What one hears: the pitch in the middle of each stretch of a recording, in Hz.

    Args:
        path: The recording.
        lengths: Of each stretch, in seconds.
    """
    wave = _decoded(path)
    heard = []
    start = 0.0
    for length in lengths:
        begin, end = (round((start + length * share) * _HEARD_RATE) for share in (0.25, 0.75))
        crossings = sum(before < 0 <= after for before, after in pairwise(wave[begin:end]))
        heard.append(round(crossings * _HEARD_RATE / max(1, end - begin)))
        start += length
    return heard


def _decoded(path: Path) -> array.array[int]:
    resampler = AudioResampler("s16", "mono", _HEARD_RATE)
    wave = array.array("h")
    with av.open(str(path)) as container:
        for frame in (*container.decode(audio=0), None):
            for ready in resampler.resample(frame):
                wave.frombytes(bytes(ready.planes[0])[: ready.samples * 2])
    return wave


@cache
def _encoded(pitch: int, sound: Sound) -> bytes:
    buffer = io.BytesIO()
    is_mp3 = sound.codec == "mp3"
    options = {"write_xing": "0", "id3v2_version": "0"} if is_mp3 else {}
    layout = "mono" if sound.channels == 1 else "stereo"
    with av.open(buffer, "w", format="mp3" if is_mp3 else "ipod", options=options) as container:
        stream = container.add_stream(
            "libmp3lame" if is_mp3 else "aac", rate=_RATE, options={"reservoir": "0"} if is_mp3 else {}
        )
        assert isinstance(stream, av.AudioStream)
        stream.bit_rate = 64_000
        stream.codec_context.layout = AudioLayout(layout)
        turn = 2 * math.pi * pitch / _RATE
        for start in range(0, _RATE * _SECONDS, 1000):
            wave = array.array("f", (0.4 * math.sin(turn * n) for n in range(start, start + 1000)))
            frame = av.AudioFrame(format="fltp", layout=layout, samples=1000)
            for plane in frame.planes:
                plane.update(wave.tobytes())
            frame.sample_rate, frame.pts = _RATE, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return buffer.getvalue()


def _muxed(pitch: int, sound: Sound, container_format: str, options: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with (
        av.open(io.BytesIO(_encoded(pitch, sound))) as recording,
        av.open(buffer, "w", format=container_format, options=options) as container,
    ):
        stream = container.add_stream_from_template(recording.streams.audio[0])
        container.start_encoding()
        _put(container, stream, frames(pitch, sound), sound.samples)
    return buffer.getvalue()


def _put(container: OutputContainer, stream: av.AudioStream, data: Sequence[bytes], samples: int) -> None:
    for index, each in enumerate(data):
        packet = av.Packet(each)
        packet.stream = stream
        packet.time_base = Fraction(1, _RATE)
        packet.pts = packet.dts = index * samples
        packet.duration = samples
        packet.is_keyframe = True
        container.mux_one(packet)
