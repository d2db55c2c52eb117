"""Looking inside audio files, and making kinds that the simulated sites do not have."""

from __future__ import annotations

import io
from functools import cache
from hashlib import sha256
from pathlib import Path

import av
from av.audio.layout import AudioLayout
from av.audio.resampler import AudioResampler

from tests.fixtures.recordings import folder_of, kept


def packets(path: Path) -> list[bytes]:
    """The encoded frames."""
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(audio=0) if packet.size]


def pcm(path: Path) -> bytes:
    """What one hears."""
    with av.open(str(path)) as container:
        return b"".join(bytes(frame.planes[0]) for frame in container.decode(audio=0))


def starts(path: Path) -> list[int]:
    """When each packet starts, in samples."""
    with av.open(str(path)) as container:
        rate = container.streams.audio[0].sample_rate
        return [
            round(packet.pts * packet.time_base * rate)
            for packet in container.demux(audio=0)
            if packet.size and packet.pts is not None and packet.time_base is not None
        ]


def repacked(data: bytes, container_format: str, options: dict[str, str] | None = None) -> bytes:
    """The same frames in another container."""
    buffer = io.BytesIO()
    with (
        av.open(io.BytesIO(data), "r") as source,
        av.open(buffer, "w", format=container_format, options=options or {}) as output,
    ):
        stream = source.streams.audio[0]
        copy = output.add_stream_from_template(stream)
        for packet in source.demux(stream):
            if packet.size:
                packet.stream = copy
                output.mux(packet)
    return buffer.getvalue()


@cache  # every test of a kind asks for the same few recordings
def encoded(data: bytes, codec: str, container_format: str, rate: int = 16_000) -> bytes:
    """The same sound in another encoding."""
    name = f"{sha256(data).hexdigest()}-{codec}-{container_format}-{rate}"
    return kept(folder_of(Path(__file__)) / name, lambda: _encode(data, codec, container_format, rate))


def _encode(data: bytes, codec: str, container_format: str, rate: int) -> bytes:
    buffer = io.BytesIO()
    layout = "stereo" if codec == "vorbis" else "mono"  # FFmpeg's own Vorbis encoder knows nothing else
    with av.open(io.BytesIO(data), "r") as source, av.open(buffer, "w", format=container_format) as output:
        stream = output.add_stream(codec, rate=rate, options={"strict": "experimental"})
        assert isinstance(stream, av.AudioStream)
        stream.codec_context.layout = AudioLayout(layout)
        stream.codec_context.open(strict=False)
        resampler = AudioResampler(stream.codec_context.format, layout, rate, stream.codec_context.frame_size or None)
        for frame in (*source.decode(audio=0), None):
            for ready in resampler.resample(frame):
                output.mux(stream.encode(ready))
        output.mux(stream.encode(None))
    return buffer.getvalue()
