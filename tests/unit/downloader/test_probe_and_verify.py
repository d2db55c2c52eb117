from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from ohdio_core.errors import TransientError
from ohdio_downloader.media.probe import DamagedAudio, probe
from ohdio_downloader.media.verify import verify
from tests.sites.audio import AudioFactory
from tests.unit.downloader.sound import encoded, repacked


def nothing() -> None:
    """Nobody wants to stop."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "part"


class TestProbe:
    def test_mp3(self, path: Path, audio: AudioFactory) -> None:
        path.write_bytes(audio.mp3("a", 10))
        info = probe(path)
        assert (info.container, info.codec, info.sample_rate, info.channels) == ("mp3", "mp3", 32_000, 1)
        assert info.bit_rate == pytest.approx(64_000, rel=0.02)
        assert info.duration is not None
        assert info.duration.total_seconds() == pytest.approx(10, abs=0.1)

    def test_aac_in_mp4(self, path: Path, audio: AudioFactory) -> None:
        path.write_bytes(audio.mp4("a", 10))
        info = probe(path)
        assert info.codec == "aac"
        assert "m4a" in info.container

    def test_a_file_without_audio(self, path: Path) -> None:
        path.write_bytes(b"WEBVTT\n\n00:01.000 --> 00:04.000\nOnce upon a time.\n")
        with pytest.raises(DamagedAudio, match="no audio"):
            probe(path)

    @pytest.mark.parametrize("data", [b"", b"\0" * 10_000, b"just words " * 1000])
    def test_a_file_of_something_else(self, path: Path, data: bytes) -> None:
        path.write_bytes(data)
        with pytest.raises(DamagedAudio):
            probe(path)

    def test_damage_may_be_repaired_by_fetching_again(self) -> None:
        assert issubclass(DamagedAudio, TransientError)


class TestVerify:
    def check(self, path: Path, data: bytes, promised: float | None = None) -> float:
        path.write_bytes(data)
        seconds = None if promised is None else timedelta(seconds=promised)
        return verify(path, promised=seconds, check=nothing).total_seconds()

    @pytest.mark.parametrize("seconds", [0.2, 3, 60])
    def test_gives_the_true_duration(self, path: Path, audio: AudioFactory, seconds: float) -> None:
        assert self.check(path, audio.mp3("a", seconds), seconds) == pytest.approx(seconds, abs=0.05)

    def test_accepts_every_kind_that_is_filed(self, path: Path, audio: AudioFactory) -> None:
        mp3 = audio.mp3("a", 3)
        for data in (
            audio.mp4("a", 3),
            encoded(mp3, "libopus", "ogg"),
            encoded(mp3, "vorbis", "ogg"),
            encoded(mp3, "flac", "flac"),
            repacked(mp3, "mp3"),
        ):
            assert self.check(path, data, 3) == pytest.approx(3, abs=0.2)

    def test_a_part_cut_to_less_than_nine_tenths_of_the_promise(self, path: Path, audio: AudioFactory) -> None:
        with pytest.raises(DamagedAudio, match=r"0:00:50 of sound where the site promises 0:01:00"):
            self.check(path, audio.mp3("a", 50), 60)

    def test_small_differences_and_longer_files_are_what_sites_are_like(self, path: Path, audio: AudioFactory) -> None:
        assert self.check(path, audio.mp3("a", 56), 60) == pytest.approx(56, abs=0.1)
        assert self.check(path, audio.mp3("a", 70), 60) == pytest.approx(70, abs=0.1)
        assert self.check(path, audio.mp3("a", 1), 5) == pytest.approx(1, abs=0.1)

    def test_an_mp3_that_lost_its_end_contradicts_its_own_header(self, path: Path, audio: AudioFactory) -> None:
        data = repacked(audio.mp3("a", 30), "mp3")
        with pytest.raises(DamagedAudio, match="its own header"):
            self.check(path, data[: len(data) * 2 // 3])

    def test_an_mp4_that_lost_its_end(self, path: Path, audio: AudioFactory) -> None:
        data = audio.mp4("a", 30)
        with pytest.raises(DamagedAudio, match="damaged or cut"):
            self.check(path, data[: len(data) * 2 // 3])

    def test_an_mp4_that_lost_its_index(self, path: Path, audio: AudioFactory, tmp_path: Path) -> None:
        source = tmp_path / "source.mp4"
        source.write_bytes(audio.mp4("a", 5))
        data = repacked(source.read_bytes(), "mp4")
        with pytest.raises(DamagedAudio, match="not readable"):
            self.check(path, data[: len(data) // 2])

    def test_a_constant_rate_mp3_without_a_frame_count_is_as_long_as_it_is(
        self, path: Path, audio: AudioFactory
    ) -> None:
        data = audio.mp3("a", 30)
        assert self.check(path, data[: len(data) // 2]) == pytest.approx(15, abs=0.1)

    def test_an_end_of_noise(self, path: Path, audio: AudioFactory) -> None:
        data = bytearray(audio.mp4("a", 30))
        start = data.index(b"mdat") + 4
        middle = (start + len(data)) // 2
        data[middle:] = b"\xff" * (len(data) - middle)
        with pytest.raises(DamagedAudio, match="cannot be decoded"):
            self.check(path, bytes(data))

    def test_can_be_stopped(self, path: Path, audio: AudioFactory) -> None:
        def stop() -> None:
            raise InterruptedError

        path.write_bytes(audio.mp3("a", 3))
        with pytest.raises(InterruptedError):
            verify(path, promised=None, check=stop)
