"""Folders of the library that people have renamed or put elsewhere."""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from ohdio_core.domain.audiobook import BookDetails, Part
from ohdio_core.domain.owner import OwnerId
from ohdio_core.errors import Postponed
from ohdio_core.library import Library
from ohdio_core.library.folder import FolderLibrary

BOOK = BookDetails(title="Le phare", authors=("Ève Tremblé",), parts=(Part(0, "m-1"), Part(1, "m-2")))
HOME = PurePosixPath("Ève Tremblé/Le phare")
OWNER = OwnerId("ohdio:42")


class Interrupted(Exception):
    """What ends a search from outside."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def library(root: Path, tmp_path: Path) -> Library:
    """A library with the book in it."""
    root.mkdir()
    staged = tmp_path / "book"
    staged.mkdir()
    for name in ("01 - La mer.mp3", "02 - Le vent.mp3"):
        (staged / name).write_bytes(b"sound" * 100)
    library = FolderLibrary(root)
    assert library.place(staged, BOOK, OWNER) == HOME
    return library


class TestFoldersThatPeopleMove:
    ELSEWHERE = PurePosixPath("Séries/Les feux/1 Le phare (lu par Zoé)")

    def move(self, root: Path, folder: PurePosixPath = ELSEWHERE) -> None:
        (root / folder).parent.mkdir(parents=True, exist_ok=True)
        (root / HOME).rename(root / folder)

    def found(self, library: Library, details: BookDetails = BOOK, owner: OwnerId = OWNER) -> PurePosixPath | None:
        return library.find_moved(details, owner, lambda: None, was_filed=False)

    def test_are_found_under_any_name(self, library: Library, root: Path) -> None:
        self.move(root)
        assert library.find(BOOK, OWNER) is None
        assert self.found(library) == self.ELSEWHERE
        assert library.holds(str(self.ELSEWHERE), OWNER)

    def test_are_found_by_their_former_mark(self, library: Library, root: Path) -> None:
        self.move(root)
        assert self.found(library, owner=OwnerId("ohdio:new", former=OWNER.current)) == self.ELSEWHERE
        assert self.found(library, owner=OwnerId("ohdio:43")) is None

    @pytest.mark.parametrize(
        "bin_", [".Trash-1000", "#recycle", "@Recycle", "$RECYCLE.BIN", ".ohdio-outgoing-1", "S\udce9rie"]
    )
    def test_are_not_looked_for_where_deleted_ones_are(self, library: Library, root: Path, bin_: str) -> None:
        self.move(root, PurePosixPath(bin_, "Le phare"))
        assert self.found(library) is None

    @pytest.mark.parametrize("author", ["#Girlboss", "@home", "$100 Startup"])
    def test_are_found_below_names_that_only_begin_like_those(self, library: Library, root: Path, author: str) -> None:
        self.move(root, PurePosixPath(author, "Le phare"))
        assert self.found(library) == PurePosixPath(author, "Le phare")

    @pytest.mark.parametrize(
        "text",
        [
            '{"owner": ["a"], "parts": 1, "files": {}}',
            '{"owner": {}, "parts": 1, "files": {}}',
            '{"owner": "a", "parts": "1", "files": {}}',
            '{"owner": "a", "parts": 1, "files": ["x.mp3"]}',
            '{"owner": "a", "parts": 1, "files": {"x.mp3": "1"}}',
            "[]",
            "[" * 100_000,
        ],
    )
    def test_beside_markers_that_are_none_of_ours(self, library: Library, root: Path, text: str) -> None:
        self.move(root)
        (root / "Autre").mkdir()
        (root / "Autre" / ".ohdio.json").write_text(text)
        assert self.found(library) == self.ELSEWHERE
        assert library.audio_files(PurePosixPath("Autre"), OwnerId("a")) == ()

    def test_count_only_when_they_are_whole(self, library: Library, root: Path) -> None:
        self.move(root)
        (root / self.ELSEWHERE / "01 - La mer.mp3").unlink()
        assert self.found(library) is None

    @pytest.mark.parametrize("broken", ["A", "B"])
    def test_of_two_copies_the_whole_one_counts(self, library: Library, root: Path, broken: str) -> None:
        self.move(root, PurePosixPath("A"))
        shutil.copytree(root / "A", root / "B")
        (root / broken / "01 - La mer.mp3").unlink()
        assert self.found(library) == PurePosixPath("B" if broken == "A" else "A")

    def test_count_only_when_the_book_has_as_many_parts(self, library: Library, root: Path) -> None:
        self.move(root)
        assert self.found(library, replace(BOOK, parts=BOOK.parts[:1])) is None

    def test_beside_folders_that_cannot_be_read(self, library: Library, root: Path) -> None:
        self.move(root)
        (root / "Séries" / ".ohdio.json").mkdir()
        (root / "loop").symlink_to(root)
        assert self.found(library) is None, "what is in a folder that cannot be read is not seen"
        (root / "Séries" / ".ohdio.json").rmdir()
        assert self.found(FolderLibrary(root)) == self.ELSEWHERE

    def test_are_looked_for_at_once_only_where_a_book_was_filed(
        self, library: Library, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now = 1000.0
        monkeypatch.setattr(time, "monotonic", lambda: now)
        assert self.found(library) == HOME
        self.move(root)
        now += 2
        assert self.found(library) is None
        assert library.find_moved(BOOK, OWNER, lambda: None, was_filed=True) == self.ELSEWHERE
        self.move_on(root)
        assert self.found(library) is None
        now += 61
        assert self.found(library) == PurePosixPath("Le phare")

    def move_on(self, root: Path) -> None:
        (root / self.ELSEWHERE).rename(root / "Le phare")

    def test_a_search_can_be_stopped(self, library: Library) -> None:
        def stop() -> None:
            raise Interrupted

        with pytest.raises(Interrupted):
            library.find_moved(BOOK, OWNER, stop, was_filed=True)
        assert self.found(library) == HOME

    def test_a_library_that_is_gone_is_said(self, library: Library, root: Path) -> None:
        shutil.rmtree(root)
        with pytest.raises(Postponed, match="cannot be used"):
            self.found(library)


class TestTheFolderOfABook:
    """Before it is deleted, or replaced by what was fetched anew."""

    @pytest.mark.parametrize("place", ["Le phare", "Séries/Les feux/1 Le phare"])
    def test_is_replaced_where_it_is(self, library: Library, root: Path, tmp_path: Path, place: str) -> None:
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        (root / HOME).rename(root / place)
        (root / place / "notes.txt").write_text("mine")
        home = library.locate(str(HOME), OWNER)

        anew = tmp_path / "book"
        anew.mkdir()
        (anew / "01 - La mer.mp3").write_bytes(b"better")
        assert library.place(anew, replace(BOOK, parts=BOOK.parts[:1]), OWNER, home=home) == PurePosixPath(place)

        files = {str(path.relative_to(root)) for path in root.rglob("*.*") if not path.name.startswith(".")}
        assert files == {f"{place}/01 - La mer.mp3", f"{place}/notes.txt"}
        assert [path.name for path in root.glob(".ohdio-*")] == [".ohdio-library"]

    def test_is_found_though_the_library_was_read_just_before_it_was_moved(
        self, library: Library, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now = 1000.0
        monkeypatch.setattr(time, "monotonic", lambda: now)
        assert library.find_moved(BOOK, OWNER, lambda: None, was_filed=True) == HOME
        now += 0.1
        (root / HOME).rename(root / "Le phare")
        assert library.locate(str(HOME), OWNER) == PurePosixPath("Le phare")

    def test_is_not_the_one_that_another_book_has_by_now(self, library: Library, root: Path, tmp_path: Path) -> None:
        (root / HOME).rename(root / "Le phare")
        other = tmp_path / "book"
        other.mkdir()
        (other / "01 - La mer.mp3").write_bytes(b"another")
        details = replace(BOOK, parts=BOOK.parts[:1])
        assert library.place(other, details, OwnerId("rss:7")) == HOME

        assert list(library.folders_of(str(HOME), OWNER)) == [PurePosixPath("Le phare")]
        assert not library.holds(str(HOME), OWNER)
        assert library.holds(str(HOME), OwnerId("rss:7"))
        assert library.audio_files(HOME, OWNER) == ()

    def test_is_nowhere_once_it_was_deleted(self, library: Library, root: Path) -> None:
        shutil.rmtree(root / HOME)
        assert library.locate(str(HOME), OWNER) is None

    def test_is_the_whole_one_of_two_copies(self, library: Library, root: Path) -> None:
        (root / HOME).rename(root / "A")
        shutil.copytree(root / "A", root / "B")
        (root / "A" / "01 - La mer.mp3").unlink()
        assert list(map(str, library.folders_of(str(HOME), OWNER))) == ["B", "A"]
