"""What a book or an episode was before it was converted: in the trash, or where it was, whatever is killed when."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path, PurePosixPath

import pytest

from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.domain.owner import OwnerId
from ohdio_core.library import Library
from ohdio_core.library.folder import FolderLibrary
from tests.unit.library.books import BETTER, BOOK, FILES, HOME, OWNER, stage
from tests.unit.library.kills import killed_at
from tests.unit.library.test_episodes import EPISODE, PLACE, THERE
from tests.unit.library.test_episodes import FILES as EPISODE_FILES
from tests.unit.library.test_episodes import OWNER as EPISODE_OWNER


@dataclass(frozen=True)
class Converted:
    """Something that has been filed, and is filed anew in another form."""

    details: BookDetails
    owner: OwnerId
    place: PurePosixPath
    files: dict[str, bytes]
    old: dict[str, bytes]  #: with the names that they get
    new: dict[str, bytes]

    def forms(self, root: Path) -> set[str]:
        """Return which of its forms are there whole, visibly or not."""
        found = {path.read_bytes() for path in root.rglob("*") if path.is_file()}
        return {name for name, form in (("old", self.old), ("new", self.new)) if found.issuperset(form.values())}

    def is_kept(self, library: Library, form: dict[str, bytes]) -> bool:
        """Return whether the trash has a form of it."""
        return library.trash.find_replaced(self.owner, list(form)) is not None


OF_A_BOOK = Converted(BOOK, OWNER, HOME, FILES, FILES, BETTER)
OF_AN_EPISODE = Converted(EPISODE, EPISODE_OWNER, PLACE, EPISODE_FILES, THERE, {f"{PLACE.name}.m4b": b"in one" * 99})


@pytest.fixture(params=[OF_A_BOOK, OF_AN_EPISODE], ids=["book", "episode"])
def converted(request: pytest.FixtureRequest) -> Converted:
    found = request.param
    assert isinstance(found, Converted)
    return found


def library_at(root: Path) -> Library:
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    return FolderLibrary(root)


def tidy(library: Library) -> None:
    library.remove_leftovers(older_than=timedelta(seconds=-1))
    library.trash.tidy(older_than=timedelta(seconds=-1))


@pytest.mark.parametrize(
    "by_whom", ["who goes on with the book", pytest.param("who tidies up", marks=pytest.mark.full)]
)
def test_is_not_lost_by_a_kill_at_any_step_of_the_change(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, converted: Converted, by_whom: str
) -> None:
    for step in count():
        library = library_at(root)
        library.place(stage(tmp_path / f"{step}-old", converted.files), converted.details, converted.owner)
        staged = stage(tmp_path / str(step), converted.new)
        with killed_at(step, monkeypatch) as is_dead:
            library.place(staged, converted.details, converted.owner, home=converted.place, keeps_old=True)
        assert "old" in converted.forms(root)
        if by_whom == "who tidies up":
            tidy(library)
        library.bring_back(converted.place, converted.owner)
        there = {name.name for name in library.our_files(converted.place, converted.owner)}
        assert there in (set(converted.old), set(converted.new))
        assert converted.is_kept(library, converted.old) == (there == set(converted.new))
        tidy(library)
        assert "old" in converted.forms(root)
        if not is_dead():
            return


def test_comes_back_whole_whenever_that_is_killed(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, converted: Converted
) -> None:
    for step in count():
        library = library_at(root)
        library.place(stage(tmp_path / f"{step}-old", converted.files), converted.details, converted.owner)
        staged = stage(tmp_path / str(step), converted.new)
        library.place(staged, converted.details, converted.owner, home=converted.place, keeps_old=True)
        key = library.trash.find_replaced(converted.owner, list(converted.old))
        assert key is not None
        with killed_at(step, monkeypatch) as is_dead:
            library.trash.swap(key, converted.place, converted.owner)
        assert converted.forms(root) == {"old", "new"}
        library.bring_back(converted.place, converted.owner)
        tidy(library)
        assert converted.forms(root) == {"old", "new"}
        there = {name.name for name in library.our_files(converted.place, converted.owner)}
        if there != set(converted.old):
            assert library.trash.swap(key, converted.place, converted.owner)
        assert converted.is_kept(library, converted.new)
        if not is_dead():
            return
