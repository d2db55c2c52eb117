"""Real encoded audio, made in milliseconds: each clip reshuffles the frames of one recording.

MP3 frames are encoded at a constant bit rate without a bit reservoir, and AAC frames stand for
themselves, so any order of frames is a valid stream. The order is drawn from the clip's seed: equal
seeds give equal bytes, different seeds give different ones.
"""

from __future__ import annotations

import array
import math
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

import av
from av.audio.layout import AudioLayout
from av.audio.stream import AudioStream
from av.container import OutputContainer

SAMPLE_RATE = 32_000
_BASE_SECONDS = 12
_BLOCK_FRAMES = 8

_MP3_BIT_RATE = 64_000
_MP3_FRAME_SAMPLES = 1152
#: 64 kbit/s at 32 kHz: every frame has exactly this many bytes, and no padding.
_MP3_FRAME_BYTES = _MP3_BIT_RATE * _MP3_FRAME_SAMPLES // (8 * SAMPLE_RATE)
_AAC_BIT_RATE = 48_000
_AAC_FRAME_SAMPLES = 1024
_HLS_SEGMENT_SECONDS = 4


class HlsVariant(StrEnum):
    """How the segments of a playlist are stored."""

    PLAIN = "plain"  #: one MPEG-TS file a segment
    AES_128 = "aes-128"  #: the same, encrypted with a key that the playlist names
    BYTE_RANGE = "byte-range"  #: ranges of one MPEG-TS file
    FMP4 = "fmp4"  #: fragmented MP4 with an initialisation segment


@dataclass(frozen=True, slots=True)
class HlsFiles:
    """A master playlist and all that it leads to, by file name; links between them are relative."""

    master: str
    files: dict[str, bytes]


class AudioFactory:
    """Makes clips; keeps the two encoded recordings in ``cache_dir`` for the next process."""

    def __init__(self, cache_dir: Path) -> None:
        cache_dir.mkdir(parents=True, exist_ok=True)
        self._mp3 = _cached(cache_dir / "recording-1.mp3", _encode_mp3)
        self._aac_path = cache_dir / "recording-1.m4a"
        _cached(self._aac_path, _encode_aac)
        self._aac_frames = _packets(self._aac_path)

    def mp3(self, seed: str, seconds: float) -> bytes:
        """A mono MP3 of 64 kbit/s (8,000 bytes a second), at most one frame longer than ``seconds``."""
        frames = math.ceil(seconds * SAMPLE_RATE / _MP3_FRAME_SAMPLES)
        size = _MP3_FRAME_BYTES
        return b"".join(
            self._mp3[first * size : (first + count) * size]
            for first, count in _shuffled_blocks(seed, len(self._mp3) // size, frames)
        )

    def mp4(self, seed: str, seconds: float) -> bytes:
        """A mono AAC track of about 48 kbit/s in an MP4 with its index at the front."""
        with tempfile.TemporaryDirectory(prefix="ohdio-mp4-") as name:
            path = Path(name) / "clip.mp4"
            with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
                self._mux(container, seed, seconds)
            return path.read_bytes()

    def aac(self, seed: str, seconds: float) -> list[bytes]:
        """The packets of ``mp4`` and ``hls`` with this seed."""
        return list(self._aac_sequence(seed, math.ceil(seconds * SAMPLE_RATE / _AAC_FRAME_SAMPLES)))

    def hls(self, seed: str, seconds: float, variant: HlsVariant) -> HlsFiles:
        """The same sound as ``mp4`` with this seed, as segments of four seconds behind a master playlist."""
        options = {"hls_time": str(_HLS_SEGMENT_SECONDS), "hls_playlist_type": "vod", "hls_list_size": "0"}
        with tempfile.TemporaryDirectory(prefix="ohdio-hls-") as name:
            folder = Path(name)
            if variant is HlsVariant.AES_128:
                rng = random.Random(f"key {seed}")
                (folder / "audio.key").write_bytes(rng.randbytes(16))
                info = folder / "key.info"
                info.write_text(f"audio.key\n{folder / 'audio.key'}\n{rng.randbytes(16).hex()}\n")
                options["hls_key_info_file"] = str(info)
            elif variant is HlsVariant.BYTE_RANGE:
                options["hls_flags"] = "single_file"
            elif variant is HlsVariant.FMP4:
                options["hls_segment_type"] = "fmp4"
            with av.open(str(folder / "audio.m3u8"), "w", format="hls", options=options) as container:
                self._mux(container, seed, seconds)
            files = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "key.info"}
        files["master.m3u8"] = (
            "#EXTM3U\n#EXT-X-VERSION:3\n"
            f'#EXT-X-STREAM-INF:BANDWIDTH={_AAC_BIT_RATE + 12_000},CODECS="mp4a.40.2"\naudio.m3u8\n'
        ).encode()
        return HlsFiles(master="master.m3u8", files=files)

    def _mux(self, container: OutputContainer, seed: str, seconds: float) -> None:
        wanted = math.ceil(seconds * SAMPLE_RATE / _AAC_FRAME_SAMPLES)
        with av.open(str(self._aac_path)) as recording:
            stream = container.add_stream_from_template(recording.streams.audio[0])
            container.start_encoding()
            for index, data in enumerate(self._aac_sequence(seed, wanted)):
                packet = av.Packet(data)
                packet.stream = stream
                packet.time_base = Fraction(1, SAMPLE_RATE)
                packet.pts = packet.dts = index * _AAC_FRAME_SAMPLES
                packet.duration = _AAC_FRAME_SAMPLES
                packet.is_keyframe = True
                container.mux_one(packet)

    def _aac_sequence(self, seed: str, wanted: int) -> Iterator[bytes]:
        for first, count in _shuffled_blocks(seed, len(self._aac_frames), wanted):
            yield from self._aac_frames[first : first + count]


def _shuffled_blocks(seed: str, available: int, wanted: int) -> Iterator[tuple[int, int]]:
    """Yield (first frame, number of frames) of short runs in an order drawn from the seed."""
    rng = random.Random(seed)
    starts = range(0, available - _BLOCK_FRAMES + 1, _BLOCK_FRAMES)
    while wanted > 0:
        count = min(_BLOCK_FRAMES, wanted)
        yield rng.choice(starts), count
        wanted -= count


def _encode_mp3(path: Path) -> None:
    # An index frame or a tag at the front would be wrong for every clip that is cut from the recording.
    with av.open(str(path), "w", format="mp3", options={"write_xing": "0", "id3v2_version": "0"}) as container:
        _encode(
            container, container.add_stream("libmp3lame", rate=SAMPLE_RATE, options={"reservoir": "0"}), _MP3_BIT_RATE
        )


def _encode_aac(path: Path) -> None:
    with av.open(str(path), "w", format="ipod") as container:
        _encode(container, container.add_stream("aac", rate=SAMPLE_RATE), _AAC_BIT_RATE)


def _encode(container: OutputContainer, stream: AudioStream, bit_rate: int) -> None:
    stream.bit_rate = bit_rate
    stream.codec_context.layout = AudioLayout("mono")
    for frame in _sound():
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def _sound() -> Iterator[av.AudioFrame]:
    """Half a second of one pitch after another, with a little noise: no two blocks sound alike."""
    rng = random.Random("recording")
    step = SAMPLE_RATE // 2
    for index in range(_BASE_SECONDS * 2):
        turn = 2 * math.pi * (150 + 35 * index) / SAMPLE_RATE
        wave = array.array("f", (0.4 * math.sin(turn * n) + rng.uniform(-0.02, 0.02) for n in range(step)))
        frame = av.AudioFrame(format="fltp", layout="mono", samples=step)
        frame.planes[0].update(wave.tobytes())
        frame.sample_rate = SAMPLE_RATE
        frame.pts = index * step
        yield frame


def _packets(path: Path) -> Sequence[bytes]:
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(audio=0) if packet.size]


def _cached(path: Path, make: Callable[[Path], None]) -> bytes:
    """Make the file unless it is there; several processes may do so at once."""
    if not path.exists():
        with tempfile.TemporaryDirectory(dir=path.parent) as name:
            fresh = Path(name) / path.name
            make(fresh)
            fresh.replace(path)
    return path.read_bytes()
