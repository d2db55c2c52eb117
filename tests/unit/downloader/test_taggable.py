# mypy: allow-untyped-calls
# (mutagen says that it is typed, but few of its functions are)

from __future__ import annotations

import io
from contextlib import suppress
from pathlib import Path

import pytest
from mutagen.apev2 import APEv2
from mutagen.id3 import ID3, TIT2, TXXX

from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.errors import Postponed
from ohdio_core.sentences import legacy
from ohdio_downloader.media.boxes import top_level_boxes
from ohdio_downloader.media.cover import read_cover
from ohdio_downloader.media.taggable import restore, taggable
from ohdio_downloader.media.taggers.details import PartTags, part_details
from tests.sites.audio import AudioFactory
from tests.sites.pictures import jpeg
from tests.unit.downloader.sound import encoded, packets, repacked
from tests.unit.downloader.tagging import tag

BOOK = BookDetails(title="Le bac", authors=("Ève Tremblé",), description="Une rivière. " * 40)
TRACK = PartTags(1, 2, "La rive")
COVER = read_cover(jpeg(9))


class Killed(BaseException):
    """What a kill looks like from within."""


def go_on() -> None:
    """Nobody asks to stop."""


def with_site_tags(data: bytes) -> bytes:
    file = io.BytesIO(data)
    ID3().save(file)
    return file.getvalue()


KINDS = {
    "MP3": ".mp3",
    "MP3 with the site's tags": ".mp3",
    "M4A with its index at the end": ".m4a",
    "M4A with its index at the beginning": ".m4a",
    "FLAC": ".flac",
}


@pytest.fixture(params=KINDS)
def assembled(request: pytest.FixtureRequest, tmp_path: Path, audio: AudioFactory) -> Path:
    mp3, mp4 = audio.mp3("taggable", 5), audio.mp4("taggable", 5)
    data = {
        "MP3": lambda: mp3,
        "MP3 with the site's tags": lambda: with_site_tags(mp3),
        "M4A with its index at the end": lambda: repacked(mp4, "ipod"),
        "M4A with its index at the beginning": lambda: mp4,
        "FLAC": lambda: encoded(mp3, "flac", "flac"),
    }[request.param]()
    path = tmp_path / f"0001{KINDS[request.param]}"
    path.write_bytes(data)
    return path


def write_tags(assembled: Path) -> Path:
    """Tag as a download does; return where the file was moved to."""
    with taggable(assembled, room=part_details(BOOK, TRACK, COVER).size, check=go_on) as tagged:
        tag(tagged, BOOK, TRACK, COVER)
        return tagged.replace(assembled.parent / f"finished{assembled.suffix}")


def die(assembled: Path, *, is_index_only: bool) -> None:
    """Die in the middle of writing."""
    with suppress(Killed), taggable(assembled, room=100, check=go_on) as tagged:
        tag(tagged, BOOK, TRACK, COVER)
        half = next(box.offset for box in top_level_boxes(tagged) if box.kind == b"moov") if is_index_only else 0
        with tagged.open("r+b") as file:
            file.seek(half + 9)
            file.write(b"half written" * 100)
            file.truncate(half + 40)
        raise Killed


def is_index_last(path: Path) -> bool:
    return path.suffix == ".m4a" and [box.kind for box in top_level_boxes(path)][-1] == b"moov"


def test_what_is_tagged_has_all_of_the_sound_and_nothing_else_is_left(assembled: Path) -> None:
    before = packets(assembled)
    finished = write_tags(assembled)
    assert packets(finished) == before
    assert [path.name for path in assembled.parent.iterdir()] == [finished.name]


def test_a_kill_loses_nothing(assembled: Path) -> None:
    before = assembled.read_bytes()
    die(assembled, is_index_only=is_index_last(assembled))
    restore(assembled)
    assert assembled.read_bytes() == before
    assert packets(write_tags(assembled))


def test_a_second_kill_loses_nothing(assembled: Path) -> None:
    before = assembled.read_bytes()
    for _ in range(2):
        die(assembled, is_index_only=is_index_last(assembled))
        restore(assembled)
    assert assembled.read_bytes() == before


def test_without_a_kill_there_is_nothing_to_restore(assembled: Path) -> None:
    before = assembled.read_bytes()
    restore(assembled)
    assert assembled.read_bytes() == before


def test_a_file_whose_index_is_at_its_end_is_not_copied(tmp_path: Path, audio: AudioFactory) -> None:
    path = tmp_path / "0001.m4a"
    path.write_bytes(repacked(audio.mp4("taggable", 5), "ipod"))
    with taggable(path, room=0, check=go_on) as tagged:
        assert tagged.samefile(path)


def test_the_sound_of_an_mp3_moves_only_once(tmp_path: Path, audio: AudioFactory) -> None:
    path = tmp_path / "0001.mp3"
    path.write_bytes(audio.mp3("taggable", 5))
    with taggable(path, room=part_details(BOOK, TRACK, COVER).size, check=go_on) as tagged:
        copied = tagged.stat().st_size
        tag(tagged, BOOK, TRACK, COVER)
        assert tagged.stat().st_size == copied
        assert ID3(tagged)["TIT2"].text == ["La rive"]


def test_a_copy_stops_when_it_is_asked_to(tmp_path: Path, audio: AudioFactory) -> None:
    path = tmp_path / "0001.mp3"
    path.write_bytes(audio.mp3("taggable", 5))

    def stop() -> None:
        raise Killed

    with pytest.raises(Killed), taggable(path, room=10, check=stop):
        pass
    assert list(tmp_path.iterdir()) == [path]


def test_a_copy_leaves_free_what_is_to_stay_free(tmp_path: Path, audio: AudioFactory) -> None:
    path = tmp_path / "0001.mp3"
    path.write_bytes(audio.mp3("taggable", 5))
    with (
        pytest.raises(Postponed, match="Not enough free space"),
        taggable(path, room=10, check=go_on, keep_free=2**60),
    ):
        pass
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_tagged_for_lack_of_room_leaves_no_copy(assembled: Path) -> None:
    before = assembled.read_bytes()
    with pytest.raises(Postponed), taggable(assembled, room=10, check=go_on) as tagged:
        raise Postponed(legacy("The disk is full."))
    restore(assembled)
    assert not tagged.exists()
    assert assembled.read_bytes() == before


def test_what_needs_no_copy_needs_no_room(tmp_path: Path, audio: AudioFactory) -> None:
    path = tmp_path / "0001.m4a"
    path.write_bytes(repacked(audio.mp4("taggable", 5), "ipod"))
    with taggable(path, room=10, check=go_on, keep_free=2**60) as tagged:
        assert tagged.samefile(path)


class TestStaleTags:
    """What hosts and editors leave around the frames, which players would show in place of ours."""

    def id3(self, title: str) -> bytes:
        file, tags = io.BytesIO(), ID3()
        tags.add(TIT2(3, text=title))
        tags.save(file)
        return file.getvalue()

    def ape(self, audio: bytes, title: str, tmp_path: Path) -> bytes:
        path, tags = tmp_path / "ape", APEv2()
        path.write_bytes(audio)
        tags["Title"] = title
        tags.save(path)
        return path.read_bytes()

    @pytest.mark.parametrize("ending", ["ID3v1", "APEv2", "both", "Lyrics3", "appended ID3v2"])
    def test_go_and_the_sound_stays(self, tmp_path: Path, audio: AudioFactory, ending: str) -> None:
        frames = audio.mp3("taggable", 3)
        old = b"TAG" + b"mixdown final".ljust(125, b"\0")
        words = b"LYRICSBEGIN" + b"IND00002" + b"00" + b"mixdown final"
        footer = b"3DI\x04\0\x10" + bytes(4)
        behind = {
            "ID3v1": lambda: frames + old,
            "APEv2": lambda: self.ape(frames, "mixdown final", tmp_path),
            "both": lambda: self.ape(frames, "mixdown final", tmp_path) + old,
            "Lyrics3": lambda: frames + words + f"{len(words):06}".encode() + b"LYRICS200" + old,
            "appended ID3v2": lambda: frames + b"ID3\x04\0\x10" + bytes(4) + footer,
        }[ending]()
        path = tmp_path / "0001.mp3"
        path.write_bytes(self.id3("of the host") + self.id3("mixdown final") + behind)
        finished = write_tags(path)
        assert ID3(finished)["TIT2"].text == ["La rive"]
        data = finished.read_bytes()
        assert data.endswith(frames[-100:])
        assert b"mixdown" not in data
        assert data.count(b"ID3") == 1
        assert data.endswith(frames)

    @pytest.mark.parametrize("ending", ["APEv2", "APEv2 without a header", "Lyrics3", "appended ID3v2"])
    def test_that_say_a_wrong_size_take_no_sound_along(self, tmp_path: Path, audio: AudioFactory, ending: str) -> None:
        frames = audio.mp3("taggable", 3)
        wrong = len(frames) // 2
        footer = b"APETAGEX" + (2000).to_bytes(4, "little") + wrong.to_bytes(4, "little") + bytes(4)
        behind = {
            "APEv2": footer + bytes((0, 0, 0, 0x80)) + bytes(8),
            "APEv2 without a header": footer + bytes(12),
            "Lyrics3": b"LYRICSBEGIN" + f"{wrong:06}".encode() + b"LYRICS200",
            "appended ID3v2": b"3DI\x04\0\x10" + bytes((0, 0, wrong >> 7, wrong & 0x7F)),
        }[ending]
        path = tmp_path / "0001.mp3"
        path.write_bytes(frames + behind)
        assert frames in write_tags(path).read_bytes()

    def test_of_the_beginning_keep_what_is_unknown_to_us(self, tmp_path: Path, audio: AudioFactory) -> None:
        file, tags = io.BytesIO(), ID3()
        tags.add(TXXX(3, desc="MOOD", text="calm"))
        tags.save(file)
        path = tmp_path / "0001.mp3"
        path.write_bytes(file.getvalue() + audio.mp3("taggable", 3))
        assert ID3(write_tags(path))["TXXX:MOOD"].text == ["calm"]

    def test_before_flac_go(self, tmp_path: Path, audio: AudioFactory) -> None:
        path = tmp_path / "0001.flac"
        path.write_bytes(self.id3("mixdown final") + encoded(audio.mp3("taggable", 2), "flac", "flac"))
        assert write_tags(path).read_bytes().startswith(b"fLaC")
