"""Episodes of a show through all that is done with a book: each is a file among others, and whole or not there."""

from __future__ import annotations

import errno
import os
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path, PurePosixPath

import pytest
from mutagen.id3 import ID3, TIT2

from ohdio_core.collection.books import load_book
from ohdio_core.collection.control import fetch_again
from ohdio_core.collection.edits import edit
from ohdio_core.collection.renames import Renames, order_renames, plan_renames
from ohdio_core.collection.trash_tidying import tidy_trash
from ohdio_core.domain.book_form import BookForm
from ohdio_core.errors import NeedsPerson
from ohdio_core.library.folder import FolderLibrary
from ohdio_core.name_template import parse_show_names
from tests.integration.downloader.downloads import MEDIUM, Downloads, Killed
from tests.integration.downloader.faulty_origin import FaultyOrigin, Serving
from tests.integration.downloader.test_converting import converter
from tests.integration.downloader.test_own_books import Had
from tests.integration.downloader.test_replaced import again
from tests.integration.downloader.test_verification import faults, spoil, verify
from tests.sites.audio import AudioFactory

SHOW = "Le carnet"
FILE = "2026-11-28 - Le talus.mp3"


@pytest.fixture
def episode(downloads: Downloads) -> Downloads:
    """An episode that is in the library."""
    downloads.engine.execute(
        "UPDATE audiobooks SET episode_of = :show, authors = '{Odile Marchand}', published_year = 2026, "
        "published_on = '2026-11-28', series = :show, series_position = 'S2E7'",
        show=SHOW,
    )
    downloads.download()
    return downloads


def shown(downloads: Downloads) -> list[str]:
    """Return what players see of the library."""
    root = downloads.library_dir
    paths = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
    return sorted(str(path) for path in paths if not any(name.startswith(".") for name in path.parts))


def path_of(downloads: Downloads) -> Path:
    return downloads.library_dir / SHOW / FILE


def is_known_as(downloads: Downloads, file: Path) -> bool:
    """Return whether the database knows a file by its name, and its checksum."""
    ((name, size, _),) = downloads.checksums()
    return (name, size) == (file.name, file.stat().st_size) and not faults(downloads)


def test_is_filed_among_those_of_its_show_with_the_tags_that_players_of_podcasts_read(episode: Downloads) -> None:
    assert shown(episode) == [f"{SHOW}/{FILE}"]
    assert is_known_as(episode, path_of(episode))
    tags = ID3(path_of(episode))  # type: ignore[no-untyped-call]
    told = {name: str(tags[name]) for name in ("TALB", "TIT2", "TPE1", "TDRC", "TRCK", "TPOS")}
    assert told == {
        "TALB": SHOW,
        "TIT2": "Le talus",
        "TPE1": "Odile Marchand",
        "TDRC": "2026-11-28",
        "TRCK": "7",
        "TPOS": "2",
    }


def test_is_not_fetched_again_under_the_name_that_people_gave_it(episode: Downloads, faulty: FaultyOrigin) -> None:
    theirs = path_of(episode).rename(path_of(episode).with_name("Mon talus.mp3"))
    again(episode)
    assert len(faulty.requests(MEDIUM)) == 1
    assert shown(episode) == [f"{SHOW}/Mon talus.mp3"]
    assert is_known_as(episode, theirs)
    verify(episode)
    assert faults(episode) == []


def test_is_not_taken_for_another_file_of_its_show_that_lasts_as_long(
    episode: Downloads, faulty: FaultyOrigin, audio: AudioFactory
) -> None:
    theirs = path_of(episode).with_name("other.mp3")
    theirs.write_bytes(audio.mp3("other", 12))
    path_of(episode).unlink()
    again(episode)
    assert len(faulty.requests(MEDIUM)) == 2
    assert shown(episode) == [f"{SHOW}/{FILE}", f"{SHOW}/other.mp3"]
    assert is_known_as(episode, path_of(episode))


def test_asks_what_lies_beside_it_once_however_often_one_is_missing(
    episode: Downloads, faulty: FaultyOrigin, audio: AudioFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = path_of(episode).with_name("other.mp3")
    theirs.write_bytes(audio.mp3("other", 12))
    library, reads = episode.service.library, Counter[str]()
    read = library.read

    def count_and_read(name: PurePosixPath, start: int, end: int) -> Iterator[bytes]:
        reads[name.name] += 1
        return read(name, start, end)

    monkeypatch.setattr(library, "read", count_and_read)
    for _ in range(3):
        path_of(episode).unlink()
        again(episode)
    assert len(faulty.requests(MEDIUM)) == 4
    assert reads["other.mp3"] == 2  # its bytes, and what is heard of them
    path_of(episode).replace(theirs)  # now it is the episode itself
    again(episode)
    assert len(faulty.requests(MEDIUM)) == 4
    assert is_known_as(episode, theirs)


def test_asks_again_what_its_disk_could_not_read(
    episode: Downloads, faulty: FaultyOrigin, monkeypatch: pytest.MonkeyPatch
) -> None:
    renamed = path_of(episode).rename(path_of(episode).with_name("renamed.mp3"))
    tags = ID3(renamed)  # type: ignore[no-untyped-call]
    tags.add(TIT2(text="Le talus !"))  # type: ignore[no-untyped-call]
    tags.save(renamed)  # so that only what is heard of it tells
    fail_at_the_second(episode, monkeypatch)
    again(episode)
    assert len(faulty.requests(MEDIUM)) == 2
    path_of(episode).unlink()
    again(episode)
    assert len(faulty.requests(MEDIUM)) == 2
    assert shown(episode) == [f"{SHOW}/renamed.mp3"]


def test_waits_where_it_is_there_and_its_disk_cannot_read_it(
    episode: Downloads, monkeypatch: pytest.MonkeyPatch
) -> None:
    path_of(episode).rename(path_of(episode).with_name("renamed.mp3"))
    fail_at_the_second(episode, monkeypatch)
    with pytest.raises(NeedsPerson, match=f"library {episode.library_dir} cannot be used: input/output error"):
        again(episode)


def fail_at_the_second(downloads: Downloads, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the second file that is read of the library one that its disk cannot read."""
    library, numbers = downloads.service.library, count(1)
    read = library.read

    def read_or_fail(name: PurePosixPath, start: int, length: int) -> Iterator[bytes]:
        if next(numbers) == 2:
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(name))
        return read(name, start, length)

    monkeypatch.setattr(library, "read", read_or_fail)


def test_is_fetched_again_where_its_file_is_lost(episode: Downloads, faulty: FaultyOrigin) -> None:
    path_of(episode).unlink()
    verify(episode)
    assert faults(episode) == [(FILE, "lost")]
    again(episode)
    assert len(faulty.requests(MEDIUM)) == 2
    assert shown(episode) == [f"{SHOW}/{FILE}"]
    verify(episode)
    assert faults(episode) == []


def test_is_fetched_again_where_it_is_damaged(episode: Downloads, faulty: FaultyOrigin) -> None:
    spoil(path_of(episode))
    verify(episode)
    assert faults(episode) == [(FILE, "damaged")]
    assert episode.engine.order(fetch_again, [episode.item])
    episode.download()
    assert (len(faulty.requests(MEDIUM)), shown(episode)) == (2, [f"{SHOW}/{FILE}"])
    verify(episode)
    assert faults(episode) == []


def test_gets_what_a_person_edits(episode: Downloads, faulty: FaultyOrigin) -> None:
    engine, book = episode.engine, episode.book
    engine.order(lambda work: edit(work, book, {"title": "La berge"}, revision=0))
    episode.service.write_tags()
    episode.download()
    assert len(faulty.requests(MEDIUM)) == 1
    assert shown(episode) == [f"{SHOW}/{FILE}"]
    assert str(ID3(path_of(episode))["TIT2"]) == "La berge"  # type: ignore[no-untyped-call]
    assert is_known_as(episode, path_of(episode))


def test_moves_to_the_names_of_today(episode: Downloads) -> None:
    library = FolderLibrary(episode.library_dir, shows=parse_show_names("Balados/{show}/{title}"))
    (move,) = plan_renames(episode.engine.database, library, with_moved=False).moves
    assert [str(path) for path in move[1:]] == [f"{SHOW}/{FILE[:-4]}", f"Balados/{SHOW}/Le talus"]
    episode.engine.order(order_renames, [episode.book])
    Renames(library).carry_out(episode.engine.database)
    assert shown(episode) == [f"Balados/{SHOW}/Le talus.mp3"]
    assert is_known_as(episode, episode.library_dir / "Balados" / SHOW / "Le talus.mp3")
    verify(episode)
    assert faults(episode) == []


def test_becomes_another_file_of_the_same_name(episode: Downloads, faulty: FaultyOrigin, audio: AudioFactory) -> None:
    path_of(episode).unlink()
    faulty.serve(MEDIUM, Serving(audio.mp4("one", 3)))
    episode.engine.execute("UPDATE book_parts SET external_id = 'm-2'")
    again(episode)
    assert shown(episode) == [f"{SHOW}/{FILE.replace('.mp3', '.m4a')}"]
    episode.engine.execute(
        "INSERT INTO conversions (audiobook_id, form) VALUES (:id, :form)", id=episode.book, form=BookForm.M4B
    )
    assert converter(episode).step()
    assert shown(episode) == [f"{SHOW}/{FILE.replace('.mp3', '.m4b')}"]
    assert is_known_as(episode, path_of(episode).with_suffix(".m4b"))


def test_is_one_of_its_own_to_whoever_reads_the_folder(episode: Downloads, audio: AudioFactory, tmp_path: Path) -> None:
    had = Had(episode, audio, tmp_path / "had")
    theirs = path_of(episode).with_name("other.mp3")
    theirs.write_bytes(audio.mp3("other", 2))
    found = had.read(episode.library_dir)
    assert found[f"{SHOW}/{FILE}"][0] == "have"
    assert f"{SHOW}/other.mp3" in found
    assert not (episode.library_dir / SHOW / ".ohdio.json").exists()


def test_is_complete_after_a_kill_between_the_move_and_the_end_of_the_run(
    episode: Downloads, faulty: FaultyOrigin
) -> None:
    episode.engine.execute("UPDATE audiobooks SET library_path = NULL, filed_at = NULL")
    again(episode)
    assert (len(faulty.requests(MEDIUM)), shown(episode)) == (1, [f"{SHOW}/{FILE}"])


def test_comes_back_from_a_trash_on_the_way_to_which_a_process_was_killed(
    episode: Downloads, monkeypatch: pytest.MonkeyPatch
) -> None:
    library, book = episode.service.library, episode.engine.order(load_book, episode.book)

    def die(_: Path) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("ohdio_core.library.episodes.forget_episode", die)
        with pytest.raises(Killed):
            library.delete(PurePosixPath(book.library_path or ""), book.owner_id)
    assert shown(episode) == []
    monkeypatch.setattr("ohdio_core.collection.trash_tidying._AT_WORK", timedelta(seconds=-60))
    tidy_trash(episode.engine.database, library)
    assert shown(episode) == [f"{SHOW}/{FILE}"]
    assert is_known_as(episode, path_of(episode))
