from __future__ import annotations

import errno
import os
import shutil
import stat
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from ohdio_core.domain.owner import OwnerId
from ohdio_core.errors import NeedsPerson, Postponed
from ohdio_core.library import Library
from ohdio_core.library.marker import MARKER
from tests.unit.library.books import BOOK, FILES, FORMER, HOME, MOVED, OWNER, InterruptedByTest, contents, stage

NOW = timedelta(seconds=-1)  #: whatever is there is older


@pytest.fixture
def deleted(library: Library, tmp_path: Path) -> None:
    """One book, which was filed and deleted."""
    library.place(stage(tmp_path), BOOK, OWNER)
    library.delete(HOME, OWNER)


def refuse(monkeypatch: pytest.MonkeyPatch, number: int, *, into: Path) -> None:
    """Make renames to below a folder fail as the system says it."""
    rename = os.rename

    def refused(source: Path, target: Path) -> None:
        if Path(target).is_relative_to(into) and into.parent in Path(source).parents and Path(source).name == HOME.name:
            raise OSError(number, os.strerror(number), str(target))
        rename(source, target)

    monkeypatch.setattr(os, "rename", refused)


def is_killed(patched: pytest.MonkeyPatch, before: int, act: Callable[[], object]) -> bool:
    """Return whether something was killed before this change of the disk, and did not come to its end."""
    left = before
    for name in ("rename", "unlink", "rmdir"):
        change = getattr(os, name)

        def counted(*given: Any, change: Callable[..., object] = change, **named: Any) -> object:
            nonlocal left
            left -= 1
            if left == 0:
                raise InterruptedByTest
            return change(*given, **named)

        patched.setattr(os, name, counted)
    try:
        act()
    except InterruptedByTest:
        return True
    return False


@pytest.mark.usefixtures("deleted")
class TestADeletedBook:
    def test_is_gone_from_the_library_and_comes_back_as_it_was(self, library: Library, root: Path) -> None:
        assert not (root / HOME.parent).exists()
        assert library.find(BOOK, OWNER) is None
        assert list(library.folders_of(str(HOME), OWNER)) == []
        assert library.trash.restore(BOOK, OWNER) == HOME
        assert contents(root / HOME) == FILES
        assert library.find(BOOK, OWNER) == HOME
        assert (library.trash.folders(), library.trash.restore(BOOK, OWNER)) == ([], None)

    def test_is_hidden_from_players(self, library: Library, root: Path) -> None:
        visible = [
            path for path in root.rglob("*") if not any(part.startswith(".") for part in path.relative_to(root).parts)
        ]
        assert visible == []
        assert (root / ".ohdio-trash" / ".ignore").exists()
        (there,) = library.trash.folders()
        assert (there.owner, there.folder) == (OWNER.current, HOME)
        assert abs(there.trashed_at - time.time()) < 60

    def test_comes_back_under_its_former_id(self, library: Library, tmp_path: Path) -> None:
        library.trash.restore(BOOK, OWNER)
        library.delete(HOME, OWNER)
        library.place(stage(tmp_path), replace(BOOK, title="Other"), FORMER)
        library.delete(HOME.with_name("Other"), FORMER)
        assert library.trash.restore(BOOK, MOVED) in {HOME, HOME.with_name("Other")}

    def test_does_not_come_back_with_other_parts_than_are_asked_for_or_for_another_book(
        self, library: Library, root: Path
    ) -> None:
        assert library.trash.restore(BOOK, OWNER, parts=3) is None
        assert library.trash.restore(BOOK, OwnerId("ohdio:43")) is None
        next(root.rglob("*.mp3")).unlink()
        assert library.trash.restore(BOOK, OWNER) is None

    @pytest.mark.parametrize("taken", ["folder", "file"])
    def test_whose_name_is_taken_meanwhile_comes_back_beside_it(self, library: Library, root: Path, taken: str) -> None:
        if taken == "folder":
            (root / HOME).mkdir(parents=True)
            (root / HOME / "own.mp3").write_bytes(b"mine")
        else:
            (root / HOME.parent).mkdir()
            (root / HOME).write_bytes(b"mine")
        folder = library.trash.restore(BOOK, OWNER)
        assert folder == PurePosixPath(f"{HOME} [ohdio-42]")
        assert contents(root / folder) == FILES

    def test_that_finds_no_place_stays_in_the_trash(self, library: Library, root: Path) -> None:
        (root / HOME.parent).write_bytes(b"a file")
        with pytest.raises(NeedsPerson, match=r"cannot come back from the trash.*rename Ève Tremblé/Le phare"):
            library.trash.restore(BOOK, OWNER)
        assert len(library.trash.folders()) == 1

    def test_goes_for_good_when_it_is_dropped(self, library: Library, root: Path) -> None:
        (there,) = library.trash.folders()
        library.trash.drop(there.key)
        assert [path.name for path in (root / ".ohdio-trash").iterdir()] == [".ignore"]
        library.trash.drop(there.key)
        library.trash.drop("*")

    def test_is_whole_or_gone_whoever_is_killed_while_it_is_dropped(
        self, library: Library, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for killed_before in count(1):
            (there,) = library.trash.folders()
            with monkeypatch.context() as patched:
                was_killed = is_killed(patched, killed_before, partial(library.trash.drop, there.key))
            if library.trash.restore(BOOK, OWNER) == HOME:
                assert contents(root / HOME) == FILES
                library.delete(HOME, OWNER)
                continue
            assert list(library.trash.keys()(OWNER)) == []
            if killed_before % 2:
                library.trash.drop(there.key)
            else:
                library.trash.tidy(older_than=NOW)
            assert [path.name for path in (root / ".ohdio-trash").iterdir()] == [".ignore"]
            if not was_killed:
                return
            library.place(stage(tmp_path), BOOK, OWNER)
            library.delete(HOME, OWNER)

    def test_that_is_dropped_as_it_is_to_come_back_is_gone_whole(
        self, library: Library, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (there,) = library.trash.folders()
        rename = os.rename

        def drop_before(source: Path, target: Path) -> None:
            monkeypatch.setattr(os, "rename", rename)
            library.trash.drop(there.key)
            rename(source, target)

        monkeypatch.setattr(os, "rename", drop_before)
        assert library.trash.restore(BOOK, OWNER) is None
        assert not (root / HOME.parent).exists()

    def test_twice_is_there_twice_and_the_last_comes_back(self, library: Library, root: Path, tmp_path: Path) -> None:
        library.place(stage(tmp_path, {**FILES, "cover.jpg": b"new"}), BOOK, OWNER)
        for entry in (root / ".ohdio-trash").glob("*-*"):
            os.utime(entry, (0, time.time() - 60))
        library.delete(HOME, OWNER)
        assert len(library.trash.folders()) == 2
        library.trash.restore(BOOK, OWNER)
        assert contents(root / HOME)["cover.jpg"] == b"new"


class TestWhatPeoplePutIntoTheFolder:
    @pytest.fixture(autouse=True)
    def notes(self, library: Library, root: Path, tmp_path: Path) -> Path:
        library.place(stage(tmp_path), BOOK, OWNER)
        notes = root / HOME / "notes.txt"
        notes.write_bytes(b"lovely")
        return notes

    def test_stays_where_it_was(self, library: Library, root: Path) -> None:
        library.delete(HOME, OWNER)
        assert contents(root / HOME) == {"notes.txt": b"lovely"}
        assert library.trash.restore(BOOK, OWNER) == PurePosixPath(f"{HOME} [ohdio-42]")

    def test_as_another_book_stays_where_it_was(self, library: Library, root: Path, tmp_path: Path) -> None:
        other = OwnerId("rss:7")
        folder = library.place(stage(tmp_path), replace(BOOK, title="Sequel"), other)
        (root / folder).rename(root / HOME / "Sequel")
        library.delete(HOME, OWNER)
        assert library.is_there(str(HOME / "Sequel"), other)

    @pytest.mark.parametrize("then", ["tidy", "drop", "restore"])
    def test_is_not_lost_when_the_process_is_killed_just_after_the_move(
        self, library: Library, notes: Path, monkeypatch: pytest.MonkeyPatch, then: str
    ) -> None:
        rename = os.rename

        def crash(source: Path, target: Path) -> None:
            if Path(target) == notes:
                raise InterruptedByTest
            rename(source, target)

        with monkeypatch.context() as patched:
            patched.setattr(os, "rename", crash)
            with pytest.raises(InterruptedByTest):
                library.delete(HOME, OWNER)
        library.trash.tidy(older_than=timedelta(hours=1))
        assert not notes.exists()
        if then == "tidy":
            library.trash.tidy(older_than=NOW)
        elif then == "drop":
            library.trash.drop(library.trash.folders()[0].key)
        else:
            assert library.trash.restore(BOOK, OWNER) == HOME
        assert notes.read_bytes() == b"lovely"

    def test_that_has_a_new_namesake_is_kept_in_the_trash(self, library: Library, root: Path, notes: Path) -> None:
        library.delete(HOME, OWNER)
        (there,) = library.trash.folders()
        kept = root / ".ohdio-trash" / there.key / HOME / "notes.txt"
        kept.write_bytes(b"older")
        library.trash.drop(there.key)
        kept = root / ".ohdio-trash" / f"going-{there.key}" / HOME / "notes.txt"
        assert (notes.read_bytes(), kept.read_bytes()) == (b"lovely", b"older")


class TestWhereItCannotBeMoved:
    @pytest.fixture(autouse=True)
    def _placed(self, library: Library, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)

    @pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.EIO])
    def test_the_book_stays_whole_where_it_is(
        self, library: Library, root: Path, monkeypatch: pytest.MonkeyPatch, number: int
    ) -> None:
        refuse(monkeypatch, number, into=root / ".ohdio-trash")
        with pytest.raises(Postponed, match="cannot be used"):
            library.delete(HOME, OWNER)
        assert contents(root / HOME) == FILES
        assert library.trash.folders() == []
        assert [path.name for path in (root / ".ohdio-trash").iterdir()] == [".ignore"]

    def test_by_a_rename_as_another_disk_begins_it_is_copied_whole(
        self, library: Library, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (root / HOME / "notes.txt").write_bytes(b"lovely")
        with monkeypatch.context() as patched:
            refuse(patched, errno.EXDEV, into=root / ".ohdio-trash")
            library.delete(HOME, OWNER)
        assert contents(root / HOME) == {"notes.txt": b"lovely"}
        shutil.rmtree(root / HOME)
        assert library.trash.restore(BOOK, OWNER) == HOME
        assert contents(root / HOME) == FILES

    @pytest.mark.parametrize("make", [Path.touch, lambda path: path.symlink_to(path.parent.parent)])
    def test_as_something_else_is_called_like_the_trash(self, library: Library, root: Path, make: object) -> None:
        assert callable(make)
        make(root / ".ohdio-trash")
        with pytest.raises(Postponed, match="cannot be used"):
            library.delete(HOME, OWNER)
        assert contents(root / HOME) == FILES
        assert (library.trash.folders(), library.trash.restore(BOOK, OWNER)) == ([], None)


class TestOneFolderThatIsInTheWay:
    """Another book, which was deleted as well, has its turn all the same."""

    OTHER = replace(BOOK, title="Sequel", authors=("Max Roy",))
    OTHERS = OwnerId("rss:7")

    @pytest.fixture(autouse=True)
    def _deleted(self, library: Library, root: Path, tmp_path: Path) -> None:
        for book, owner in ((BOOK, OWNER), (self.OTHER, self.OTHERS)):
            library.delete(library.place(stage(tmp_path), book, owner), owner)
        for there in library.trash.folders():  # as after a crash amid a deletion
            (root / ".ohdio-trash" / there.key / there.folder / "notes.txt").write_bytes(b"lovely")

    def test_as_what_people_put_into_it_has_no_way_back(self, library: Library, root: Path) -> None:
        (root / HOME.parent).write_bytes(b"a file")
        with pytest.raises(Postponed, match="cannot be used"):
            library.trash.tidy(older_than=NOW)
        assert contents(root / "Max Roy" / "Sequel") == {"notes.txt": b"lovely"}
        (root / HOME.parent).unlink()
        library.trash.tidy(older_than=NOW)
        assert contents(root / HOME) == {"notes.txt": b"lovely"}

    def test_as_it_cannot_be_read_which_is_no_sign_that_nothing_is_there(self, library: Library, root: Path) -> None:
        (key,) = library.trash.keys()(OWNER)
        marker = root / ".ohdio-trash" / key / HOME / MARKER
        marker.unlink()
        os.mknod(marker, stat.S_IFSOCK | 0o600)  # which cannot be opened, whoever tries it
        assert [there.owner for there in library.trash.folders()] == [self.OTHERS.current]
        with pytest.raises(Postponed, match="cannot be used"):
            library.trash.restore(BOOK, OWNER)
        assert library.trash.restore(self.OTHER, self.OTHERS) == PurePosixPath("Max Roy/Sequel")


def test_keys_are_those_of_whoever_is_asked_for_as_they_were_at_that_look(
    library: Library, root: Path, tmp_path: Path
) -> None:
    for title, owner in (("One", OWNER), ("Two", FORMER), ("Three", OwnerId("rss:7"))):
        library.delete(library.place(stage(tmp_path), replace(BOOK, title=title), owner), owner)
    keys = library.trash.keys()
    places = {there.key: there.folder.name for there in library.trash.folders()}
    shutil.rmtree(root / ".ohdio-trash")
    assert [places[key] for key in keys(MOVED)] == ["One", "Two"]
    assert (list(keys(OwnerId("rss:8"))), list(library.trash.keys()(MOVED))) == ([], [])


def test_what_is_younger_may_be_anothers_work_and_empty_entries_go(library: Library, root: Path) -> None:
    entry = root / ".ohdio-trash" / "0-1" / "Author"
    entry.mkdir(parents=True)
    library.trash.tidy(older_than=timedelta(hours=1))
    assert entry.exists()
    library.trash.tidy(older_than=NOW)
    assert list((root / ".ohdio-trash").iterdir()) == []
