from __future__ import annotations

import errno
import os
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from ohdio_core.domain.owner import OwnerId
from ohdio_core.errors import Postponed
from ohdio_core.library import Library
from ohdio_core.library.folder import FolderLibrary
from tests.unit.library.books import (
    BOOK,
    FILES,
    FORMER,
    HOME,
    MOVED,
    OWNER,
    InterruptedByTest,
    contents,
    crash_while_replacing,
    stage,
)


@pytest.fixture
def other_file_system() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as name:
        yield Path(name)


@pytest.fixture
def two_mounts(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make renames into the library fail as they do between two mounts, which not every machine lets a test make."""
    rename = os.rename

    def refuse(source: Path, target: Path) -> None:
        if Path(target).is_relative_to(root) and not Path(source).is_relative_to(root):
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), source, target)
        rename(source, target)

    monkeypatch.setattr(os, "rename", refuse)


class TestPlace:
    def test_a_book_goes_to_its_author(self, library: Library, root: Path, tmp_path: Path) -> None:
        staged = stage(tmp_path)
        assert library.place(staged, BOOK, OWNER) == HOME
        assert contents(root / HOME) == FILES
        assert not staged.exists()

    def test_over_file_systems(self, root: Path, other_file_system: Path) -> None:
        staged = stage(other_file_system)
        root.mkdir()
        assert staged.stat().st_dev != root.stat().st_dev
        assert FolderLibrary(root).place(staged, BOOK, OWNER) == HOME
        assert contents(root / HOME) == FILES
        assert not staged.exists()
        assert sorted(path.name for path in root.iterdir()) == [".ohdio-library", "Ève Tremblé"]

    @pytest.mark.usefixtures("two_mounts")
    def test_over_two_mounts_of_one_file_system(self, library: Library, root: Path, tmp_path: Path) -> None:
        staged = stage(tmp_path)
        assert library.place(staged, BOOK, OWNER) == HOME
        assert contents(root / HOME) == FILES
        assert not staged.exists()
        assert sorted(path.name for path in root.iterdir()) == [".ohdio-library", "Ève Tremblé"]

    @pytest.mark.usefixtures("two_mounts")
    def test_a_copy_leaves_the_reserve_free(self, library: Library, root: Path, tmp_path: Path) -> None:
        staged = stage(tmp_path)
        with pytest.raises(Postponed, match="MIN_DISK_SPACE_MB"):
            library.place(staged, BOOK, OWNER, keep_free=2**60)
        assert contents(staged) == FILES
        assert [path.name for path in root.iterdir()] == [".ohdio-library"]

    def test_a_rename_needs_no_room(self, library: Library, tmp_path: Path) -> None:
        assert library.place(stage(tmp_path), BOOK, OWNER, keep_free=2**60) == HOME

    @pytest.mark.usefixtures("two_mounts")
    def test_a_book_that_is_no_longer_ours_stays_where_it_was(
        self, library: Library, root: Path, tmp_path: Path
    ) -> None:
        def check() -> None:
            assert list(root.glob(".ohdio-incoming-*/*.mp3")), "it is asked after the copy"
            raise InterruptedByTest

        staged = stage(tmp_path)
        with pytest.raises(InterruptedByTest):
            library.place(staged, BOOK, OWNER, check=check)
        assert contents(staged) == FILES
        assert [path.name for path in root.iterdir()] == [".ohdio-library"]

    @pytest.mark.usefixtures("two_mounts")
    def test_without_a_place_for_it_a_copied_book_is_kept(self, library: Library, root: Path, tmp_path: Path) -> None:
        for name in ("Le phare", "Le phare [ohdio-42]"):
            (root / HOME.parent / name).mkdir(parents=True)
            (root / HOME.parent / name / "own recording.mp3").write_bytes(b"mine")
        staged = stage(tmp_path)
        with pytest.raises(Postponed, match="rename one of them"):
            library.place(staged, BOOK, OWNER)
        assert contents(staged) == FILES

    def test_after_a_crash_between_its_renames_nothing_is_lost(
        self, library: Library, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        crash_while_replacing(library, root, tmp_path, monkeypatch)
        (tmp_path / "book").rename(tmp_path / "lost")
        library.place(stage(tmp_path), BOOK, OWNER)
        assert contents(root / HOME) == {**FILES, "notes.txt": b"lovely"}
        assert sorted(path.name for path in root.iterdir()) == [".ohdio-library", "Ève Tremblé"]

    def test_anothers_folder_is_never_touched(self, library: Library, root: Path, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        folder = library.place(stage(tmp_path, {"Le phare.mp3": b"another"}), BOOK, OwnerId("rss:7"))
        assert folder == PurePosixPath("Ève Tremblé/Le phare [rss-7]")
        assert contents(root / HOME) == FILES

    def test_a_folder_that_was_there_before_us_is_never_touched(
        self, library: Library, root: Path, tmp_path: Path
    ) -> None:
        (root / HOME).mkdir(parents=True)
        (root / HOME / "own recording.mp3").write_bytes(b"mine")
        assert library.place(stage(tmp_path), BOOK, OWNER) == PurePosixPath("Ève Tremblé/Le phare [ohdio-42]")
        assert contents(root / HOME) == {"own recording.mp3": b"mine"}

    def test_an_empty_folder_is_taken(self, library: Library, root: Path, tmp_path: Path) -> None:
        (root / HOME).mkdir(parents=True)
        assert library.place(stage(tmp_path), BOOK, OWNER) == HOME

    def test_again_replaces_our_own_and_keeps_what_others_put_there(
        self, library: Library, root: Path, tmp_path: Path
    ) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        (root / HOME / "notes.txt").write_bytes(b"lovely")
        new = {"01 - La mer.m4a": b"better", "02 - Le vent.m4a": b"better"}
        assert library.place(stage(tmp_path, new), BOOK, OWNER) == HOME
        assert contents(root / HOME) == {**new, "notes.txt": b"lovely"}
        assert sorted(path.name for path in root.iterdir()) == [".ohdio-library", "Ève Tremblé"]

    def test_again_goes_to_where_the_book_was(self, library: Library, root: Path, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OwnerId("rss:7"))
        told_apart = library.place(stage(tmp_path), BOOK, OWNER)
        library.delete(HOME, OwnerId("rss:7"))
        assert library.place(stage(tmp_path), BOOK, OWNER) == told_apart
        assert not (root / HOME).exists()

    def test_again_keeps_what_others_put_there_under_names_that_ours_have_now(
        self, library: Library, root: Path, tmp_path: Path
    ) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        (root / HOME / "metadata.opf").write_bytes(b"lovely")
        (root / HOME / "desc.txt").write_bytes(b"the same")
        ours = FILES | {"metadata.opf": b"dutiful", "desc.txt": b"the same"}
        library.place(stage(tmp_path, ours), BOOK, OWNER)
        assert contents(root / HOME) == {**ours, "metadata (2).opf": b"lovely"}

    def test_again_replaces_what_an_earlier_version_marked_otherwise(
        self, library: Library, root: Path, tmp_path: Path
    ) -> None:
        library.place(stage(tmp_path), BOOK, FORMER)
        (root / HOME / "notes.txt").write_bytes(b"lovely")
        assert library.place(stage(tmp_path), BOOK, MOVED) == HOME
        assert contents(root / HOME) == {**FILES, "notes.txt": b"lovely"}
        assert sorted(path.name for path in root.iterdir()) == [".ohdio-library", "Ève Tremblé"]
        assert library.find(BOOK, OWNER) == HOME

    def test_again_goes_to_its_own_folder_before_one_with_the_former_mark(
        self, library: Library, tmp_path: Path
    ) -> None:
        library.place(stage(tmp_path), BOOK, FORMER)
        own = library.place(stage(tmp_path), BOOK, OWNER)
        assert library.place(stage(tmp_path), BOOK, MOVED) == own != HOME
        assert library.find(BOOK, FORMER) == HOME

    def test_two_at_once_both_find_a_place(self, library: Library, root: Path, tmp_path: Path) -> None:
        staged = [stage(tmp_path / str(number)) for number in range(2)]
        ready = threading.Barrier(2)
        folders: list[PurePosixPath] = []

        def place(number: int) -> None:
            ready.wait()
            folders.append(library.place(staged[number], BOOK, OwnerId(f"rss:{number}")))

        threads = [threading.Thread(target=place, args=(number,)) for number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(folders)) == 2
        assert HOME in folders
        assert all(contents(root / folder) == FILES for folder in folders)

    def test_a_library_that_cannot_be_used_keeps_the_book(self, tmp_path: Path) -> None:
        (tmp_path / "library").write_bytes(b"a file, not a directory")
        staged = stage(tmp_path)
        with pytest.raises(Postponed, match="cannot be used"):
            FolderLibrary(tmp_path / "library").place(staged, BOOK, OWNER)
        assert contents(staged) == FILES


class TestWithoutAnAuthor:
    NAMELESS = replace(BOOK, authors=())
    SHOWN = replace(NAMELESS, show="Les soirs")

    def test_the_show_is_in_the_place_of_one(self, library: Library, tmp_path: Path) -> None:
        assert library.place(stage(tmp_path), self.SHOWN, OWNER) == PurePosixPath("Les soirs/Le phare")
        assert library.place(stage(tmp_path), self.SHOWN, OwnerId("rss:7")) == PurePosixPath(
            "Les soirs/Le phare [rss-7]"
        )

    def test_what_an_earlier_version_filed_stays_where_it_is(
        self, library: Library, root: Path, tmp_path: Path
    ) -> None:
        former = library.place(stage(tmp_path), self.NAMELESS, OWNER)

        assert former == PurePosixPath("Unknown author/Le phare")
        assert library.find(self.SHOWN, OWNER) == former
        assert library.place(stage(tmp_path), self.SHOWN, OWNER) == former
        assert [path.name for path in root.iterdir() if not path.name.startswith(".")] == ["Unknown author"]
