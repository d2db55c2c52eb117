from __future__ import annotations

import os
import shutil
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from pathlib import Path, PurePosixPath

import pytest

from ohdio_core.domain.audiobook import BookDetails, Part
from ohdio_core.domain.owner import OwnerId
from ohdio_core.errors import NeedsPerson
from ohdio_core.library import Library, naming_files
from ohdio_core.library.folder import FolderLibrary
from ohdio_core.library.protocol import FolderSound
from ohdio_core.name_template import parse_show_names
from tests.unit.library.books import BOOK, HOME, stage
from tests.unit.library.kills import killed_at

EPISODE = BookDetails(
    title="La marée",
    authors=("Zoé Roy",),
    published_year=2026,
    published_on=date(2026, 11, 28),
    episode_of="Les heures bleues",
    parts=(Part(0, "e-1"),),
)
OWNER = OwnerId("rss:e-1")
NEXT, NEXT_OWNER = replace(EPISODE, title="Le sel", published_on=date(2026, 11, 29)), OwnerId("rss:e-2")
SHOW = PurePosixPath("Les heures bleues")
PLACE, NEXT_PLACE = SHOW / "2026-11-28 - La marée", SHOW / "2026-11-29 - Le sel"
FILES = {"La marée.mp3": b"tide" * 100, "La marée.vtt": b"WEBVTT", "cover.jpg": b"blue"}
THERE = {f"{PLACE.name}.mp3": b"tide" * 100, f"{PLACE.name}.vtt": b"WEBVTT", f"{PLACE.name}.jpg": b"blue"}
NEW = {"La marée.mp3": b"high tide" * 100, "cover.jpg": b"grey"}
NEXT_FILES = {"Le sel.mp3": b"salt" * 90, "cover.jpg": b"white"}


@pytest.fixture
def filed(library: Library, tmp_path: Path) -> None:
    """Two episodes of one show."""
    library.place(stage(tmp_path, FILES), EPISODE, OWNER, seconds=60, media={"La marée.mp3": "e-1"})
    library.place(stage(tmp_path, NEXT_FILES), NEXT, NEXT_OWNER)


def visible(root: Path) -> dict[str, bytes]:
    """Return what players see of the show's folder, without its own picture."""
    folder = root / SHOW
    names = sorted(path.name for path in folder.iterdir() if not path.name.startswith(".")) if folder.exists() else []
    return {name: (folder / name).read_bytes() for name in names if name != "cover.jpg"}


def sound(root: Path) -> list[bytes]:
    return [data for name, data in visible(root).items() if name.endswith(".mp3")]


class TestAnEpisode:
    @pytest.mark.usefixtures("filed")
    def test_lies_among_those_of_its_show_with_all_of_its_files_under_one_name(self, root: Path) -> None:
        assert visible(root) == THERE | {f"{NEXT_PLACE.name}.mp3": b"salt" * 90, f"{NEXT_PLACE.name}.jpg": b"white"}
        assert (root / SHOW / "cover.jpg").read_bytes() == b"blue"

    @pytest.mark.usefixtures("filed")
    def test_is_found_heard_and_shown_as_a_book_is(self, library: Library) -> None:
        assert library.find(EPISODE, OWNER) == PLACE
        assert library.holds(str(PLACE), OWNER)
        assert not library.holds(str(PLACE), NEXT_OWNER)
        assert library.audio_files(PLACE, OWNER) == (SHOW / f"{PLACE.name}.mp3",)
        assert set(library.our_files(PLACE, OWNER)) == {SHOW / name for name in THERE}
        assert library.file_of(PLACE, f"{PLACE.name}.mp3") == SHOW / f"{PLACE.name}.mp3"
        cover = library.cover(PLACE, OWNER)
        assert cover is not None
        assert cover.name == SHOW / f"{PLACE.name}.jpg"
        assert library.sounds.media(PLACE, OWNER) == {f"{PLACE.name}.mp3": "e-1"}

    @pytest.mark.usefixtures("filed")
    def test_of_the_same_name_and_day_is_told_apart(self, library: Library, root: Path, tmp_path: Path) -> None:
        other = replace(EPISODE, narrators=("Noé Côté",))
        place = library.place(stage(tmp_path, NEW), other, OwnerId("rss:e-3"))
        assert place == SHOW / f"{PLACE.name} (Noé Côté)"
        assert library.find(other, OwnerId("rss:e-3")) == place
        assert len(sound(root)) == 3

    @pytest.mark.usefixtures("filed")
    def test_replaces_itself_alone(self, library: Library, root: Path, tmp_path: Path) -> None:
        assert library.place(stage(tmp_path, NEW), EPISODE, OWNER, home=PLACE) == PLACE
        assert sound(root) == [b"high tide" * 100, b"salt" * 90]
        assert not (root / SHOW / f"{PLACE.name}.vtt").exists()
        assert list(root.glob(".ohdio-outgoing-*")) == []

    def test_takes_no_name_that_people_have_used(self, library: Library, root: Path, tmp_path: Path) -> None:
        theirs = root / SHOW / f"{PLACE.name}.jpg"
        theirs.parent.mkdir()
        theirs.write_bytes(b"theirs")
        place = library.place(stage(tmp_path, FILES), EPISODE, OWNER)
        assert place == SHOW / f"{PLACE.name} (2026)"
        assert theirs.read_bytes() == b"theirs"

    def test_of_several_parts_has_a_folder_of_its_own(self, library: Library, root: Path, tmp_path: Path) -> None:
        book = replace(BOOK, episode_of="Les heures bleues")
        assert library.place(stage(tmp_path), book, OWNER) == HOME
        assert not (root / HOME.parent / ".ohdio").exists()

    @pytest.mark.usefixtures("filed")
    def test_is_no_place_for_a_book(self, root: Path, tmp_path: Path) -> None:
        library = FolderLibrary(root)
        book = replace(BOOK, authors=(SHOW.name,), title=PLACE.name)
        assert library.place(stage(tmp_path), book, OwnerId("ohdio:1")) == SHOW / f"{PLACE.name} [ohdio-1]"
        assert library.find(EPISODE, OWNER) == PLACE

    def test_is_filed_by_the_names_that_are_set(self, root: Path, tmp_path: Path) -> None:
        root.mkdir()
        library = FolderLibrary(root, shows=parse_show_names("Balados/{show}/{title}{ (date)}"))
        place = library.place(stage(tmp_path, FILES), EPISODE, OWNER)
        assert place == PurePosixPath("Balados", SHOW, "La marée (2026-11-28)")
        assert library.find(EPISODE, OWNER) == place


@pytest.mark.usefixtures("filed")
class TestPeopleAndPlayers:
    def test_move_a_show(self, library: Library, root: Path) -> None:
        (root / "Balados").mkdir()
        (root / SHOW).rename(root / "Balados" / "Bleues")
        found = library.find_moved(EPISODE, OWNER, lambda: None, was_filed=True)
        assert found == PurePosixPath("Balados/Bleues") / PLACE.name
        assert library.locate(str(NEXT_PLACE), NEXT_OWNER) == PurePosixPath("Balados/Bleues") / NEXT_PLACE.name

    def test_rename_a_file_which_is_the_episode_still(self, library: Library, root: Path) -> None:
        (root / SHOW / f"{PLACE.name}.mp3").rename(root / SHOW / "Ma marée.mp3")
        assert not library.holds(str(PLACE), OWNER)
        assert not library.is_there(str(PLACE), OWNER)  # as long as nobody has taken its checksum
        assert library.audio_files(PLACE, OWNER) == (SHOW / f"{PLACE.name}.mp3",)
        (found,) = library.sounds.find(EPISODE, OWNER, str(PLACE), lambda: None)
        assert found == FolderSound(PLACE, (SHOW / "Ma marée.mp3",), 60, is_among_others=True)
        library.sounds.adopt(found, OWNER)
        assert library.holds(str(PLACE), OWNER)
        assert library.delete(PLACE, OWNER)
        assert sound(root) == [b"salt" * 90]

    def test_rename_a_neighbour_of_as_many_bytes_which_stays_its_own(self, library: Library, root: Path) -> None:
        (root / SHOW / f"{PLACE.name}.mp3").unlink()
        theirs = (root / SHOW / f"{NEXT_PLACE.name}.mp3").rename(root / SHOW / "Mon sel.mp3")
        theirs.write_bytes(b"sel!" * 100)
        assert library.audio_files(PLACE, OWNER) == (SHOW / f"{PLACE.name}.mp3",)
        assert library.delete(PLACE, OWNER)
        assert sound(root) == [b"sel!" * 100]

    def test_put_sound_into_the_show_that_is_no_episode(self, library: Library, root: Path) -> None:
        (root / SHOW / f"{PLACE.name}.mp3").unlink()
        (root / SHOW / "theirs.mp3").write_bytes(b"theirs")
        assert not library.is_there(str(PLACE), OWNER)
        assert [each.names for each in library.sounds.find(EPISODE, OWNER, None, lambda: None)] == [
            (SHOW / "theirs.mp3",)
        ]
        assert library.delete(PLACE, OWNER)
        assert sound(root) == [b"salt" * 90, b"theirs"]

    def test_change_tags(self, library: Library, root: Path) -> None:
        (root / SHOW / f"{PLACE.name}.mp3").write_bytes(b"tide" * 101)
        assert library.holds(str(PLACE), OWNER)


@pytest.mark.usefixtures("filed")
class TestTheTrash:
    def test_takes_only_the_files_of_the_episode_and_gives_them_back(self, library: Library, root: Path) -> None:
        assert library.delete(PLACE, OWNER)
        assert sound(root) == [b"salt" * 90]
        assert not library.holds(str(PLACE), OWNER)
        (there,) = library.trash.folders()
        assert (there.owner, there.folder) == (OWNER.current, PLACE)
        assert library.trash.restore(EPISODE, OWNER) == PLACE
        assert {name: data for name, data in visible(root).items() if name in THERE} == THERE
        assert library.trash.folders() == []

    def test_gives_back_beside_what_has_the_name_now(self, library: Library, root: Path, tmp_path: Path) -> None:
        library.delete(PLACE, OWNER)
        library.place(stage(tmp_path, NEW), EPISODE, OwnerId("rss:e-3"))
        place = library.trash.restore(EPISODE, OWNER)
        assert place == SHOW / f"{PLACE.name} [rss-e-1]"
        assert library.holds(str(place), OWNER)
        assert library.audio_files(place, OWNER) == (SHOW / f"{place.name}.mp3",)
        assert sorted(sound(root)) == sorted([b"tide" * 100, b"high tide" * 100, b"salt" * 90])

    def test_of_the_last_episode_leaves_nothing_of_the_show(self, library: Library, root: Path) -> None:
        assert library.delete(PLACE, OWNER)
        assert library.delete(NEXT_PLACE, NEXT_OWNER)
        assert not (root / SHOW).exists()
        for there in library.trash.folders():
            library.trash.drop(there.key)
        assert [path.name for path in root.glob(".ohdio-trash/*")] == [".ignore"]

    def test_leaves_a_picture_of_the_show_that_people_have_changed(self, library: Library, root: Path) -> None:
        (root / SHOW / "cover.jpg").write_bytes(b"mine")
        library.delete(PLACE, OWNER)
        library.delete(NEXT_PLACE, NEXT_OWNER)
        assert [path.name for path in (root / SHOW).iterdir()] == ["cover.jpg"]

    def test_keeps_what_an_episode_was_replaced_by(self, library: Library, root: Path, tmp_path: Path) -> None:
        library.place(stage(tmp_path, NEW), EPISODE, OWNER, home=PLACE, keeps_old=True)
        key = library.trash.find_replaced(OWNER, [f"{PLACE.name}.mp3"])
        assert key is not None
        assert library.trash.swap(key, PLACE, OWNER)
        assert {name: data for name, data in visible(root).items() if name in THERE} == THERE


@pytest.mark.usefixtures("filed")
class TestNamesOfToday:
    NAMES = parse_show_names("Balados/{show}/{title}")

    def test_move_an_episode_with_its_files(self, root: Path) -> None:
        renamed = FolderLibrary(root, shows=self.NAMES)
        planned = renamed.naming.plan(PLACE, EPISODE, OWNER)
        assert planned is not None
        place = PurePosixPath("Balados", SHOW, "La marée")
        assert (planned.place, planned.is_by_hand) == (place, False)
        assert renamed.naming.move(PLACE, EPISODE, OWNER) == place
        assert renamed.holds(str(place), OWNER)
        assert renamed.audio_files(place, OWNER) == (place.with_name("La marée.mp3"),)
        assert sound(root) == [b"salt" * 90]
        assert renamed.naming.move(place, EPISODE, OWNER) == place
        assert renamed.naming.move(NEXT_PLACE, NEXT, NEXT_OWNER) is not None
        assert not (root / SHOW).exists()

    def test_are_not_given_where_somebody_has_them(self, root: Path) -> None:
        renamed = FolderLibrary(root, shows=self.NAMES)
        theirs = root / "Balados" / SHOW / "La marée.mp3"
        theirs.parent.mkdir(parents=True)
        theirs.write_bytes(b"theirs")
        renamed.naming.move(PLACE, EPISODE, OWNER)
        assert theirs.read_bytes() == b"theirs"
        assert renamed.locate(str(PLACE), OWNER) is not None


class TestAKillAtAnyStep:
    """Whatever is done to an episode, it is whole or not to be seen; what was begun is ended, and nothing twice."""

    def test_of_filing(self, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for step in count():
            library = self.library(root)
            staged = stage(tmp_path / str(step), FILES)
            with killed_at(step, monkeypatch) as is_dead:
                library.place(staged, EPISODE, OWNER)
            assert sound(root) in ([], [FILES["La marée.mp3"]])
            assert not sound(root) or (root / SHOW / "cover.jpg").exists()  # players keep what they see first
            if (library.find(EPISODE, OWNER)) is None:
                assert {path.name: path.read_bytes() for path in staged.iterdir()} == FILES
                assert library.place(staged, EPISODE, OWNER) == PLACE
            assert visible(root) == THERE
            self.assert_tidy(library, root)
            if not is_dead():
                return

    def test_of_replacing(self, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for step in count():
            library = self.library(root)
            library.place(stage(tmp_path / f"{step}-old", FILES), EPISODE, OWNER)
            staged = stage(tmp_path / str(step), NEW)
            with killed_at(step, monkeypatch) as is_dead:
                library.place(staged, EPISODE, OWNER, home=PLACE)
            assert sound(root) in ([], [FILES["La marée.mp3"]], [NEW["La marée.mp3"]])
            library.bring_back(PLACE, OWNER)
            assert library.find(EPISODE, OWNER) == PLACE
            if (staged / "La marée.mp3").exists():
                assert library.place(staged, EPISODE, OWNER, home=PLACE) == PLACE
            assert sound(root) == [NEW["La marée.mp3"]]
            self.assert_tidy(library, root)
            if not is_dead():
                return

    def test_of_deleting(self, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for step in count():
            library = self.library(root)
            library.place(stage(tmp_path / str(step), FILES), EPISODE, OWNER)
            with killed_at(step, monkeypatch) as is_dead:
                library.delete(PLACE, OWNER)
            assert sound(root) in ([], [FILES["La marée.mp3"]])
            library.delete(PLACE, OWNER)
            assert visible(root) == {}
            assert library.trash.restore(EPISODE, OWNER) == PLACE
            assert visible(root) == THERE
            self.assert_tidy(library, root)
            if not is_dead():
                return

    def test_of_restoring(self, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for step in count():
            library = self.library(root)
            library.place(stage(tmp_path / str(step), FILES), EPISODE, OWNER)
            library.delete(PLACE, OWNER)
            with killed_at(step, monkeypatch) as is_dead:
                library.trash.restore(EPISODE, OWNER)
            assert sound(root) in ([], [FILES["La marée.mp3"]])
            if library.find(EPISODE, OWNER) is None:
                assert library.trash.restore(EPISODE, OWNER) == PLACE
            assert visible(root) == THERE
            self.assert_tidy(library, root)
            if not is_dead():
                return

    def test_of_renaming(self, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        place = SHOW / "La marée"
        for step in count():
            library = self.library(root)
            library.place(stage(tmp_path / str(step), FILES), EPISODE, OWNER)
            renamed = FolderLibrary(root, shows=parse_show_names("{show}/{title}"))
            with killed_at(step, monkeypatch) as is_dead:
                renamed.naming.move(PLACE, EPISODE, OWNER)
            assert sound(root) == [FILES["La marée.mp3"]]
            if renamed.naming.move(PLACE, EPISODE, OWNER) is None:
                assert renamed.locate(str(PLACE), OWNER) == place
            assert sorted(visible(root).values()) == sorted(FILES.values())
            assert renamed.audio_files(place, OWNER) == (place.with_name("La marée.mp3"),)
            self.assert_tidy(renamed, root)
            if not is_dead():
                return

    def library(self, root: Path) -> Library:
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir()
        return FolderLibrary(root)

    def assert_tidy(self, library: Library, root: Path) -> None:
        """Assert that what is left of a kill goes by itself, and nothing is there twice."""
        library.remove_leftovers(older_than=timedelta(seconds=-1))
        library.trash.tidy(older_than=timedelta(seconds=-1))
        assert [path.name for path in root.glob(".ohdio-*ing-*")] == []
        markers = [path.name for path in (root / SHOW / ".ohdio").glob("*.json") if not path.name.startswith(".")]
        assert len(markers) == 1


class TestADiskWithoutLinks:
    @pytest.fixture(autouse=True)
    def without_links(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(source: Path, _: Path) -> None:
            raise PermissionError(1, "Operation not permitted", str(source))

        monkeypatch.setattr(os, "link", refuse)

    @pytest.mark.parametrize("has_rename", [True, False])
    def test_has_episodes_all_the_same(
        self, library: Library, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_rename: bool
    ) -> None:
        if not has_rename:
            monkeypatch.setattr(naming_files, "_system_rename", lambda: None)
        assert library.place(stage(tmp_path, FILES), EPISODE, OWNER) == PLACE
        assert visible(root) == THERE
        assert library.place(stage(tmp_path, NEW), replace(EPISODE), OwnerId("rss:e-3")) != PLACE
        assert library.delete(PLACE, OWNER)
        assert library.trash.restore(EPISODE, OWNER) == PLACE

    def test_loses_nothing_to_a_kill(self, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        TestAKillAtAnyStep().test_of_renaming(root, tmp_path / "renaming", monkeypatch)
        TestAKillAtAnyStep().test_of_deleting(root, tmp_path / "deleting", monkeypatch)


def test_an_episode_whose_names_are_all_taken_waits_for_a_person(library: Library, root: Path, tmp_path: Path) -> None:
    for stem in (PLACE.name, f"{PLACE.name} [rss-e-1]", f"{PLACE.name} (2026)"):
        (root / SHOW).mkdir(exist_ok=True)
        (root / SHOW / f"{stem}.mp3").write_bytes(b"theirs")
    staged = stage(tmp_path, FILES)
    with pytest.raises(NeedsPerson):
        library.place(staged, EPISODE, OWNER)
    assert {path.name: path.read_bytes() for path in staged.iterdir()} == FILES
