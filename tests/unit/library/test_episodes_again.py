"""Episodes that are filed again, beside files that people have put among those of the show."""

from __future__ import annotations

from pathlib import Path

from ohdio_core.library import Library
from ohdio_core.library.folder import FolderLibrary
from ohdio_core.name_template import parse_show_names
from tests.unit.library.books import stage
from tests.unit.library.test_episodes import EPISODE, FILES, NEW, OWNER, PLACE, SHOW, sound, visible


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
