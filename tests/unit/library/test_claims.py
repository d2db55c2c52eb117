"""Files that people put under the names of an episode, just when a process is killed that is at it."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path, PurePosixPath

import pytest

from ohdio_core.library import Library
from ohdio_core.library.episodes import settle_episode
from ohdio_core.library.filed import filed_at, marker_of_episode
from ohdio_core.library.fingerprints import fingerprint
from ohdio_core.library.folder import FolderLibrary
from ohdio_core.library.marker import NameClaim, read_marker_file
from ohdio_core.name_template import parse_show_names
from tests.unit.library.books import stage
from tests.unit.library.kills import killed_at
from tests.unit.library.test_episodes import EPISODE, FILES, NEW, OWNER, PLACE, SHOW, THERE, visible

RENAMED = SHOW / "La marée"
#: As many bytes as ours have: nothing but what is in them tells them from these.
THEIRS = {suffix: bytes(len(data)) for name, data in FILES.items() for suffix in [PurePosixPath(name).suffix]}
SOUND, BESIDE = (".mp3",), (".jpg", ".vtt")


def refuse_links(source: Path, _: Path) -> None:
    raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), str(source))


class Meanwhile:
    """A show in which people put files under names that nothing has, at the moment of a kill.

    Args:
        suffixes: Of these files.
    """

    def __init__(self, root: Path, staging: Path, monkeypatch: pytest.MonkeyPatch, suffixes: Iterable[str]) -> None:
        self.root = root
        self._staging = staging
        self._monkeypatch = monkeypatch
        self._suffixes = suffixes
        self._theirs: dict[str, bytes] = {}

    def each(
        self, begin: Callable[[Library], None], act: Callable[[Library, Path], object], coming: dict[str, bytes]
    ) -> Iterator[Library]:
        """Yield the library after a kill at each step of what is done to it, and once after no kill.

        Args:
            begin: What goes before.
            act: What is done, with files that are to be filed.
            coming: These.
        """
        for step in count():
            shutil.rmtree(self.root, ignore_errors=True)
            self.root.mkdir()
            library = FolderLibrary(self.root)
            begin(library)
            staged = self.staged(coming)
            with killed_at(step, self._monkeypatch) as is_dead:
                act(library, staged)
            self._put(PLACE, RENAMED)
            yield library
            if not is_dead():
                return

    def staged(self, files: dict[str, bytes]) -> Path:
        shutil.rmtree(self._staging, ignore_errors=True)
        return stage(self._staging, files)

    def file(self, library: Library) -> None:
        library.place(self.staged(FILES), EPISODE, OWNER)

    def _put(self, *places: PurePosixPath) -> None:
        self._theirs = {}
        (self.root / SHOW).mkdir(exist_ok=True)
        for name in (f"{place.name}{suffix}" for place in places for suffix in self._suffixes):
            if not (self.root / SHOW / name).exists():
                self._theirs[name] = THEIRS[name[-4:]]
                (self.root / SHOW / name).write_bytes(self._theirs[name])

    def assert_only_theirs(self) -> None:
        assert visible(self.root) == self._theirs

    def assert_whole(self, library: Library, files: dict[str, bytes], place: PurePosixPath | None) -> None:
        """Assert that the episode is there, and beside it nothing but what people have put there."""
        assert place is not None
        assert library.holds(str(place), OWNER)
        ours = {name.name for name in library.our_files(place, OWNER)}
        there = visible(self.root)
        assert {name: data for name, data in there.items() if name not in ours} == self._theirs
        named = {f"{place.name}{PurePosixPath(name).suffix}": data for name, data in files.items()}
        # It goes without a picture or a text whose name people have taken while it was elsewhere.
        assert {name: there[name] for name in ours} == {n: data for n, data in named.items() if n not in self._theirs}
        marker = read_marker_file(marker_of_episode(self.root / place))
        assert marker is not None
        assert marker.claim is None
        assert len(list((self.root / SHOW / ".ohdio").glob("[!.]*.json"))) == 1


@pytest.fixture(params=[SOUND, pytest.param(BESIDE, marks=pytest.mark.full)], ids=["sound", "beside"])
def meanwhile(request: pytest.FixtureRequest, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    return Meanwhile(root, tmp_path / "staged", monkeypatch, request.param)


@pytest.fixture(params=[True, pytest.param(False, marks=pytest.mark.full)], ids=["with links", "without links"])
def _with_links(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if not request.param:
        monkeypatch.setattr(os, "link", refuse_links)


@pytest.mark.usefixtures("_with_links")
class TestStayWhereTheyAre:
    def test_while_it_is_filed(self, meanwhile: Meanwhile) -> None:
        def file(library: Library, staged: Path) -> None:
            library.place(staged, EPISODE, OWNER)

        for library in meanwhile.each(lambda _: None, file, FILES):
            place = library.find(EPISODE, OWNER)
            if place is None:
                place = library.place(meanwhile.staged(FILES), EPISODE, OWNER)
            meanwhile.assert_whole(library, FILES, place)
            library.delete(place, OWNER)
            meanwhile.assert_only_theirs()

    def test_while_it_is_replaced(self, meanwhile: Meanwhile) -> None:
        def file(library: Library, staged: Path) -> None:
            library.place(staged, EPISODE, OWNER, home=PLACE)

        for library in meanwhile.each(meanwhile.file, file, NEW):
            library.bring_back(PLACE, OWNER)
            home = library.locate(str(PLACE), OWNER)
            place = library.place(meanwhile.staged(NEW), EPISODE, OWNER, home=home)
            meanwhile.assert_whole(library, NEW, place)

    def test_while_it_is_deleted_and_comes_back(self, meanwhile: Meanwhile) -> None:
        for library in meanwhile.each(meanwhile.file, lambda library, _: library.delete(PLACE, OWNER), {}):
            library.delete(PLACE, OWNER)
            meanwhile.assert_only_theirs()
            meanwhile.assert_whole(library, FILES, library.trash.restore(EPISODE, OWNER))

    def test_while_it_comes_back(self, meanwhile: Meanwhile) -> None:
        def delete(library: Library) -> None:
            meanwhile.file(library)
            library.delete(PLACE, OWNER)

        for library in meanwhile.each(delete, lambda library, _: library.trash.restore(EPISODE, OWNER), {}):
            place = library.find(EPISODE, OWNER) or library.trash.restore(EPISODE, OWNER)
            meanwhile.assert_whole(library, FILES, place)

    def test_while_it_is_renamed(self, meanwhile: Meanwhile) -> None:
        renamed = FolderLibrary(meanwhile.root, shows=parse_show_names("{show}/{title}"))
        for library in meanwhile.each(meanwhile.file, lambda *_: renamed.naming.move(PLACE, EPISODE, OWNER), {}):
            renamed.naming.move(PLACE, EPISODE, OWNER)
            meanwhile.assert_whole(library, FILES, library.locate(str(PLACE), OWNER))


@pytest.mark.usefixtures("library")
def test_one_whose_files_are_renamed_while_they_are_read_is_not_marked_anew(root: Path, tmp_path: Path) -> None:
    library = FolderLibrary(root, shows=parse_show_names("{show}/{title}"))
    library.place(stage(tmp_path, FILES), EPISODE, OWNER)
    filed = filed_at(root / RENAMED)
    assert filed is not None
    prints = tuple(fingerprint(root / SHOW / name) for name in filed.marker.files)
    claimed = filed.write(replace(filed.marker, claim=NameClaim(prints)))
    assert claimed.is_whole
    FolderLibrary(root).naming.move(RENAMED, EPISODE, OWNER)
    settle_episode(claimed)
    assert [path.name for path in (root / SHOW / ".ohdio").glob("[!.]*.json")] == [f"{PLACE.name}.json"]


@pytest.mark.usefixtures("library")
def test_a_marker_of_an_earlier_version_is_of_an_episode_that_is_there(root: Path, tmp_path: Path) -> None:
    library = FolderLibrary(root)
    library.place(stage(tmp_path, FILES), EPISODE, OWNER)
    text = marker_of_episode(root / PLACE).read_text("utf-8")
    assert "claim" not in text
    assert library.find(EPISODE, OWNER) == PLACE
    assert {name.name for name in library.our_files(PLACE, OWNER)} == set(THERE)


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("said", ['"yes"', "[]", '{"fingerprints": 5}', '{"fingerprints": [5], "is_leaving": "no"}'])
def test_a_claim_that_cannot_be_read_is_one_of_nothing(root: Path, tmp_path: Path, said: str) -> None:
    library = FolderLibrary(root)
    library.place(stage(tmp_path, FILES), EPISODE, OWNER)
    marker = marker_of_episode(root / PLACE)
    marker.write_text(f'{marker.read_text("utf-8")[:-1]}, "claim": {said}}}', "utf-8")
    assert not library.holds(str(PLACE), OWNER)
    library.delete(PLACE, OWNER)
    assert visible(root) == THERE
