"""A show of many episodes, of which many are looked for one after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ohdio_core.domain.owner import OwnerId
from ohdio_core.library import Library, show_markers
from ohdio_core.library.filed import marker_of_episode
from ohdio_core.library.folder import FolderLibrary
from ohdio_core.library.marker import MARKERS, Marker, as_json
from ohdio_core.library.show_markers import ShowMarkers
from tests.unit.library.test_episodes import EPISODE, SHOW

EPISODES, MISSING = 300, 20
DETAILS = replace(EPISODE, title="Une")


def owner(number: int) -> OwnerId:
    return OwnerId(f"rss:{number}")


def path_of(number: int) -> str:
    return str(SHOW / f"{number:04}")


def write(root: Path, number: int, sound: str) -> None:
    (root / SHOW / sound).write_bytes(b"%4d" % number)
    marker = Marker(owner(number).current, 1, {sound: 4}, 60, is_episode=True)
    marker_of_episode(root / path_of(number)).write_text(as_json(marker), "utf-8")


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Return how many texts have been read since it was asked last."""
    read, done = Path.read_text, []

    def counted(path: Path, encoding: str | None = None) -> str:
        done.append(path)
        return read(path, encoding)

    monkeypatch.setattr(Path, "read_text", counted)

    def since() -> int:
        found = len(done)
        done.clear()
        return found

    return since


@pytest.fixture
def show(root: Path) -> None:
    """A show whose files people have all renamed."""
    (root / SHOW / MARKERS).mkdir(parents=True)
    (root / ".ohdio-library").touch()
    for number in range(EPISODES):
        write(root, number, f"{number:04}.mp3")
    for number in range(MISSING):
        (root / path_of(number)).with_name(f"{number:04}.mp3").rename(root / SHOW / f"mine {number}.mp3")


@pytest.mark.usefixtures("library", "show")
def test_is_read_once_for_all_that_are_missing(library: Library, reads: Callable[[], int]) -> None:
    for number in range(MISSING):
        found = library.sounds.find(DETAILS, owner(number), path_of(number), lambda: None)
        assert len(found) == MISSING - number
        mine = next(each for each in found if each.names == (SHOW / f"mine {number}.mp3",))
        library.sounds.adopt(mine, owner(number))
    assert reads() < EPISODES + 10 * MISSING


@pytest.mark.usefixtures("library", "show")
def test_is_known_as_it_is_whoever_has_changed_it(root: Path, library: Library) -> None:
    assert len(library.sounds.find(DETAILS, owner(0), path_of(0), lambda: None)) == MISSING
    other = FolderLibrary(root)
    mine = next(
        each
        for each in other.sounds.find(DETAILS, owner(1), path_of(1), lambda: None)
        if each.names == (SHOW / "mine 1.mp3",)
    )
    other.sounds.adopt(mine, owner(1))
    (root / SHOW / MARKERS / "0002.json").unlink()
    (root / SHOW / MARKERS / "0003.json").write_text("no marker", "utf-8")
    assert len(library.sounds.find(DETAILS, owner(0), path_of(0), lambda: None)) == MISSING - 1
    assert library.sounds.episode_at(SHOW / "mine 1.mp3") == (SHOW / "0001", owner(1).current)
    assert library.sounds.episode_at(SHOW / "0003.mp3") is None


def test_no_more_is_remembered_than_so_much(
    root: Path, reads: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(show_markers, "_MOST", 3)
    shows = [root / "one", root / "two"]
    for directory in shows:
        (directory / MARKERS).mkdir(parents=True)
        for number in range(2):
            (directory / MARKERS / f"{number}.json").write_text(as_json(Marker(f"rss:{number}", 1, {})), "utf-8")
    markers = ShowMarkers()
    counts = []
    for directory in (shows[0], shows[0], shows[1], shows[1], shows[0]):
        assert sorted(markers.of(directory)) == ["0", "1"]
        counts.append(reads())
    assert counts == [2, 0, 2, 0, 2]
