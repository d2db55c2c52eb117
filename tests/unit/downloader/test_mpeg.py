from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_downloader.media.mpeg import read_frames
from tests.sites.audio import AudioFactory
from tests.unit.downloader.sound import encoded, packets, repacked

ENDS = 4


def nothing() -> None:
    """Nobody wants to stop."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "part.mp3"


@pytest.fixture
def plain(audio: AudioFactory) -> bytes:
    """Frames and nothing else."""
    return audio.mp3("a", 3)


class TestReadFrames:
    def test_finds_the_frames_that_ffmpeg_finds(self, path: Path, plain: bytes) -> None:
        path.write_bytes(plain)
        known = packets(path)
        frames = read_frames(path, ENDS, nothing)
        assert frames is not None
        assert (frames.first, frames.last) == (known[:ENDS], known[-ENDS:])
        assert frames.duration.total_seconds() == pytest.approx(len(known) * 1152 / 32_000)

    @pytest.mark.parametrize("rate", [16_000, 22_050, 24_000, 44_100, 48_000])
    def test_every_version_and_rate(self, path: Path, plain: bytes, rate: int) -> None:
        path.write_bytes(encoded(plain, "libmp3lame", "mp3", rate))
        frames = read_frames(path, ENDS, nothing)
        assert frames is not None
        assert frames.duration.total_seconds() == pytest.approx(3, abs=0.15)

    def test_a_frame_that_counts_the_others_is_no_sound(self, path: Path, plain: bytes) -> None:
        path.write_bytes(repacked(plain, "mp3"))
        frames = read_frames(path, ENDS, nothing)
        assert frames is not None
        assert frames.duration.total_seconds() == pytest.approx(len(packets(path)) * 1152 / 32_000)

    @pytest.mark.parametrize("ending", [b"TAG" + bytes(125), b"APETAGEX" + bytes(24)])
    def test_tags_at_the_end_are_no_sound(self, path: Path, plain: bytes, ending: bytes) -> None:
        path.write_bytes(plain)
        alone = read_frames(path, ENDS, nothing)
        path.write_bytes(plain + ending)
        assert read_frames(path, ENDS, nothing) == alone

    @pytest.mark.parametrize("place", [0.3, 0.9999])
    def test_leaves_a_file_with_something_between_its_frames_to_others(
        self, path: Path, plain: bytes, place: float
    ) -> None:
        at = int(len(plain) * place)
        path.write_bytes(plain[:at] + b"\0\0\0\0" + plain[at:])
        assert read_frames(path, ENDS, nothing) is None

    def test_leaves_a_cut_file_to_others(self, path: Path, plain: bytes) -> None:
        path.write_bytes(plain[:-10])
        assert read_frames(path, ENDS, nothing) is None

    def test_leaves_a_file_of_two_kinds_to_others(self, path: Path, plain: bytes) -> None:
        path.write_bytes(plain + encoded(plain, "libmp3lame", "mp3", 24_000))
        assert read_frames(path, ENDS, nothing) is None

    @pytest.mark.parametrize("data", [b"\0", b"ID3", b"ID3\x04\0\0\x7f\x7f\x7f\x7f", b"\xff\xfb", b"TAG" + bytes(125)])
    def test_no_frames(self, path: Path, data: bytes) -> None:
        path.write_bytes(data)
        assert read_frames(path, ENDS, nothing) is None

    @given(data=st.binary(min_size=1, max_size=300).map(lambda noise: b"\xff\xfb\x90\x64" + noise))
    def test_any_bytes_give_an_answer(self, tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
        path = tmp_path_factory.mktemp("noise") / "part.mp3"
        path.write_bytes(data)
        assert read_frames(path, ENDS, nothing) is None or len(data) > 400
