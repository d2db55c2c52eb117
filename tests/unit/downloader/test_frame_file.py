"""AAC from transport streams is written the same by tables of our own as by FFmpeg, packet by packet."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import av
import pytest

from ohdio_downloader.media import join as joining
from ohdio_downloader.media.frame_file import IrregularFrames
from ohdio_downloader.media.join import NotAsAnnounced, join
from ohdio_downloader.media.probe import probe
from ohdio_downloader.media.verify import verify
from ohdio_downloader.pieces import Piece, Pieces, Stretch
from tests.sites.audio import AudioFactory
from tests.unit.downloader.sound import encoded, packets, pcm, repacked, starts

SECONDS = 20


def nothing() -> None:
    """Nobody wants to stop."""


def _one_frame_each(audio: AudioFactory) -> bytes:
    return repacked(audio.mp4("a", SECONDS), "mpegts", {"pes_payload_size": "0"})


def _many_frames_each(audio: AudioFactory) -> bytes:
    return repacked(audio.mp4("a", SECONDS), "mpegts", {"pes_payload_size": "2930", "max_delay": "700000"})


def _other_rate(audio: AudioFactory) -> bytes:
    return repacked(encoded(audio.mp4("a", SECONDS), "aac", "mp4", 44_100), "mpegts")


def _join(data: bytes, folder: Path, pieces: int = 1) -> Path:
    """Join a transport stream, in two stretches, or so often one behind the other."""
    source = folder / "part"
    source.write_bytes(data * pieces)
    half, size = len(data) // 2 // 188 * 188, len(data)
    each = [
        Piece("mpegts", (Stretch(at, at + half, SECONDS / 2), Stretch(at + half, at + size, SECONDS / 2)))
        for at in range(0, size * pieces, size)
    ]
    return join(source, Pieces("tones.example", 0.5, tuple(each)), nothing)


def _refuse(*_: object) -> None:
    raise IrregularFrames


@pytest.fixture
def by_ffmpeg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes, int], Path]:
    (tmp_path / "ffmpeg").mkdir()

    def join_packets(data: bytes, pieces: int) -> Path:
        with monkeypatch.context() as patched:
            patched.setattr(joining, "_write_frames", _refuse)
            return _join(data, tmp_path / "ffmpeg", pieces)

    return join_packets


class TestFrames:
    @pytest.mark.parametrize("make", [_one_frame_each, _many_frames_each, _other_rate])
    def test_are_those_that_ffmpeg_writes(
        self,
        make: Callable[[AudioFactory], bytes],
        audio: AudioFactory,
        tmp_path: Path,
        by_ffmpeg: Callable[[bytes, int], Path],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        data = make(audio)
        theirs = by_ffmpeg(data, 3)
        monkeypatch.setattr(joining, "Track", _refuse)  # nothing is left to FFmpeg
        ours = _join(data, tmp_path, 3)
        assert packets(ours) == packets(theirs)
        assert starts(ours) == starts(theirs)
        assert pcm(ours) == pcm(theirs)
        assert verify(ours, is_whole=False, check=nothing) == verify(theirs, is_whole=False, check=nothing)
        mine, other = probe(ours), probe(theirs)
        assert (mine.codec, mine.sample_rate, mine.channels, mine.duration) == (
            other.codec,
            other.sample_rate,
            other.channels,
            other.duration,
        )
        assert mine.bit_rate == pytest.approx(other.bit_rate, rel=0.02)

    def test_take_no_memory_for_long_packets_of_a_long_segment(self, audio: AudioFactory, tmp_path: Path) -> None:
        options = {"pes_payload_size": "60000", "max_delay": "8000000"}
        data = repacked(audio.mp4("a", SECONDS), "mpegts", options) * 40
        source = tmp_path / "part"
        source.write_bytes(data)
        piece = Piece("mpegts", (Stretch(0, len(data), SECONDS * 40),))
        tracemalloc.start()
        try:
            join(source, Pieces("tones.example", 0.5, (piece,)), nothing)
            assert tracemalloc.get_traced_memory()[1] < len(data) / 2
        finally:
            tracemalloc.stop()


class TestWhatIsLeftToFfmpeg:
    def test_a_frame_that_is_cut_at_the_end(
        self, audio: AudioFactory, tmp_path: Path, by_ffmpeg: Callable[[bytes, int], Path]
    ) -> None:
        data = _many_frames_each(audio)[: -5 * 188]
        assert packets(_join(data, tmp_path)) == packets(by_ffmpeg(data, 1))

    def test_bytes_that_are_lost_within(
        self, audio: AudioFactory, tmp_path: Path, by_ffmpeg: Callable[[bytes, int], Path]
    ) -> None:
        whole = _many_frames_each(audio)
        cut = len(whole) // 3 // 188 * 188
        data = whole[:cut] + whole[cut + 2 * 188 :]
        assert packets(_join(data, tmp_path)) == packets(by_ffmpeg(data, 1))

    def test_another_sampling_rate_within_is_refused(self, audio: AudioFactory, tmp_path: Path) -> None:
        data = _one_frame_each(audio)
        source = tmp_path / "part"
        other = _other_rate(audio)
        source.write_bytes(data + other)
        ends = (len(data), len(data) + len(other))
        each = [Piece("mpegts", (Stretch(at, end, SECONDS),)) for at, end in zip((0, ends[0]), ends, strict=True)]
        with pytest.raises(Exception, match=r"44\.1|44,100|44100") as refused:
            join(source, Pieces("tones.example", 0.5, tuple(each)), nothing)
        assert "AAC" in str(refused.value)
        assert list(tmp_path.glob("part*")) == []

    def test_less_sound_than_announced_is_refused(self, audio: AudioFactory, tmp_path: Path) -> None:
        data = _one_frame_each(audio)
        source = tmp_path / "part"
        source.write_bytes(data)
        piece = Piece("mpegts", (Stretch(0, len(data), SECONDS * 2),))
        with pytest.raises(NotAsAnnounced, match="something of the recording is missing"):
            join(source, Pieces("tones.example", 0.5, (piece,)), nothing)

    def test_a_sound_that_is_declared_and_has_no_frame_is_missing(self, audio: AudioFactory, tmp_path: Path) -> None:
        data = _one_frame_each(audio)
        tables = data[: 3 * 188]
        source = tmp_path / "part"
        source.write_bytes(data + tables * 30)
        ends = (len(data), len(data) + len(tables) * 30)
        each = [Piece("mpegts", (Stretch(at, end, SECONDS),)) for at, end in zip((0, ends[0]), ends, strict=True)]
        with pytest.raises(NotAsAnnounced, match="something of the recording is missing"):
            join(source, Pieces("tones.example", 0.5, tuple(each)), nothing)

    def test_two_sounds_of_one_stream(self, audio: AudioFactory, tmp_path: Path) -> None:
        data = _with_two_sounds(audio, tmp_path / "two.ts")
        assert len(packets(_join(data, tmp_path))) == len(audio.aac("a", SECONDS))


def _with_two_sounds(audio: AudioFactory, path: Path) -> bytes:
    (path.parent / "one").write_bytes(audio.mp4("a", SECONDS))
    with av.open(str(path.parent / "one")) as source, av.open(str(path), "w", format="mpegts") as output:
        stream = source.streams.audio[0]
        both = [output.add_stream_from_template(stream) for _ in range(2)]
        for packet in source.demux(stream):
            if packet.size:
                for copy in both:
                    again = av.Packet(bytes(packet))
                    again.pts, again.dts, again.time_base = packet.pts, packet.dts, packet.time_base
                    again.duration, again.stream = packet.duration or 0, copy
                    output.mux(again)
    return path.read_bytes()
