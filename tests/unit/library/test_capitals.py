"""Names that come to differ in capitals alone, on a disk that takes no notice of these."""

from __future__ import annotations

import shutil
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.domain.owner import OwnerId
from ohdio_core.library.folder import FolderLibrary
from ohdio_core.name_template import parse_names, parse_show_names
from tests.unit.library import test_episodes as episodes
from tests.unit.library.books import BOOK, FILES, OWNER, stage
from tests.unit.library.capitals import DiskWithoutCapitals
from tests.unit.library.kills import killed_at

EPISODE = (episodes.EPISODE, episodes.OWNER, episodes.FILES)


@pytest.fixture(params=[EPISODE, (BOOK, OWNER, FILES)], ids=["episode", "book"])
def renamed(request: pytest.FixtureRequest) -> tuple[BookDetails, OwnerId, dict[str, bytes]]:
    details, owner, files = request.param
    return details, owner, files


def shown(root: Path) -> dict[str, bytes]:
    """Return what is shown of a library."""
    files = ((path.relative_to(root), path) for path in root.rglob("*") if path.is_file())
    return {str(name): path.read_bytes() for name, path in files if not any(part[0] == "." for part in name.parts)}


def test_are_given_whatever_is_killed_when(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renamed: tuple[BookDetails, OwnerId, dict[str, bytes]]
) -> None:
    details, owner, files = renamed
    louder = replace(details, title=details.title.upper())
    for step in count():
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir()
        staged = stage(tmp_path / str(step), files)
        with monkeypatch.context() as patched:
            DiskWithoutCapitals(root).put_in_place(patched)
            library = FolderLibrary(root, parse_names("{author}/{title}"), parse_show_names("{show}/{title}"))
            place = library.place(staged, details, owner)
            before = shown(root)
            with killed_at(step, patched) as is_dead:
                library.naming.move(place, louder, owner)
            found = library.naming.move(place, louder, owner)
            assert found == place.with_name(louder.title)
            assert library.naming.move(found, louder, owner) == found
            assert library.holds(str(found), owner)
        # Those of the files of a book stay; its folder, and all files of an episode, have the name.
        assert shown(root) == {name.replace(details.title, louder.title, 1): data for name, data in before.items()}
        if not is_dead():
            return


def test_of_two_episodes_are_told_apart(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root.mkdir()
    DiskWithoutCapitals(root).put_in_place(monkeypatch)
    library = FolderLibrary(root, shows=parse_show_names("{show}/{title}"))
    details, owner, files = EPISODE
    library.place(stage(tmp_path / "one", files), details, owner)
    louder, other = replace(details, title=details.title.upper()), OwnerId("rss:e-9")
    place = library.place(stage(tmp_path / "two", episodes.NEW), replace(details, title="Le sel"), other)
    assert library.naming.move(place, louder, other) == place.with_name(f"{louder.title} [rss-e-9]")
    assert library.holds(str(place.with_name("La marée")), owner)
