"""Files and links in the library where a folder should be."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path, PurePosixPath

import pytest

from ohdio_core.domain.audiobook import BookDetails, Part
from ohdio_core.domain.owner import OwnerId
from ohdio_core.library import Library
from ohdio_core.library.folder import FolderLibrary
from ohdio_core.library.obstacle import OutOfLibrary, PlaceTaken

BOOK = BookDetails(title="Le canot", authors=("Zoé Roy",), parts=(Part(0, "m-1"),))
HOME = PurePosixPath("Zoé Roy/Le canot")
OWNER = OwnerId("ohdio:7")


def a_file(path: Path, _: Path) -> None:
    path.write_bytes(b"a list of books")


def a_dangling_link(path: Path, _: Path) -> None:
    path.symlink_to("nowhere")


def a_loop(path: Path, _: Path) -> None:
    path.symlink_to(path.name)


def a_link_out(path: Path, outside: Path) -> None:
    path.symlink_to(outside)


OBSTACLES = [a_file, a_dangling_link, a_loop, a_link_out]
Obstacle = Callable[[Path, Path], None]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "library"
    root.mkdir()
    return root


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder that is not of the library, with a file in it."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "Le canot.mp3").write_bytes(b"somebody's")
    return outside


@pytest.fixture
def library(root: Path) -> Library:
    return FolderLibrary(root)


def staged(root: Path, sound: bytes = b"sound") -> Path:
    directory = root.with_name("staged")
    directory.mkdir()
    (directory / "Le canot.mp3").write_bytes(sound)
    return directory


@pytest.mark.parametrize("make", OBSTACLES)
class TestInThePlaceOf:
    def test_an_author_the_book_fails_and_the_path_is_named(
        self, library: Library, root: Path, outside: Path, make: Obstacle
    ) -> None:
        make(root / "Zoé Roy", outside)
        book = staged(root)
        with pytest.raises(PlaceTaken) as refusal:
            library.place(book, BOOK, OWNER)
        assert str(root / "Zoé Roy") in str(refusal.value)
        with pytest.raises(PlaceTaken):
            library.require_place(BOOK, OWNER)
        assert (book / "Le canot.mp3").read_bytes() == b"sound"
        assert [path.name for path in outside.iterdir()] == ["Le canot.mp3"]

    def test_an_author_other_books_are_filed_all_the_same(
        self, library: Library, root: Path, outside: Path, make: Obstacle
    ) -> None:
        make(root / "Zoé Roy", outside)
        other = replace(BOOK, authors=("Ida Côté",))
        library.require_place(other, OWNER)
        assert library.place(staged(root), other, OWNER) == PurePosixPath("Ida Côté/Le canot")

    def test_a_title_the_book_gets_another_folder(
        self, library: Library, root: Path, outside: Path, make: Obstacle
    ) -> None:
        (root / "Zoé Roy").mkdir()
        make(root / HOME, outside)
        library.require_place(BOOK, OWNER)
        assert library.place(staged(root), BOOK, OWNER) == PurePosixPath("Zoé Roy/Le canot [ohdio-7]")
        assert (outside / "Le canot.mp3").read_bytes() == b"somebody's"
        assert library.find(BOOK, OWNER) == PurePosixPath("Zoé Roy/Le canot [ohdio-7]")


@pytest.fixture
def moved_out(library: Library, root: Path, outside: Path) -> Path:
    """Where the book is whose folder a person put on another disk, with a link in its place."""
    library.place(staged(root), BOOK, OWNER)
    away = outside / "Le canot"
    shutil.move(root / HOME, away)
    (root / HOME).symlink_to(away)
    return away


class TestALinkThatLeadsOut:
    def test_is_read_through(self, library: Library, moved_out: Path) -> None:
        assert library.find(BOOK, OWNER) == HOME
        assert library.holds(str(HOME), OWNER)
        assert moved_out.is_dir()

    def test_is_never_followed_to_delete_a_book(self, library: Library, root: Path, moved_out: Path) -> None:
        with pytest.raises(OutOfLibrary) as refusal:
            library.delete(HOME, OWNER)
        assert str(root / HOME) in str(refusal.value)
        assert (moved_out / "Le canot.mp3").exists()

    def test_of_its_author_is_not_followed_either(self, library: Library, root: Path, outside: Path) -> None:
        library.place(staged(root), BOOK, OWNER)
        shutil.move(root / "Zoé Roy", outside / "Zoé Roy")
        (root / "Zoé Roy").symlink_to(outside / "Zoé Roy")
        with pytest.raises(OutOfLibrary):
            library.delete(HOME, OWNER)
        assert (outside / HOME / "Le canot.mp3").exists()

    def test_is_never_written_through(self, library: Library, root: Path, moved_out: Path) -> None:
        folder = library.place(staged(root, b"anew"), BOOK, OWNER, home=library.locate(str(HOME), OWNER))
        assert (moved_out / "Le canot.mp3").read_bytes() == b"sound"
        assert (root / folder / "Le canot.mp3").read_bytes() == b"anew"

    def test_called_like_what_killed_processes_leave_is_not_followed(
        self, library: Library, root: Path, outside: Path
    ) -> None:
        for prefix in (".ohdio-incoming-1", ".ohdio-outgoing-1"):
            (root / prefix).symlink_to(outside)
        os.utime(outside, (0, time.time() - 9000))
        library.remove_leftovers(older_than=timedelta(hours=1))
        assert (outside / "Le canot.mp3").exists()


def test_a_link_from_one_author_to_another_is_followed(library: Library, root: Path) -> None:
    (root / "Z. Roy").mkdir()
    (root / "Zoé Roy").symlink_to("Z. Roy")
    assert library.place(staged(root), BOOK, OWNER) == HOME
    library.delete(HOME, OWNER)
    assert not (root / "Z. Roy" / "Le canot").exists()
