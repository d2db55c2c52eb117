from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from ohdio_core.errors import TransientError
from ohdio_downloader.media.formats import FLAC
from ohdio_downloader.media.probe import DamagedAudio, probe
from ohdio_downloader.media.tag import write_details
from ohdio_downloader.media.taggers.details import FileDetails
from ohdio_downloader.media.verify import Sound, verify
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

    def test_sound_that_is_encoded_as_nothing_that_is_known(self, path: Path, audio: AudioFactory) -> None:
        path.write_bytes(audio.mp4("a", 5).replace(b"mp4a", b"zzzz").replace(b"esds", b"zzzz"))
        with pytest.raises(DamagedAudio, match="not readable"):
            probe(path)

    def test_what_a_disk_cannot_read_is_not_damaged(self, path: Path) -> None:
        path.symlink_to("/proc/self/mem")  # whose first bytes nobody can read, as those of a disk that fails
        with pytest.raises(OSError, match=os.strerror(errno.EIO)):
            probe(path)
        with pytest.raises(OSError, match=os.strerror(errno.EIO)):
            write_details(path, FLAC, FileDetails())

    def test_damage_may_be_repaired_by_fetching_again(self) -> None:
        assert issubclass(DamagedAudio, TransientError)


class TestVerify:
    def check(self, path: Path, data: bytes, *, is_whole: bool = False) -> float:
        path.write_bytes(data)
        return verify(path, is_whole=is_whole, check=nothing).duration.total_seconds()

    @pytest.mark.parametrize("seconds", [0.2, 3, 60])
    def test_returns_the_true_duration(self, path: Path, audio: AudioFactory, seconds: float) -> None:
        assert self.check(path, audio.mp3("a", seconds)) == pytest.approx(seconds, abs=0.05)

    def test_accepts_every_kind_that_is_filed(self, path: Path, audio: AudioFactory) -> None:
        mp3 = audio.mp3("a", 3)
        for data in (
            audio.mp4("a", 3),
            encoded(mp3, "libopus", "ogg"),
            encoded(mp3, "vorbis", "ogg"),
            encoded(mp3, "flac", "flac"),
            repacked(mp3, "mp3"),
        ):
            assert self.check(path, data) == pytest.approx(3, abs=0.2)

    def test_an_mp3_that_lost_its_end_contradicts_its_own_header(self, path: Path, audio: AudioFactory) -> None:
        data = repacked(audio.mp3("a", 30), "mp3")
        with pytest.raises(DamagedAudio, match="its own header"):
            self.check(path, data[: len(data) * 2 // 3])

    def test_an_mp4_that_lost_its_end_contradicts_its_own_header(self, path: Path, audio: AudioFactory) -> None:
        data = audio.mp4("a", 30)
        with pytest.raises(DamagedAudio, match="its own header"):
            self.check(path, data[: len(data) * 2 // 3])

    def test_a_header_is_believed_less_than_bytes_that_all_came(self, path: Path, audio: AudioFactory) -> None:
        for data in (
            audio.mp4("a", 30),
            repacked(audio.mp3("a", 30), "mp3"),
            encoded(audio.mp3("a", 30), "flac", "flac"),
        ):
            path.write_bytes(data[: len(data) * 2 // 3])
            sound = verify(path, is_whole=True, check=nothing)
            assert sound.duration.total_seconds() == pytest.approx(20, abs=2)
            assert sound.stated is not None
            assert sound.stated.total_seconds() == pytest.approx(30, abs=0.2)
            assert sound.is_overstated

    def test_an_mp4_that_lost_its_index(self, path: Path, audio: AudioFactory, tmp_path: Path) -> None:
        source = tmp_path / "source.mp4"
        source.write_bytes(audio.mp4("a", 5))
        data = repacked(source.read_bytes(), "mp4")
        with pytest.raises(DamagedAudio, match="not readable") as caught:
            self.check(path, data[: len(data) // 2])
        assert str(caught.value) == "The file that was fetched is not readable audio."

    def test_a_constant_rate_mp3_without_a_frame_count_is_as_long_as_it_is(
        self, path: Path, audio: AudioFactory
    ) -> None:
        data = audio.mp3("a", 30)
        assert self.check(path, data[: len(data) // 2]) == pytest.approx(15, abs=0.1)

    def test_can_be_stopped(self, path: Path, audio: AudioFactory) -> None:
        def stop() -> None:
            raise InterruptedError

        path.write_bytes(audio.mp3("a", 3))
        with pytest.raises(InterruptedError):
            verify(path, is_whole=False, check=stop)


KINDS = ("mp3", "aac", "opus", "vorbis", "flac")


@pytest.fixture
def recording(kind: str, audio: AudioFactory) -> bytes:
    """200 seconds of sound."""
    mp3 = audio.mp3("damage", 200)
    match kind:
        case "mp3":
            return mp3
        case "aac":
            return audio.mp4("damage", 200)
        case "flac":
            return encoded(mp3, "flac", "flac")
        case _:  # at a low rate, for these are slow to encode
            return encoded(mp3, {"opus": "libopus"}.get(kind, kind), "ogg", rate=8_000)


class TestDamage:
    """Bytes that came as they are at the site, and are no sound."""

    def with_hole(self, data: bytes, share: float, noise: Callable[[int], bytes], place: float = 0.5) -> bytes:
        length, start = int(len(data) * share), int(len(data) * place)
        return data[:start] + noise(length) + data[start + length :]

    def judge(self, path: Path, data: bytes) -> Sound:
        path.write_bytes(data)
        return verify(path, is_whole=True, check=nothing)

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("noise", [bytes, Random(4).randbytes], ids=["zeros", "noise"])
    def test_of_more_than_a_hundredth_is_noticed(
        self, path: Path, recording: bytes, noise: Callable[[int], bytes]
    ) -> None:
        with pytest.raises(DamagedAudio, match="of its sound cannot be decoded"):
            self.judge(path, self.with_hole(recording, 0.03, noise))

    @pytest.mark.parametrize("kind", KINDS)
    def test_of_a_few_frames_is_what_players_skip(self, path: Path, recording: bytes) -> None:
        sound = self.judge(path, self.with_hole(recording, 0.001, bytes))
        assert sound.duration.total_seconds() == pytest.approx(200, abs=2)

    @pytest.mark.parametrize("kind", ["aac"])
    def test_far_into_a_file_is_noticed(self, path: Path, recording: bytes) -> None:
        """Beyond the packets that are decoded one by one."""
        with pytest.raises(DamagedAudio, match="of its sound cannot be decoded"):
            self.judge(path, self.with_hole(recording, 0.02, bytes, place=0.9))

    @pytest.mark.parametrize("kind", ["aac"])
    def test_at_the_end_is_noticed_however_short(self, path: Path, recording: bytes) -> None:
        with pytest.raises(DamagedAudio, match="cannot be decoded"):
            self.judge(path, recording[:-3000] + b"\xff" * 3000)
