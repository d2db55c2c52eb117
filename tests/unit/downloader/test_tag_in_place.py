# mypy: allow-untyped-calls
# (mutagen says that it is typed, but few of its functions are)

from __future__ import annotations

import errno
import hashlib
import io
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from mutagen.id3 import APIC, ID3, TIT2, TXXX

from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.errors import Postponed
from ohdio_downloader.media import tag_in_place as module
from ohdio_downloader.media.mp3_tags import sound_span
from ohdio_downloader.media.tag_in_place import restore_in_place, tag_in_place
from ohdio_downloader.media.taggers.details import PartTags, part_details
from tests.fakes.blocks import BLOCK, can, insert_blocks, make_room
from tests.sites.audio import AudioFactory

BOOK = BookDetails(title="La crue", authors=("Ève Tremblé",), description="Un barrage. " * 40)
DETAILS = part_details(BOOK, PartTags(1, 2, "L'écluse"), None)


class Killed(BaseException):
    """What a kill looks like from within."""


def go_on() -> None:
    """Nobody asks to stop."""


def cannot(*_: object) -> bool:
    return False


def die(*_: object, **_named: object) -> None:
    raise Killed


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def with_tag(sound: bytes, *, picture: int = 0) -> bytes:
    """Return an MP3 with a tag of the site's, with a picture of so many bytes."""
    file, tags = io.BytesIO(), ID3()
    tags.add(TIT2(3, text="mixdown final"))
    tags.add(TXXX(3, desc="MOOD", text="calm"))
    if picture:
        tags.add(APIC(3, mime="image/jpeg", data=b"\xff\xd8" + os.urandom(picture)))
    tags.save(file)
    return file.getvalue() + sound


#: Old ID3v1 tags: as many bytes at the end as the blocks that are put before.
AS_LONG_AS_A_BLOCK = b"TAG".ljust(128, b"\0") * (BLOCK // 128)

KINDS: dict[str, Callable[[bytes], bytes]] = {
    "no tags": lambda sound: sound,
    "tags of the site": with_tag,
    "a picture": lambda sound: with_tag(sound, picture=3 * BLOCK),
    "tags at both ends": lambda sound: with_tag(sound) + b"TAG".ljust(128, b"\0"),
    "as much at its end as room is made": lambda sound: sound + AS_LONG_AS_A_BLOCK,
}


@pytest.fixture
def sound(audio: AudioFactory) -> bytes:
    return audio.mp3("in place", 20)


@pytest.fixture(params=KINDS)
def assembled(request: pytest.FixtureRequest, tmp_path: Path, sound: bytes, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "0001.mp3"
    path.write_bytes(KINDS[request.param](sound))
    insert_blocks(tmp_path, monkeypatch)
    return path


def test_a_large_mp3_gets_its_tags_and_keeps_its_sound(assembled: Path, sound: bytes) -> None:
    had_tag = assembled.read_bytes().startswith(b"ID3")
    inode = assembled.stat().st_ino
    digest = tag_in_place(assembled, DETAILS, go_on, least=0)
    data = assembled.read_bytes()
    assert digest == hashlib.sha256(data).hexdigest()
    assert data[sound_span(assembled).start :] == sound
    assert assembled.stat().st_ino == inode
    assert b"mixdown" not in data
    tags = ID3(assembled)
    assert tags["TIT2"].text == ["L'écluse"]
    assert ("TXXX:MOOD" in tags) == had_tag
    assert [path.name for path in assembled.parent.iterdir()] == [assembled.name]


def test_doing_it_again_changes_nothing(assembled: Path) -> None:
    tag_in_place(assembled, DETAILS, go_on, least=0)
    once = assembled.read_bytes()
    tag_in_place(assembled, DETAILS, go_on, least=0)
    assert assembled.read_bytes() == once


@pytest.mark.parametrize("step", ["before anything", "with room", "cut", "half written", "written"])
def test_a_kill_loses_nothing(assembled: Path, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = assembled.read_bytes()

    def write_some(path: Path, known: module._Before, tag: bytes) -> None:
        if step != "before anything":
            with path.open("r+b") as file:
                if known.room:
                    make_room(file.fileno(), known.room)
                if step != "with room":
                    os.ftruncate(file.fileno(), known.end + known.room)
                if step.endswith("written"):
                    file.write(tag[: len(tag) // 2] if step == "half written" else tag)
        raise Killed

    with monkeypatch.context() as killing:
        killing.setattr(module, "_write", write_some)
        killing.setattr(module, "restore_in_place", can)  # nobody is there any more
        with suppress(Killed):
            tag_in_place(assembled, DETAILS, go_on, least=0)
    restore_in_place(assembled)
    assert assembled.read_bytes() == before
    assert [path.name for path in assembled.parent.iterdir()] == [assembled.name]


def test_a_kill_while_it_is_restored_loses_nothing(assembled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = assembled.read_bytes()
    with monkeypatch.context() as killing:
        killing.setattr(Path, "unlink", die)
        with suppress(Killed):
            tag_in_place(assembled, DETAILS, go_on, least=0)
        with suppress(Killed):
            restore_in_place(assembled)
    restore_in_place(assembled)
    assert assembled.read_bytes() == before


def test_a_full_disk_leaves_it_as_it_was(assembled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = assembled.read_bytes()
    monkeypatch.setattr(module, "_write", full)
    with pytest.raises(Postponed, match="Not enough free space"):
        tag_in_place(assembled, DETAILS, go_on, least=0)
    assert assembled.read_bytes() == before
    assert [path.name for path in assembled.parent.iterdir()] == [assembled.name]


def test_what_cannot_be_made_as_it_was_is_fetched_again(assembled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as killing:
        killing.setattr(Path, "unlink", die)
        with suppress(Killed):
            tag_in_place(assembled, DETAILS, go_on, least=0)
    with assembled.open("ab") as file:
        file.write(b"of somebody else")
    restore_in_place(assembled)
    assert list(assembled.parent.iterdir()) == []


@pytest.mark.parametrize("left", [0, 10, -1], ids=["nothing", "some of its head", "all but a byte"])
def test_what_was_put_aside_and_lost_with_the_power_is_fetched_again(
    assembled: Path, left: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killing:
        killing.setattr(Path, "unlink", die)
        with suppress(Killed):
            tag_in_place(assembled, DETAILS, go_on, least=0)
    aside = next(path for path in assembled.parent.iterdir() if path != assembled)
    aside.write_bytes(aside.read_bytes()[:left])
    restore_in_place(assembled)
    assert list(assembled.parent.iterdir()) == []


def test_a_small_file_is_left_to_be_copied(assembled: Path) -> None:
    before = assembled.read_bytes()
    assert tag_in_place(assembled, DETAILS, go_on) is None
    assert assembled.read_bytes() == before


def test_a_disk_that_cannot_is_left_to_copy(assembled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = assembled.read_bytes()
    monkeypatch.setattr(module, "can_insert", cannot)
    assert tag_in_place(assembled, DETAILS, go_on, least=0) is None
    assert assembled.read_bytes() == before
