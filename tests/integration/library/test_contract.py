"""What every library does, wherever it keeps its books."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path, PurePosixPath

import pytest

from ohdio_core.domain.owner import OwnerId
from ohdio_core.errors import NeedsPerson, Postponed
from ohdio_core.library import Library
from tests.integration.library.libraries import contents
from tests.unit.library.books import (
    BETTER,
    BOOK,
    FILES,
    FORMER,
    HOME,
    MOVED,
    NEW_HOME,
    OWNER,
    RENAMED,
    InterruptedByTest,
    stage,
)

OTHER = OwnerId("rss:7")
APART = HOME.with_name("Le phare [rss-7]")


class TestFiling:
    def test_a_book_goes_to_its_author_whole(self, library: Library, tmp_path: Path) -> None:
        assert not library.is_marked()
        staged = stage(tmp_path)
        assert library.place(staged, BOOK, OWNER, seconds=12.5, media={"01 - La mer.mp3": "m-1"}) == HOME
        assert not staged.exists()
        assert contents(library, HOME, OWNER) == FILES
        assert library.audio_files(HOME, OWNER) == (HOME / "01 - La mer.mp3", HOME / "02 - Le vent.mp3")
        assert (library.find(BOOK, OWNER), library.locate(str(HOME), OWNER)) == (HOME, HOME)
        assert library.holds(str(HOME), OWNER)
        assert library.sounds.media(HOME, OWNER) == {"01 - La mer.mp3": "m-1"}
        assert library.is_marked()

    def test_a_book_of_that_name_gets_another_place(self, library: Library, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        assert library.place(stage(tmp_path, {"Le phare.mp3": b"another"}), BOOK, OTHER) == APART
        assert contents(library, HOME, OWNER) == FILES
        assert contents(library, APART, OTHER) == {"Le phare.mp3": b"another"}
        assert library.audio_files(HOME, OTHER) == ()

    def test_a_fact_tells_it_from_the_other_before_any_id(self, library: Library, tmp_path: Path) -> None:
        library.place(stage(tmp_path), replace(BOOK, narrators=("Anna Roy",)), OWNER)
        told = library.place(stage(tmp_path), replace(BOOK, narrators=("Luc Ney",)), OTHER)
        assert told == HOME.with_name("Le phare (Luc Ney)")

    def test_again_it_replaces_itself_at_once(self, library: Library, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, FORMER)
        assert library.place(stage(tmp_path, BETTER), BOOK, MOVED) == HOME
        assert contents(library, HOME, OWNER) == BETTER
        assert library.trash.folders() == []

    def test_again_it_goes_to_where_the_book_is(self, library: Library, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OTHER)
        told_apart = library.place(stage(tmp_path), BOOK, OWNER)
        library.delete(HOME, OTHER)
        assert library.place(stage(tmp_path, BETTER), BOOK, OWNER) == told_apart
        assert library.place(stage(tmp_path), RENAMED, OWNER, home=told_apart) == told_apart
        assert contents(library, told_apart, OWNER) == FILES

    def test_what_it_replaces_is_kept_where_that_is_wanted(self, library: Library, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        library.place(stage(tmp_path, BETTER), BOOK, OWNER, home=HOME, keeps_old=True)
        key = library.trash.find_replaced(OWNER, list(FILES))
        assert key is not None
        kept = library.trash.swap(key, HOME, OWNER)
        assert contents(library, HOME, OWNER) == FILES
        assert kept == library.trash.find_replaced(OWNER, list(BETTER))

    def test_nothing_is_kept_of_what_it_does_not_replace_in_the_end(self, library: Library, tmp_path: Path) -> None:
        def check() -> None:
            raise InterruptedByTest

        library.place(stage(tmp_path), BOOK, OWNER)
        staged = stage(tmp_path / "again", BETTER)
        for _ in range(2):
            with pytest.raises(InterruptedByTest):
                library.place(staged, BOOK, OWNER, home=HOME, keeps_old=True, check=check)
        assert library.trash.folders() == []
        assert contents(library, HOME, OWNER) == FILES

    def test_until_it_is_whole_nothing_is_to_be_seen(self, library: Library, tmp_path: Path) -> None:
        asked = 0

        def check() -> None:
            nonlocal asked
            asked += 1
            assert (library.find(BOOK, OWNER), library.holds(str(HOME), OWNER)) == (None, False)

        library.place(stage(tmp_path), BOOK, OWNER, check=check)
        assert asked

    def test_what_is_no_longer_ours_stays_where_it_was(self, library: Library, tmp_path: Path) -> None:
        def check() -> None:
            raise InterruptedByTest

        staged = stage(tmp_path)
        with pytest.raises(InterruptedByTest):
            library.place(staged, BOOK, OWNER, check=check)
        assert {path.name: path.read_bytes() for path in staged.iterdir() if path.name in FILES} == FILES
        assert library.find(BOOK, OWNER) is None
        assert library.place(staged, BOOK, OWNER) == HOME

    def test_two_at_once_both_find_a_place(self, library: Library, tmp_path: Path) -> None:
        staged = [stage(tmp_path / str(number)) for number in range(2)]
        ready = threading.Barrier(2)
        folders: dict[int, PurePosixPath] = {}

        def place(number: int) -> None:
            ready.wait()
            folders[number] = library.place(staged[number], BOOK, OwnerId(f"rss:{number}"))

        threads = [threading.Thread(target=place, args=(number,)) for number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert HOME in folders.values()
        assert len(set(folders.values())) == 2
        assert all(contents(library, folder, OwnerId(f"rss:{number}")) == FILES for number, folder in folders.items())


class TestReading:
    def test_any_range_of_a_file(self, library: Library, tmp_path: Path) -> None:
        sound = bytes(range(256)) * 8192
        library.place(stage(tmp_path, {"01 - La mer.mp3": sound}), BOOK, OWNER)
        name = HOME / "01 - La mer.mp3"
        for start, length in ((0, 1), (1_000_000, 70_000), (len(sound) - 5, 100), (len(sound), 10), (0, 0)):
            assert b"".join(library.read(name, start, length)) == sound[start : start + length], (start, length)
        reading = library.read(name, 0, len(sound))
        assert next(reading)
        reading.close()

    def test_what_is_known_of_it(self, library: Library, tmp_path: Path) -> None:
        before = time.time()
        library.place(stage(tmp_path), BOOK, OWNER)
        file = library.file(HOME / "cover.jpg")
        assert file is not None
        assert (file.name, file.size) == (HOME / "cover.jpg", len(FILES["cover.jpg"]))
        assert before - 3600 < file.modified_ns / 1e9 < time.time() + 60
        assert library.cover(HOME, OWNER) == file
        assert library.cover(HOME, OTHER) is None

    def test_what_is_not_there(self, library: Library, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        for name in (HOME / "03 - La nuit.mp3", PurePosixPath("Nobody/Nothing/01.mp3")):
            assert library.file(name) is None
            with pytest.raises(FileNotFoundError):
                list(library.read(name, 0, 10))

    def test_files_of_the_edition_that_is_there_now(self, library: Library, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        assert library.file(HOME / "01 - La mer.mp3") is not None
        library.place(stage(tmp_path, {**FILES, "01 - La mer.mp3": b"the sea, anew"}), BOOK, OWNER)
        assert b"".join(library.read(HOME / "01 - La mer.mp3", 4, 3)) == b"sea"

    def test_small_things_beside_the_books(self, library: Library) -> None:
        assert library.read_aside("42-300.jpg") is None
        library.write_aside("42-300.jpg", b"small")
        assert library.read_aside("42-300.jpg") == b"small"


class TestDeleting:
    def test_and_bringing_back(self, library: Library, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        assert not library.delete(HOME, OTHER)
        assert library.delete(HOME, OWNER)
        assert (library.find(BOOK, OWNER), library.holds(str(HOME), OWNER)) == (None, False)
        assert list(library.folders_of(str(HOME), OWNER)) == []
        assert not library.delete(HOME, OWNER)
        (there,) = library.trash.folders()
        assert (there.owner, there.folder) == (OWNER.current, HOME)
        assert abs(there.trashed_at - time.time()) < 60
        assert (library.trash.keys()(MOVED), library.trash.keys()(OTHER)) == ([there.key], [])
        assert library.trash.restore(BOOK, OWNER, parts=3) is None
        assert library.trash.restore(BOOK, MOVED, parts=2) == HOME
        assert contents(library, HOME, OWNER) == FILES
        assert (library.trash.folders(), library.trash.restore(BOOK, OWNER)) == ([], None)

    def test_for_good(self, library: Library, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        library.delete(HOME, OWNER)
        (there,) = library.trash.folders()
        library.trash.tidy(older_than=timedelta(seconds=-1))
        library.trash.drop(there.key)
        library.trash.drop(there.key)
        library.trash.drop("*")
        assert (library.trash.folders(), library.trash.restore(BOOK, OWNER)) == ([], None)

    def test_what_comes_back_to_a_place_that_is_taken_gets_another(self, library: Library, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        library.delete(HOME, OWNER)
        library.place(stage(tmp_path), BOOK, OTHER)
        assert library.trash.restore(BOOK, OWNER) == HOME.with_name("Le phare [ohdio-42]")
        assert contents(library, HOME, OTHER) == FILES

    def test_another_book_in_its_place_is_not_replaced(self, library: Library, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        library.place(stage(tmp_path, BETTER), BOOK, OWNER, keeps_old=True)
        key = library.trash.find_replaced(OWNER, list(FILES))
        assert key is not None
        library.delete(HOME, OWNER)
        library.place(stage(tmp_path), BOOK, OTHER)
        with pytest.raises(NeedsPerson, match="rename Ève Tremblé/Le phare there"):
            library.trash.swap(key, HOME, OWNER)
        assert library.trash.swap(key, HOME, OTHER) is None


class TestRenaming:
    def test_to_the_names_of_today(self, library: Library, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        planned = library.naming.plan(HOME, RENAMED, OWNER)
        assert planned is not None
        assert (planned.place, planned.is_by_hand) == (NEW_HOME, False)
        assert library.naming.move(HOME, RENAMED, OWNER) == NEW_HOME
        assert contents(library, NEW_HOME, OWNER) == FILES
        assert not library.holds(str(HOME), OWNER)
        assert library.locate(str(HOME), OWNER) == NEW_HOME
        assert library.naming.move(NEW_HOME, RENAMED, OWNER) == NEW_HOME

    def test_beside_others(self, library: Library, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        library.place(stage(tmp_path), RENAMED, OTHER)
        assert library.naming.plan(HOME, BOOK, OTHER) is None
        assert library.naming.move(HOME, RENAMED, OWNER) == NEW_HOME.with_name("La digue [ohdio-42]")
        assert contents(library, NEW_HOME, OTHER) == FILES


class TestManyBooks:
    def test_are_where_they_were_filed_or_where_they_were_moved(self, library: Library, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        other = library.place(stage(tmp_path), BOOK, OTHER)
        library.naming.move(HOME, RENAMED, OWNER)
        assert library.whereabouts([(str(HOME), OWNER), (str(other), OTHER), (str(other), OWNER)]) == [
            NEW_HOME,
            other,
            NEW_HOME,
        ]

    def test_that_are_gone_are_nowhere(self, library: Library, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        library.place(stage(tmp_path), BOOK, OTHER)
        library.delete(APART, OTHER)
        assert library.whereabouts([(str(APART), OTHER), (str(HOME), OWNER), ("Ann/Sea", OwnerId("rss:1"))]) == [
            None,
            HOME,
            None,
        ]
        assert library.whereabouts([]) == []


class TestTrouble:
    def test_a_library_without_its_mark_holds_everything(self, library: Library) -> None:
        library.expect_mark()
        with pytest.raises(Postponed, match="has lost its"):
            library.require_mounted()
        assert library.holds(str(HOME), OWNER)
        with pytest.raises(Postponed):
            library.trash.folders()

    def test_leftovers_go_and_books_stay(self, library: Library, tmp_path: Path) -> None:
        library.place(stage(tmp_path), BOOK, OWNER)
        library.delete(HOME, OWNER)
        library.place(stage(tmp_path, BETTER), BOOK, OWNER)
        library.remove_leftovers(older_than=timedelta(seconds=-1))
        assert contents(library, HOME, OWNER) == BETTER
        assert len(library.trash.folders()) == 1

    def test_it_can_be_written(self, library: Library) -> None:
        library.require_writable()
        library.require_mounted()
        library.require_place(BOOK, OWNER)


def test_both_say_where_they_are(library: Library) -> None:
    assert library.location.startswith(("/", "s3://"))
    assert (library.folder is None) == library.location.startswith("s3://")
