from __future__ import annotations

import inspect
import json
import os
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from ohdio_core.domain.audiobook import BookDetails, Part
from ohdio_core.domain.owner import OwnerId
from ohdio_core.errors import PermanentError, Postponed
from ohdio_core.library import Library, LibraryFile
from ohdio_core.library.folder import FolderLibrary
from tests.unit.library.books import (
    BOOK,
    FILES,
    FORMER,
    HOME,
    MOVED,
    OWNER,
    contents,
    crash_while_replacing,
    stage,
)


class TestFind:
    def test_a_book_that_was_placed(self, library: Library, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        assert library.find(BOOK, OWNER) == HOME

    def test_under_its_second_name(self, library: Library, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OwnerId("rss:7"))
        folder = library.place(stage(tmp_path), BOOK, OWNER)
        assert library.find(BOOK, OWNER) == folder

    @pytest.mark.parametrize("is_told_apart", [False, True])
    def test_under_the_mark_of_an_earlier_version(
        self, library: Library, tmp_path: Path, *, is_told_apart: bool
    ) -> None:
        if is_told_apart:
            library.place(stage(tmp_path), BOOK, OwnerId("rss:7"))
        folder = library.place(stage(tmp_path), BOOK, FORMER)
        assert (folder != HOME) == is_told_apart
        assert library.find(BOOK, MOVED) == folder
        assert library.find(BOOK, OWNER) is None

    def test_where_it_was_filed_by_another_title(self, library: Library, tmp_path: Path) -> None:
        folder = library.place(stage(tmp_path), BOOK, OWNER)
        renamed = replace(BOOK, title="Renamed since")
        assert library.find(renamed, OWNER) is None
        assert library.find(renamed, OWNER, str(folder)) == folder
        assert library.find(renamed, OwnerId("rss:7"), str(folder)) is None

    def test_not_in_an_empty_library(self, library: Library) -> None:
        assert library.find(BOOK, OWNER) is None

    def test_not_anothers(self, library: Library, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OwnerId("rss:7"))
        assert library.find(BOOK, OWNER) is None

    def test_not_with_fewer_parts_than_the_book_has_now(self, library: Library, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        longer = BookDetails(title=BOOK.title, authors=BOOK.authors, parts=(*BOOK.parts, Part(2, "m-3")))
        assert library.find(longer, OWNER) is None

    def test_not_with_a_file_missing(self, library: Library, root: Path, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        (root / HOME / "02 - Le vent.mp3").unlink()
        assert library.find(BOOK, OWNER) is None
        assert not library.is_there(str(HOME), OWNER)

    def test_not_with_half_a_file(self, library: Library, root: Path, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        os.truncate(root / HOME / "02 - Le vent.mp3", 150)
        assert not library.is_there(str(HOME), OWNER)

    def test_with_other_tags_and_without_a_cover(self, library: Library, root: Path, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        (root / HOME / "cover.jpg").unlink()
        (root / HOME / "02 - Le vent.mp3").write_bytes(b"ID3" + b"wind" * 99)
        assert library.find(BOOK, OWNER) == HOME

    def test_audio_files_come_in_listening_order(self, library: Library, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        assert library.audio_files(HOME, OWNER) == (HOME / "01 - La mer.mp3", HOME / "02 - Le vent.mp3")


class TestReading:
    def test_a_file_tells_its_size_and_time(self, library: Library, root: Path, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        for name in library.audio_files(HOME, OWNER):
            status = (root / name).stat()
            assert library.file(name) == LibraryFile(name, status.st_size, status.st_mtime_ns)

    def test_a_file_that_is_gone_or_is_none_is_none(self, library: Library, root: Path, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        (root / HOME / "loop.mp3").symlink_to("loop.mp3")
        for name in ("03 - Gone.mp3", "cover.jpg/01.mp3", "loop.mp3", "."):
            assert library.file(HOME / name) is None

    @pytest.mark.parametrize(("start", "length"), [(0, 10**6), (0, 3), (2, 5), (700_000, 300_000), (10**6, 1)])
    def test_any_range_of_a_file_is_read(
        self, library: Library, root: Path, tmp_path: Path, start: int, length: int
    ) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        sound = bytes(range(256)) * 3600
        (root / HOME / "01 - La mer.mp3").write_bytes(sound)
        read = b"".join(library.read(HOME / "01 - La mer.mp3", start, length))
        assert read == sound[start : start + length]

    def test_the_cover_is_a_picture_of_this_books_folder(self, library: Library, root: Path, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        (root / HOME / "cover.html").write_bytes(b"no picture")
        cover = library.cover(HOME, OWNER)
        assert cover is not None
        assert cover.name == HOME / "cover.jpg"
        assert library.cover(HOME, OwnerId("rss:7")) is None
        (root / HOME / "cover.jpg").rename(root / HOME / "cover.webp")
        changed = library.cover(HOME, OWNER)
        assert changed is not None
        assert changed.name == HOME / "cover.webp"
        (root / HOME / "cover.webp").unlink()
        assert library.cover(HOME, OWNER) is None


class TestHolds:
    def test_a_book_that_is_there(self, library: Library, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        assert library.holds(str(HOME), OWNER)

    def test_not_one_whose_folder_was_deleted(self, library: Library, root: Path, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        shutil.rmtree(root / HOME.parent)
        assert not library.holds(str(HOME), OWNER)

    def test_everything_while_the_disk_is_not_mounted(self, library: Library, root: Path) -> None:
        (root / ".ohdio-work" / "7").mkdir(parents=True)
        library.expect_mark()
        assert library.holds(str(HOME), OWNER)

    def test_everything_while_there_is_no_directory(self, root: Path) -> None:
        assert FolderLibrary(root).holds(str(HOME), OWNER)

    def test_nothing_where_no_book_was_ever_filed(self, library: Library) -> None:
        assert not library.holds(str(HOME), OWNER)


class TestMarker:
    @pytest.mark.parametrize("name", ["../../outside.mp3", "..", "/etc/passwd", "", "a/b.mp3"])
    def test_that_leads_out_of_its_folder_is_not_ours(
        self, library: Library, root: Path, tmp_path: Path, name: str
    ) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        marker = root / HOME / ".ohdio.json"
        marker.write_text(json.dumps({"owner": OWNER.current, "parts": 2, "files": {name: 1}}))
        (root / "outside.mp3").write_bytes(b"not ours")
        assert library.audio_files(HOME, OWNER) == ()
        library.delete(HOME, OWNER)
        assert (root / "outside.mp3").exists()
        assert marker.exists()

    def test_that_cannot_be_read_is_said_and_its_book_counts_as_held(
        self, library: Library, root: Path, tmp_path: Path
    ) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        marker = root / HOME / ".ohdio.json"
        marker.unlink()
        marker.mkdir()
        with pytest.raises(Postponed, match="cannot be used"):
            library.find(BOOK, OWNER)
        assert library.holds(str(HOME), OWNER)


class TestDelete:
    def test_takes_the_book_and_its_empty_author(self, library: Library, root: Path, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        library.delete(HOME, OWNER)
        assert sorted(path.name for path in root.iterdir()) == [".ohdio-library", ".ohdio-trash"]

    def test_leaves_what_is_not_ours(self, library: Library, root: Path, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        (root / HOME / "notes.txt").write_bytes(b"lovely")
        library.delete(HOME, OWNER)
        assert contents(root / HOME) == {"notes.txt": b"lovely"}

    @pytest.mark.parametrize("is_part_left", [False, True])
    def test_takes_the_one_file_that_a_player_made_of_all(
        self, library: Library, root: Path, tmp_path: Path, *, is_part_left: bool
    ) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        (root / HOME / "01 - La mer.mp3").unlink()
        (root / HOME / "Le phare.m4b").write_bytes(b"all of it")
        if not is_part_left:
            (root / HOME / "02 - Le vent.mp3").unlink()
        library.delete(HOME, OWNER)
        if is_part_left:  # it may be anything else
            assert contents(root / HOME) == {"Le phare.m4b": b"all of it"}
        else:
            assert not (root / HOME).exists()
            assert library.trash.restore(BOOK, OWNER) == HOME
            assert contents(root / HOME) == {"Le phare.m4b": b"all of it", "cover.jpg": b"picture"}

    def test_leaves_folders_without_our_marker(self, library: Library, root: Path) -> None:
        (root / HOME).mkdir(parents=True)
        (root / ".ohdio-library").touch()
        library.delete(HOME, OWNER)
        assert (root / HOME).is_dir()

    def test_leaves_a_folder_that_is_another_books_by_now(self, library: Library, root: Path, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        library.delete(HOME, OwnerId("ohdio:43"))
        assert contents(root / HOME) == FILES
        library.delete(HOME, OwnerId("ohdio:new", former=OWNER.current))
        assert not (root / HOME).exists()

    def test_of_what_is_gone_already_is_fine(self, library: Library, root: Path, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        shutil.rmtree(root / HOME)
        library.delete(HOME, OWNER)
        assert library.find(BOOK, OWNER) is None

    def test_where_the_disk_is_not_mounted_is_put_off(self, library: Library) -> None:
        with pytest.raises(Postponed, match=r"\.ohdio-library.*mount it\. Delete the book again then"):
            library.delete(HOME, OWNER)


class TestUnmounting:
    """A library without its disk is an empty directory."""

    @staticmethod
    def unmount(root: Path) -> None:
        root.rename(root.with_name("disk"))
        root.mkdir()

    def test_no_book_is_filed_on_the_bare_mount_point(self, library: Library, root: Path, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        self.unmount(root)
        staged = stage(tmp_path)
        with pytest.raises(Postponed, match=r"not to be mounted: mount it\. It goes on by itself then"):
            library.place(staged, BOOK, OWNER)
        assert (contents(staged), list(root.iterdir())) == (FILES, [])

    def test_nor_by_a_process_that_was_started_without_the_disk_and_was_told(self, root: Path, tmp_path: Path) -> None:
        root.mkdir()
        library = FolderLibrary(root)
        library.expect_mark()
        with pytest.raises(Postponed, match="mount it"):
            library.place(stage(tmp_path), BOOK, OWNER)
        assert list(root.iterdir()) == []

    def test_it_goes_on_with_the_disk(self, library: Library, root: Path, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        self.unmount(root)
        root.rmdir()
        root.with_name("disk").rename(root)
        assert library.place(stage(tmp_path), BOOK, OWNER) == HOME

    def test_a_folder_that_is_taken_away_is_not_made_anew(self, library: Library, root: Path, tmp_path: Path) -> None:
        root.rmdir()
        staged = stage(tmp_path)
        with pytest.raises(Postponed, match="is gone: its folder was moved or deleted"):
            library.place(staged, BOOK, OWNER)
        assert contents(staged) == FILES
        assert not root.exists()

    def test_a_new_library_is_as_good_as_any(self, library: Library, tmp_path: Path) -> None:
        library.require_mounted()
        assert library.place(stage(tmp_path), BOOK, OWNER) == HOME


class TestStart:
    def test_makes_the_directory_and_leaves_nothing_in_it(self, root: Path) -> None:
        FolderLibrary(root).require_writable()
        assert list(root.iterdir()) == []

    def test_says_what_is_wrong(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_bytes(b"")
        with pytest.raises(PermanentError, match=r"cannot be written .* set LIBRARY_DIR"):
            FolderLibrary(tmp_path / "file" / "library").require_writable()

    def test_knows_how_much_room_there_is(self, library: Library, root: Path) -> None:
        assert library.free_bytes() == pytest.approx(shutil.disk_usage(root).free, rel=0.2)

    def test_removes_only_old_leftovers(self, library: Library, root: Path, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        for age, name in ((0, "young"), (100_000, "old")):
            path = root / f".ohdio-incoming-{name}"
            path.mkdir()
            os.utime(path, (path.stat().st_mtime - age,) * 2)
        library.remove_leftovers(older_than=timedelta(days=1))
        assert sorted(path.name for path in root.iterdir()) == [
            ".ohdio-incoming-young",
            ".ohdio-library",
            "Ève Tremblé",
        ]

    def test_removes_what_it_can_of_leftovers(self, library: Library, root: Path, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        library.write_aside("cover", b"picture")
        os.utime(root / ".ohdio-covers" / "cover", (0, 0))
        (root / ".ohdio-covers" / "folder").mkdir()
        os.utime(root / ".ohdio-covers" / "folder", (0, 0))
        for name in "bd":
            (root / f".ohdio-incoming-{name}").mkdir()
        for name in "ace":  # files, where no process of ours leaves any
            (root / f".ohdio-incoming-{name}").write_bytes(b"")
        with pytest.raises(Postponed, match="cannot be used"):
            library.remove_leftovers(older_than=timedelta(seconds=-1))
        assert sorted(path.name[-1] for path in root.glob(".ohdio-incoming-*")) == ["a", "c", "e"]
        assert [path.name for path in (root / ".ohdio-covers").iterdir()] == ["folder"]

    def test_puts_back_what_was_being_replaced(
        self, library: Library, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        crash_while_replacing(library, root, tmp_path, monkeypatch)
        library.remove_leftovers(older_than=timedelta(seconds=-1))
        assert contents(root / HOME) == {**FILES, "notes.txt": b"lovely"}
        assert library.find(BOOK, OWNER) == HOME
        assert sorted(path.name for path in root.iterdir()) == [".ohdio-library", "Ève Tremblé"]


def test_the_only_path_that_a_library_takes_or_returns_is_that_of_a_finished_directory_outside_it() -> None:
    methods = {name: method for name, method in vars(Library).items() if inspect.isfunction(method)}
    with_path = {
        (name, parameter)
        for name, method in methods.items()
        for parameter, kind in get_type_hints(method).items()
        if kind is Path or Path in get_args(kind)
    }
    assert with_path == {("place", "staged")}
    assert {name for name in methods if not name.startswith("_")} <= set(dir(FolderLibrary))
