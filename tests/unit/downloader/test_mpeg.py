from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_downloader.media.mp3_tags import sound_span
from ohdio_downloader.media.mpeg import read_frames
from tests.sites.audio import AudioFactory
from tests.unit.downloader.sound import encoded, packets, repacked

ENDS = 4


def nothing() -> None:
    """Nobody wants to stop."""


def ape_tag(items: bytes) -> bytes:
    """An APEv2 tag with a header and a footer."""
    size = (len(items) + 32).to_bytes(4, "little")
    header, footer = (
        b"APETAGEX" + (2000).to_bytes(4, "little") + size + b"\x01\0\0\0" + flags.to_bytes(4, "little") + bytes(8)
        for flags in (0xA0000000, 0x80000000)
    )
    return header + items + footer


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

    def test_bytes_between_frames_are_lost_sound(self, path: Path, plain: bytes) -> None:
        middle = len(plain) // 2 // 288 * 288
        path.write_bytes(plain[:middle] + b"\xff\xfb\xff\0\0" * 100 + plain[middle:])
        frames = read_frames(path, ENDS, nothing)
        assert frames is not None
        assert frames.lost == pytest.approx(500 / (len(plain) + 500))
        assert frames.duration.total_seconds() == pytest.approx(3, abs=0.05)

    def test_can_be_stopped_while_they_are_looked_for(self, path: Path, plain: bytes) -> None:
        class Asked(Exception):
            """Somebody asks to stop, after a while."""

        looks = iter(range(100))

        def check() -> None:
            if next(looks) == 50:
                raise Asked

        path.write_bytes(plain + b"\xff\xfb\x90\0\0" * 1000)
        with pytest.raises(Asked):
            read_frames(path, ENDS, check)

    @pytest.mark.parametrize(
        "tag",
        [
            b"ID3\x03\0\0\0\0\x07\x68" + b"\xff\xfb\x90\x64" * 250 + bytes(300),
            b"TAG" + b"\xff" * 125,
            ape_tag(b"\xff" * 900),
            b"LYRICSBEGIN" + b"\xff" * 900 + b"000911LYRICS200",
        ],
        ids=["ID3v2 with a picture that looks like frames, and padding", "ID3v1", "APEv2", "Lyrics3v2"],
    )
    def test_tags_between_joined_files_are_no_lost_sound(self, path: Path, plain: bytes, tag: bytes) -> None:
        path.write_bytes(tag + plain + tag + plain[:-50] + tag)
        frames = read_frames(path, ENDS, nothing)
        assert frames is not None
        assert frames.lost < 0.01
        assert frames.duration.total_seconds() == pytest.approx(6, abs=0.1)

    @pytest.mark.parametrize("wrong", [40, 5_000, 15_000, 10**6, 2**32 - 1])
    @pytest.mark.parametrize("place", [0, 1])
    @pytest.mark.parametrize("kind", ["APEv2", "Lyrics3v2"])
    def test_a_tag_that_says_a_wrong_size_takes_no_sound_away(
        self, path: Path, plain: bytes, *, wrong: int, place: int, kind: str
    ) -> None:
        if kind == "APEv2":
            whole = ape_tag(b"words " * 20)
            tag = whole[:12] + wrong.to_bytes(4, "little") + whole[16:-32]
        else:
            tag = b"LYRICSBEGIN" + b"words " * 20 + f"{wrong:06}"[-6:].encode() + (b"LYRICS200" if wrong % 2 else b"")
        path.write_bytes(plain * place + tag + plain + b"LYRICS200")
        frames = read_frames(path, ENDS, nothing)
        assert frames is not None
        assert frames.duration.total_seconds() == pytest.approx(3 * (place + 1), abs=0.1)
        assert sound_span(path).end - sound_span(path).start >= len(plain)

    @pytest.mark.parametrize("place", [0, 1])
    def test_a_hole_of_zeros_after_a_tag_is_lost_sound(self, path: Path, plain: bytes, place: int) -> None:
        hole = len(plain) * 2
        path.write_bytes(plain * place + b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) + bytes(hole) + plain)
        frames = read_frames(path, ENDS, nothing)
        assert frames is not None
        assert frames.lost == pytest.approx(hole / (hole + len(plain) * (place + 1)), abs=0.01)

    def test_a_frame_that_is_cut_is_not_counted(self, path: Path, plain: bytes) -> None:
        path.write_bytes(plain)
        whole = read_frames(path, ENDS, nothing)
        path.write_bytes(plain[:-10])
        cut = read_frames(path, ENDS, nothing)
        assert whole is not None
        assert cut is not None
        assert (whole.duration - cut.duration).total_seconds() == pytest.approx(1152 / 32_000)

    def test_a_file_of_two_kinds_has_the_length_of_both(self, path: Path, plain: bytes) -> None:
        path.write_bytes(plain + encoded(plain, "libmp3lame", "mp3", 24_000))
        frames = read_frames(path, ENDS, nothing)
        assert frames is not None
        assert frames.duration.total_seconds() == pytest.approx(6, abs=0.2)
        assert frames.lost == 0
        assert frames.is_changing

    @pytest.mark.parametrize("data", [b"\0", b"ID3", b"ID3\x04\0\0\x7f\x7f\x7f\x7f", b"\xff\xfb", b"TAG" + bytes(125)])
    def test_no_frames(self, path: Path, data: bytes) -> None:
        path.write_bytes(data)
        assert read_frames(path, ENDS, nothing) is None

    @given(data=st.binary(min_size=1, max_size=300).map(lambda noise: b"\xff\xfb\x90\x64" + noise))
    def test_any_bytes_give_an_answer(self, tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
        path = tmp_path_factory.mktemp("noise") / "part.mp3"
        path.write_bytes(data)
        assert read_frames(path, ENDS, nothing) is None or len(data) > 400
