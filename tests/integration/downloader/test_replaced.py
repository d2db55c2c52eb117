"""Books whose files players or people have replaced, renamed or lost."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import av
import pytest

from ohdio_core.collection.books import load_book
from ohdio_core.collection.edits import edit, write_tags
from ohdio_core.library.marker import MARKER
from tests.integration.downloader.downloads import MEDIUM, Downloads
from tests.integration.downloader.faulty_origin import FaultyOrigin, Serving
from tests.players.audiobookshelf import items_of


def with_parts(downloads: Downloads, count: int) -> None:
    """Make it a book of so many parts, all with the sound of the first."""
    downloads.engine.execute(
        "INSERT INTO book_parts (audiobook_id, index, external_id, url, title) "
        "SELECT audiobook_id, number, 'm-' || number + 1, url, 'Partie ' || number "
        "FROM book_parts, generate_series(1, :most) AS number",
        most=count - 1,
    )


def again(downloads: Downloads) -> None:
    downloads.engine.execute("UPDATE queue_items SET status = 'queued', stage = 'waiting'")
    downloads.download()


def joined(files: list[Path], target: Path, *, leave_out: float = 0.0) -> None:
    """Encode files anew as one, as players do, and without so many seconds at the end."""
    with av.open(str(target), "w", format="ipod") as output:
        stream = output.add_stream("aac", rate=32_000)
        assert isinstance(stream, av.AudioStream)
        frames, resampler = [], av.AudioResampler("fltp", "mono", 32_000)
        stream.layout = "mono"
        for path in files:
            with av.open(str(path)) as container:
                for frame in container.decode(audio=0):
                    frame.pts = None
                    frames += resampler.resample(frame)
        left = sum(frame.samples for frame in frames) - round(leave_out * 32_000)
        for frame in frames:
            if (left := left - frame.samples) < 0:
                break
            frame.pts = None
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    for path in files:
        path.unlink()


def renamed(files: list[Path], target: Path) -> None:
    for number, path in enumerate(files, 1):
        path.rename(target.with_name(f"Le talus, {number}.MP3"))


@pytest.mark.parametrize("replace", [joined, renamed])
def test_a_book_in_other_files_is_complete_and_not_fetched(
    downloads: Downloads, faulty: FaultyOrigin, replace: Callable[[list[Path], Path], None]
) -> None:
    with_parts(downloads, 3)
    downloads.download()
    files = downloads.files()
    folder, seconds = files[0].parent, downloads.engine.value("SELECT sum(duration_seconds) FROM book_files")
    fetched = len(faulty.requests(MEDIUM))
    library, engine = downloads.service.library, downloads.engine
    book = engine.order(load_book, downloads.book)
    assert book.library_path is not None
    replace(files, folder / "Le talus.m4b")
    assert not library.holds(book.library_path, book.owner_id)  # nobody has measured it yet
    assert library.may_hold(book.library_path, book.owner_id)
    owner = json.loads((folder / MARKER).read_text(encoding="utf-8"))["owner"]

    again(downloads)

    assert len(faulty.requests(MEDIUM)) == fetched
    now = sorted(each for each in folder.iterdir() if each.suffix in {".m4b", ".MP3", ".mp3"})
    assert [name for name, *_ in downloads.checksums()] == [each.name for each in now]
    assert engine.value("SELECT sum(duration_seconds) FROM book_files") == pytest.approx(seconds, abs=0.2)
    assert engine.status(downloads.item) == "completed"
    marker = json.loads((folder / MARKER).read_text(encoding="utf-8"))
    assert (marker["owner"], set(marker["files"])) == (owner, {"metadata.opf", *(each.name for each in now)})
    assert library.holds(book.library_path, book.owner_id)
    assert list(downloads.work_dir.iterdir()) == []


def test_a_book_of_which_its_one_file_lacks_the_end_is_fetched(downloads: Downloads, faulty: FaultyOrigin) -> None:
    with_parts(downloads, 3)
    downloads.download()
    fetched, files = len(faulty.requests(MEDIUM)), downloads.files()
    joined(files, files[0].with_name("Le talus.m4b"), leave_out=2.5)
    again(downloads)
    assert len(faulty.requests(MEDIUM)) == 2 * fetched
    assert downloads.files() == files
    assert files[0].with_name("Le talus.m4b").exists()


def test_what_only_claims_to_be_the_book_is_none(downloads: Downloads, faulty: FaultyOrigin) -> None:
    downloads.download()
    (file,) = downloads.files()
    joined([file], file.with_name("Le talus.m4b"))
    other = file.with_name("Le talus.m4b")
    other.write_bytes(other.read_bytes()[:-20_000])  # its index was at its end
    again(downloads)
    assert len(faulty.requests(MEDIUM)) == 2


def test_one_of_forty_parts_that_nothing_replaces_is_fetched_again(downloads: Downloads, faulty: FaultyOrigin) -> None:
    with_parts(downloads, 40)
    downloads.download()
    fetched, files = len(faulty.requests(MEDIUM)), downloads.files()
    files[17].unlink()
    files[0].with_name("notes.txt").write_text("mine", encoding="utf-8")
    again(downloads)
    assert len(faulty.requests(MEDIUM)) == fetched + 1
    assert downloads.files() == files
    assert downloads.checksums() == [
        (path.name, path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest()) for path in files
    ]
    (item,) = items_of(downloads.library_dir)
    assert len(item.tracks) == 40
    assert files[0].with_name("notes.txt").exists()
    assert list(downloads.work_dir.iterdir()) == []


def test_what_may_be_something_else_is_fetched_with_what_is_missing(downloads: Downloads, faulty: FaultyOrigin) -> None:
    with_parts(downloads, 4)
    downloads.download()
    fetched, files = len(faulty.requests(MEDIUM)), downloads.files()
    files[0].unlink()
    files[1].write_bytes(files[1].read_bytes()[:-1] + b"!")
    downloads.engine.execute("UPDATE book_parts SET external_id = 'other' WHERE index = 2")
    again(downloads)
    assert len(faulty.requests(MEDIUM)) == fetched + 3
    assert downloads.files() == files


@pytest.mark.full
def test_a_book_that_an_earlier_version_filed_is_fetched_whole(downloads: Downloads, faulty: FaultyOrigin) -> None:
    with_parts(downloads, 3)
    downloads.download()
    fetched, files = len(faulty.requests(MEDIUM)), downloads.files()
    files[2].unlink()
    marker = json.loads((files[0].parent / MARKER).read_text(encoding="utf-8"))
    del marker["media"], marker["seconds"]
    (files[0].parent / MARKER).write_text(json.dumps(marker), encoding="utf-8")
    again(downloads)
    assert len(faulty.requests(MEDIUM)) == fetched + 3
    assert downloads.files() == files


def test_a_part_that_is_there_still_keeps_its_chapters_and_transcript(
    downloads: Downloads, faulty: FaultyOrigin
) -> None:
    with_parts(downloads, 2)
    text = faulty.serve("/one.vtt", Serving(b"WEBVTT\n\n00:00.000 --> 00:01.000\nUn"))
    extras = {"transcript_url": text, "chapters": [{"start": "PT0S", "title": "Début"}]}
    downloads.engine.execute("UPDATE book_parts SET extras = :extras WHERE index = 0", extras=json.dumps(extras))
    downloads.download()
    files, (before,) = downloads.files(), items_of(downloads.library_dir)
    files[1].unlink()
    again(downloads)
    (after,) = items_of(downloads.library_dir)
    assert len(faulty.requests(MEDIUM)) == 3
    assert after == before
    assert [name for _, name in after.chapters] == ["Le talus (1) \u2013 Début", "Partie 1"]
    assert files[0].with_suffix(".vtt").exists()


def test_the_one_file_of_a_player_gets_what_a_person_edits(downloads: Downloads, faulty: FaultyOrigin) -> None:
    with_parts(downloads, 3)
    downloads.download()
    engine, book, files, fetched = downloads.engine, downloads.book, downloads.files(), len(faulty.requests(MEDIUM))
    joined(files, files[0].with_name("Le talus.m4b"))
    engine.order(lambda work: edit(work, book, {"title": "Autre titre"}, revision=0))
    downloads.service.write_tags()
    assert engine.order(write_tags, [book]) == 0  # it is queued
    downloads.download()
    for with_opf in (True, False):
        (item,) = items_of(downloads.library_dir, with_opf=with_opf)
        assert (item.title, [path.suffix for path in item.tracks]) == ("Autre titre", [".m4b"])
    assert len(faulty.requests(MEDIUM)) == fetched
