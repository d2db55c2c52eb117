"""Episodes that are filed again, beside files that people have put among those of the show."""

from __future__ import annotations

from pathlib import Path

import pytest

from ohdio_core.domain.owner import OwnerId
from ohdio_core.library import Library
from ohdio_core.library.folder import FolderLibrary
from ohdio_core.name_template import parse_show_names
from tests.unit.library.books import stage
from tests.unit.library.test_episodes import EPISODE, FILES, NEW, OWNER, PLACE, SHOW, THERE, sound, visible


class TestAnEpisodeThatIsFiledAgain:
    def test_called_by_its_title_alone_leaves_the_picture_of_the_show(self, root: Path, tmp_path: Path) -> None:
        root.mkdir()
        library = FolderLibrary(root, shows=parse_show_names("{show}/{title}"))
        home = library.place(stage(tmp_path, {"La marée.mp3": b"tide" * 100}), EPISODE, OWNER)
        (root / SHOW / "cover.jpg").write_bytes(b"theirs")
        assert library.place(stage(tmp_path, NEW), EPISODE, OWNER, home=home) == home
        assert visible(root) == {"La marée.mp3": b"high tide" * 100, "La marée.jpg": b"grey"}
        assert (root / SHOW / "cover.jpg").read_bytes() == b"theirs"

    def test_replaces_itself_beside_a_picture_that_people_have_put_there(
        self, library: Library, root: Path, tmp_path: Path
    ) -> None:
        library.place(stage(tmp_path, {"La marée.mp3": b"tide" * 100}), EPISODE, OWNER)
        (root / SHOW / f"{PLACE.name}.jpg").write_bytes(b"theirs")
        assert library.place(stage(tmp_path, NEW), EPISODE, OWNER, home=PLACE) == PLACE
        assert visible(root) == {f"{PLACE.name}.mp3": b"high tide" * 100, f"{PLACE.name}.jpg": b"theirs"}

    def test_is_not_there_twice_where_people_have_the_name_of_its_new_sound(
        self, library: Library, root: Path, tmp_path: Path
    ) -> None:
        library.place(stage(tmp_path, FILES), EPISODE, OWNER)
        (root / SHOW / f"{PLACE.name}.m4b").write_bytes(b"theirs")
        place = library.place(stage(tmp_path, {"La marée.m4b": b"joined" * 99}), EPISODE, OWNER, home=PLACE)
        assert place != PLACE
        assert sound(root) == []
        assert (root / SHOW / f"{PLACE.name}.m4b").read_bytes() == b"theirs"
        assert [each.folder for each in library.trash.folders()] == [PLACE]


class TestAnEpisodeWhoseSoundPeopleHaveRenamed:
    """What goes with its sound is called as it was, and follows with the next names."""

    @pytest.fixture
    def adopted(self, library: Library, root: Path, tmp_path: Path) -> Library:
        library.place(stage(tmp_path / "filed", FILES), EPISODE, OWNER, seconds=60)
        (root / SHOW / f"{PLACE.name}.mp3").rename(root / SHOW / "Ma marée.mp3")
        (found,) = library.sounds.find(EPISODE, OWNER, str(PLACE), lambda: None)
        library.sounds.adopt(found, OWNER)
        return library

    def test_moves_to_the_names_of_today_with_all_of_it(self, adopted: Library, root: Path) -> None:
        assert adopted.holds(str(PLACE), OWNER)
        (root / SHOW / "La marée.txt").write_bytes(b"theirs")
        renamed = FolderLibrary(root, shows=parse_show_names("{show}/{title}"))
        renamed.naming.move(PLACE, EPISODE, OWNER)
        theirs = {"La marée.txt": b"theirs"}
        assert visible(root) == theirs | {
            f"La marée{suffix}": THERE[f"{PLACE.name}{suffix}"] for suffix in (".mp3", ".vtt", ".jpg")
        }

    def test_comes_back_from_the_trash_to_another_place_with_all_of_it(
        self, adopted: Library, root: Path, tmp_path: Path
    ) -> None:
        adopted.delete(PLACE, OWNER)
        assert visible(root) == {}
        other = OwnerId("rss:e-3")
        adopted.place(stage(tmp_path / "other", NEW), EPISODE, other)
        place = adopted.trash.restore(EPISODE, OWNER)
        assert place is not None
        assert {name.name for name in adopted.our_files(place, OWNER)} == {
            f"{place.name}{suffix}" for suffix in (".mp3", ".vtt", ".jpg")
        }
        adopted.delete(place, OWNER)
        adopted.delete(PLACE, other)
        assert visible(root) == {}

    def test_leaves_nothing_where_its_names_of_then_and_now_become_one(
        self, adopted: Library, root: Path, tmp_path: Path
    ) -> None:
        adopted.delete(PLACE, OWNER)
        for there in adopted.trash.folders():
            adopted.trash.drop(there.key)
        staged = stage(tmp_path / "both", FILES | {"La marée.fr.vtt": b"WEBVTT"})
        adopted.place(staged, EPISODE, OWNER)
        assert f"{PLACE.name}.fr.vtt" in visible(root)
        FolderLibrary(root, shows=parse_show_names("{show}/{title}")).naming.move(PLACE, EPISODE, OWNER)
        assert sorted(visible(root)) == [f"La marée{end}" for end in (".fr.vtt", ".jpg", ".mp3", ".vtt")]

    def test_is_replaced_with_nothing_left_of_it(self, adopted: Library, root: Path, tmp_path: Path) -> None:
        assert adopted.place(stage(tmp_path / "new", NEW), EPISODE, OWNER, home=PLACE) == PLACE
        assert visible(root) == {f"{PLACE.name}.mp3": b"high tide" * 100, f"{PLACE.name}.jpg": b"grey"}
