"""Folders of books that were filed before are moved to where they belong by the names of today."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from ohdio_core.domain.owner import OwnerId
from ohdio_core.library.folder import FolderLibrary
from ohdio_core.name_template import parse_names
from tests.unit.library.books import BOOK, FILES, HOME, OWNER, InterruptedByTest, contents, stage

OF_SERIES = replace(BOOK, series="Les îles", series_position="2")
SERIES_HOME = PurePosixPath("Ève Tremblé/Les îles/2 - Le phare")


@pytest.fixture
def library(root: Path) -> FolderLibrary:
    root.mkdir(exist_ok=True)
    return FolderLibrary(root, parse_names("{author}/{series}/{sequence - }{title}"))


@pytest.fixture
def former(root: Path, tmp_path: Path) -> PurePosixPath:
    """Where the names of an earlier version put the book."""
    root.mkdir(exist_ok=True)
    return FolderLibrary(root).place(stage(tmp_path), OF_SERIES, OWNER)


def visible(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.glob("[!.]*/**") if path.is_dir())


class TestPlan:
    def test_says_where_a_folder_belongs_and_moves_nothing(
        self, library: FolderLibrary, root: Path, former: PurePosixPath
    ) -> None:
        planned = library.naming.plan(former, OF_SERIES, OWNER)
        assert planned is not None
        assert (planned.place, planned.is_by_hand) == (SERIES_HOME, False)
        assert contents(root / HOME) == FILES

    def test_leaves_a_folder_where_it_belongs(self, library: FolderLibrary, tmp_path: Path) -> None:
        place = library.place(stage(tmp_path), OF_SERIES, OWNER)
        planned = library.naming.plan(place, OF_SERIES, OWNER)
        assert planned is not None
        assert planned.place == place == SERIES_HOME

    @pytest.mark.parametrize("is_of_an_earlier_version", [False, True])
    def test_knows_what_people_have_put_elsewhere(
        self, library: FolderLibrary, root: Path, former: PurePosixPath, *, is_of_an_earlier_version: bool
    ) -> None:
        (root / "Séries").mkdir()
        (root / former).rename(root / "Séries" / "Le phare, lu")
        marker = root / "Séries" / "Le phare, lu" / ".ohdio.json"
        if is_of_an_earlier_version:
            marker.write_text(marker.read_text(encoding="utf-8").replace('"home"', '"unknown"'), encoding="utf-8")
        planned = library.naming.plan(PurePosixPath("Séries/Le phare, lu"), OF_SERIES, OWNER)
        assert planned is not None
        assert (planned.place, planned.is_by_hand) == (SERIES_HOME, True)

    def test_knows_its_own_though_the_title_was_changed_since(
        self, library: FolderLibrary, former: PurePosixPath
    ) -> None:
        planned = library.naming.plan(former, replace(OF_SERIES, title="Le vieux phare"), OWNER)
        assert planned is not None
        assert not planned.is_by_hand

    def test_is_none_for_the_folder_of_another(self, library: FolderLibrary, former: PurePosixPath) -> None:
        assert library.naming.plan(former, OF_SERIES, OwnerId("rss:7")) is None

    def test_gives_no_place_twice(self, library: FolderLibrary, former: PurePosixPath) -> None:
        planned = library.naming.plan(former, OF_SERIES, OWNER, {SERIES_HOME})
        assert planned is not None
        assert planned.place == PurePosixPath(f"{SERIES_HOME} [ohdio-42]")


class TestMove:
    def test_takes_everything_along_and_leaves_no_empty_folders(
        self, library: FolderLibrary, root: Path, former: PurePosixPath
    ) -> None:
        (root / former / "notes.txt").write_bytes(b"lovely")
        assert library.naming.move(former, OF_SERIES, OWNER) == SERIES_HOME
        assert contents(root / SERIES_HOME) == {**FILES, "notes.txt": b"lovely"}
        assert visible(root) == ["Ève Tremblé", "Ève Tremblé/Les îles", str(SERIES_HOME)]
        assert library.find(OF_SERIES, OWNER) == SERIES_HOME
        assert library.naming.move(SERIES_HOME, OF_SERIES, OWNER) == SERIES_HOME

    def test_into_the_book_that_has_the_name_of_its_series(
        self, library: FolderLibrary, root: Path, tmp_path: Path
    ) -> None:
        book = replace(OF_SERIES, title="Les îles", series_position="1")
        was_at = FolderLibrary(root).place(stage(tmp_path), book, OWNER)
        assert was_at == PurePosixPath("Ève Tremblé/Les îles")
        assert library.naming.move(was_at, book, OWNER) == PurePosixPath("Ève Tremblé/Les îles/1 - Les îles")
        assert contents(root / "Ève Tremblé/Les îles/1 - Les îles") == FILES
        back = FolderLibrary(root)
        assert back.naming.move(PurePosixPath("Ève Tremblé/Les îles/1 - Les îles"), book, OWNER) == was_at
        assert contents(root / was_at) == FILES
        assert visible(root) == ["Ève Tremblé", "Ève Tremblé/Les îles"]

    @pytest.mark.parametrize("step", [1, 2])
    def test_goes_on_after_a_crash_at_each_rename(
        self, library: FolderLibrary, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
    ) -> None:
        book = replace(OF_SERIES, title="Les îles", series_position="1")
        was_at = FolderLibrary(root).place(stage(tmp_path), book, OWNER)
        rename, renames = os.rename, []

        def crash(source: Path, target: Path) -> None:
            if not str(target).endswith(".json"):
                renames.append(target)
            if len(renames) == step:
                raise InterruptedByTest
            rename(source, target)

        with monkeypatch.context() as patched:
            patched.setattr(os, "rename", crash)
            with pytest.raises(InterruptedByTest):
                library.naming.move(was_at, book, OWNER)
        assert library.naming.move(was_at, book, OWNER) == PurePosixPath("Ève Tremblé/Les îles/1 - Les îles")
        assert contents(root / "Ève Tremblé/Les îles/1 - Les îles") == FILES
        assert not list(root.glob(".ohdio-outgoing-*"))

    def test_changes_the_case_of_a_name(self, library: FolderLibrary, root: Path, former: PurePosixPath) -> None:
        place = library.naming.move(former, replace(BOOK, title="LE PHARE"), OWNER)
        assert place == PurePosixPath("Ève Tremblé/LE PHARE")
        assert contents(root / place) == FILES

    def test_leaves_alone_what_is_in_its_place(self, library: FolderLibrary, root: Path, former: PurePosixPath) -> None:
        (root / SERIES_HOME).mkdir(parents=True)
        (root / SERIES_HOME / "own.mp3").write_bytes(b"mine")
        assert library.naming.move(former, OF_SERIES, OWNER) == PurePosixPath(f"{SERIES_HOME} [ohdio-42]")
        assert contents(root / SERIES_HOME) == {"own.mp3": b"mine"}

    def test_a_book_in_the_trash_comes_back_to_where_it_was(
        self, library: FolderLibrary, root: Path, former: PurePosixPath
    ) -> None:
        moved = library.naming.move(former, OF_SERIES, OWNER)
        assert moved is not None
        library.delete(moved, OWNER)
        assert visible(root) == []
        assert library.trash.restore(OF_SERIES, OWNER) == SERIES_HOME

    def test_a_retagged_book_stays_what_people_made_of_it(
        self, library: FolderLibrary, root: Path, tmp_path: Path, former: PurePosixPath
    ) -> None:
        elsewhere = PurePosixPath("Ailleurs")
        (root / former).rename(root / elsewhere)
        assert library.place(stage(tmp_path), OF_SERIES, OWNER, home=elsewhere) == elsewhere
        planned = library.naming.plan(elsewhere, OF_SERIES, OWNER)
        assert planned is not None
        assert planned.is_by_hand
