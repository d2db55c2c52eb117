"""Playlists whose segments are whole files, in containers that no playlist should have: all of it, or a refusal."""

from __future__ import annotations

import array
import io
import math
from dataclasses import dataclass
from pathlib import Path

import av
import pytest
from av.audio.layout import AudioLayout
from av.audio.resampler import AudioResampler

from ohdio_downloader.media.probe import DamagedAudio
from tests.integration.downloader import tones
from tests.integration.downloader.faulty_origin import Serving
from tests.integration.downloader.shelf import Shelf
from tests.unit.downloader.sound import packets, repacked

RATE = 48_000
SECONDS = 1.5
PITCHES = (300, 900, 450)


@dataclass(frozen=True, slots=True)
class Kind:
    """How a segment is encoded."""

    codec: str
    container: str
    samples: str
    channels: int = 1


FLAC = Kind("flac", "flac", "s16")
FLAC_24 = Kind("flac", "flac", "s32")
OGG_FLAC = Kind("flac", "ogg", "s16")
WAV = Kind("pcm_s16le", "wav", "s16")
FLOAT = Kind("pcm_f32le", "wav", "flt")
AIFF = Kind("pcm_s24be", "aiff", "s32")
SAMPLES = [FLAC, FLAC_24, OGG_FLAC, WAV, Kind("pcm_u8", "wav", "u8", 2), FLOAT, AIFF]
PACKETS = [
    Kind("libopus", "ogg", "s16"),
    Kind("libopus", "webm", "s16"),
    Kind("vorbis", "ogg", "fltp", 2),
    Kind("aac", "matroska", "fltp"),
    Kind("alac", "ipod", "s16p"),
]


def encoded(pitch: int, kind: Kind) -> bytes:
    """A tone in a file of its own."""
    if kind == OGG_FLAC:
        return repacked(encoded(pitch, FLAC), "ogg")
    buffer = io.BytesIO()
    layout = AudioLayout("mono" if kind.channels == 1 else "stereo")
    with av.open(buffer, "w", format=kind.container) as output:
        options = {"strict": "experimental"} if kind.codec == "vorbis" else {}
        stream = output.add_stream(kind.codec, rate=RATE, options=options)
        assert isinstance(stream, av.AudioStream)
        context = stream.codec_context
        context.layout, context.format = layout, av.AudioFormat(kind.samples)
        context.open(strict=False)
        wave = array.array("f", (0.4 * math.sin(2 * math.pi * pitch * n / RATE) for n in range(int(RATE * SECONDS))))
        frame = av.AudioFrame(format="flt", layout="mono", samples=len(wave))
        frame.planes[0].update(wave.tobytes())
        frame.sample_rate, frame.pts = RATE, 0
        resampler = AudioResampler(context.format, layout, RATE, context.frame_size or None)
        for source in (frame, None):
            for ready in resampler.resample(source):
                output.mux(stream.encode(ready))
        output.mux(stream.encode(None))
    return buffer.getvalue()


def serve(shelf: Shelf, *segments: bytes, mark: str = "", length: float = SECONDS) -> str:
    lines = ["#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-PLAYLIST-TYPE:VOD"]
    for number, data in enumerate(segments):
        shelf.origin.serve(f"/{number}", Serving(data, content_type="application/octet-stream"))
        lines += [*([mark] if mark and number else []), f"#EXTINF:{length},", str(number)]
    return shelf.origin.serve("/list.m3u8", Serving("\n".join(lines).encode(), content_type="audio/mpegurl"))


def kept(folder: Path, segments: list[bytes]) -> list[Path]:
    """The segments as files, to compare with."""
    paths = [folder / f"segment-{number}" for number in range(len(segments))]
    for path, data in zip(paths, segments, strict=True):
        path.write_bytes(data)
    return paths


def samples(path: Path) -> bytes:
    """What is to be heard, as 64-bit numbers, which hold whatever there is."""
    resampler = AudioResampler("dbl", None, RATE)
    with av.open(str(path)) as container:
        return b"".join(
            bytes(ready.planes[0])[: ready.samples * 8 * len(ready.layout.channels)]
            for frame in (*container.decode(audio=0), None)
            for ready in resampler.resample(frame)
        )


@pytest.mark.parametrize("mark", ["", "#EXT-X-DISCONTINUITY"])
class TestWholeFiles:
    @pytest.mark.parametrize("kind", SAMPLES, ids=str)
    def test_of_samples_lose_none_of_them(self, shelf: Shelf, tmp_path: Path, kind: Kind, mark: str) -> None:
        segments = [encoded(pitch, kind) for pitch in PITCHES]
        book = shelf.collect(serve(shelf, *segments, mark=mark), tmp_path)
        assert book.suffix == (".wav" if kind is FLOAT else ".flac")
        assert samples(book) == b"".join(map(samples, kept(tmp_path, segments)))
        with av.open(str(book)) as container:
            assert container.duration == pytest.approx(len(PITCHES) * SECONDS * av.time_base, abs=100)

    @pytest.mark.parametrize("kind", PACKETS, ids=str)
    def test_lose_no_packet(self, shelf: Shelf, tmp_path: Path, kind: Kind, mark: str) -> None:
        segments = [encoded(pitch, kind) for pitch in PITCHES]
        book = shelf.collect(serve(shelf, *segments, mark=mark), tmp_path)
        assert packets(book) == [packet for path in kept(tmp_path, segments) for packet in packets(path)]
        assert tones.pitches(book, [SECONDS] * len(PITCHES)) == [pytest.approx(pitch, rel=0.03) for pitch in PITCHES]


def test_of_several_kinds_of_samples_become_one(shelf: Shelf, tmp_path: Path) -> None:
    segments = [encoded(300, WAV), encoded(900, FLAC), encoded(450, Kind("pcm_s16be", "aiff", "s16"))]
    book = shelf.collect(serve(shelf, *segments), tmp_path)
    assert samples(book) == b"".join(map(samples, kept(tmp_path, segments)))


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (FLAC_24, "from 16-bit samples, 48,000 Hz, mono to 24-bit samples, 48,000 Hz, mono"),
        (Kind("flac", "flac", "s16", 2), "mono to 16-bit samples, 48,000 Hz, stereo"),
        (FLOAT, "to 32-bit floating point"),
        (Kind("aac", "adts", "fltp"), "to AAC"),
    ],
)
def test_of_samples_that_change_are_refused_in_words(shelf: Shelf, tmp_path: Path, other: Kind, words: str) -> None:
    reason = shelf.refuse(serve(shelf, encoded(300, FLAC), encoded(900, other)), tmp_path)
    assert "changes its encoding midway" in reason
    assert words in reason


@pytest.mark.parametrize("kind", [*SAMPLES, *PACKETS[:3]], ids=str)
def test_that_was_cut_into_segments_is_one_again(shelf: Shelf, tmp_path: Path, kind: Kind) -> None:
    whole = encoded(300, kind)
    third = len(whole) // 3
    parts = whole[:third], whole[third : 2 * third], whole[2 * third :]
    book = shelf.collect(serve(shelf, *parts, length=SECONDS / 3), tmp_path)
    (tmp_path / "whole").write_bytes(whole)
    if kind in SAMPLES:
        assert samples(book) == samples(tmp_path / "whole")
    else:
        assert packets(book) == packets(tmp_path / "whole")


@pytest.mark.parametrize("kind", [*SAMPLES, *PACKETS], ids=str)
def test_of_which_a_segment_has_two_lose_none_of_it_or_are_refused(shelf: Shelf, tmp_path: Path, kind: Kind) -> None:
    one, other = encoded(300, kind), encoded(900, kind)
    url = serve(shelf, one + other, length=2 * SECONDS)
    try:
        book = shelf.collect(url, tmp_path)
    except DamagedAudio:
        assert "HLS playlist from" in shelf.refuse(url, tmp_path)
    else:
        assert packets(book) == [packet for path in kept(tmp_path, [one, other]) for packet in packets(path)]


@pytest.mark.parametrize("kind", [FLAC, WAV, PACKETS[0]], ids=str)
def test_of_which_one_is_cut_are_refused_with_its_number_or_the_lengths(
    shelf: Shelf, tmp_path: Path, kind: Kind
) -> None:
    whole = encoded(300, kind)
    reason = shelf.refuse(serve(shelf, whole, whole[: len(whole) // 8], whole), tmp_path)
    assert "begins with segment 2 cannot be read" in reason or "of sound where there are 0:00:0" in reason
