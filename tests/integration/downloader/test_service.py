"""The download service on a real database, a real library and real HTTP."""

from __future__ import annotations

import hashlib
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import uuid4

import pytest
from mutagen.id3 import ID3

from ohdio_core.collection import control, removals
from ohdio_core.collection.books import load_book
from ohdio_core.collection.edits import edit, write_tags
from ohdio_core.domain.queue import StopReason
from ohdio_core.errors import NotFound, Postponed
from ohdio_core.library.marker import MARKER
from ohdio_core.sentences import legacy
from ohdio_core.work.outcome import PutBack, Stopped
from ohdio_downloader.fetch.protocol import FetchLimits
from ohdio_downloader.media.probe import DamagedAudio
from ohdio_downloader.media.verify import verify
from ohdio_downloader.service import DownloadService
from tests.fixtures.workers import wait_until
from tests.integration.downloader.downloads import MEDIUM, Downloads, Killed
from tests.integration.downloader.faulty_origin import FaultyOrigin, Serving
from tests.players.audiobookshelf import items_of
from tests.sites.pictures import jpeg


def test_the_files_of_a_book_are_written_down_with_their_checksums(downloads: Downloads) -> None:
    downloads.download()
    (file,) = downloads.files()
    assert downloads.checksums() == [(file.name, file.stat().st_size, hashlib.sha256(file.read_bytes()).hexdigest())]
    assert downloads.engine.value("SELECT round(duration_seconds::numeric) FROM book_files") > 0
    assert downloads.engine.value("SELECT chapters FROM book_files") == []


class TestFetchingAgain:
    @pytest.mark.parametrize("moment", ["before the move", "after the move", "after the work directory is gone"])
    def test_after_a_crash_the_book_is_not_fetched_a_third_time(
        self, downloads: Downloads, faulty: FaultyOrigin, monkeypatch: pytest.MonkeyPatch, moment: str
    ) -> None:
        downloads.download()
        (former,) = downloads.files()
        identity = former.stat().st_ino
        downloads.engine.order(control.fetch_again, [downloads.item])

        def die(*_: Any, **__: Any) -> None:
            raise Killed

        with monkeypatch.context() as patched:
            if moment == "before the move":
                patched.setattr("ohdio_core.library.finished.put", die)
            elif moment == "after the move":
                patched.setattr("ohdio_downloader.workdir.WorkDir.remove", die)
            else:
                patched.setattr(DownloadService, "_done", die)
            downloads.download_until_killed()
        downloads.download()

        assert len(faulty.requests(MEDIUM)) == 2
        (new,) = downloads.files()
        assert new.stat().st_ino != identity
        assert downloads.checksums() == [(new.name, new.stat().st_size, hashlib.sha256(new.read_bytes()).hexdigest())]
        assert downloads.engine.status(downloads.item) == "completed"
        assert list(downloads.work_dir.iterdir()) == []

    @pytest.mark.parametrize("place", ["Le talus", "Séries/Talus/1 Le talus"])
    def test_replaces_the_folder_that_was_moved(self, downloads: Downloads, place: str) -> None:
        downloads.download()
        (former,) = downloads.files()
        identity = former.stat().st_ino
        (downloads.library_dir / place).parent.mkdir(parents=True, exist_ok=True)
        former.parent.rename(downloads.library_dir / place)
        downloads.engine.order(control.fetch_again, [downloads.item])

        downloads.download()

        (new,) = downloads.library_dir.rglob("*.mp3")
        assert new == downloads.library_dir / place / former.name
        assert new.stat().st_ino != identity
        assert downloads.checksums() == [(new.name, new.stat().st_size, hashlib.sha256(new.read_bytes()).hexdigest())]
        assert downloads.engine.value("SELECT library_path FROM audiobooks") == place

    def test_of_a_book_that_was_moved_and_lost_a_part_replaces_what_is_left(self, downloads: Downloads) -> None:
        downloads.download()
        (former,) = downloads.files()
        former.parent.rename(downloads.library_dir / "Le talus")
        (downloads.library_dir / "Le talus" / former.name).unlink()
        downloads.engine.execute("UPDATE queue_items SET status = 'queued', stage = 'waiting'")

        downloads.download()

        assert list(downloads.library_dir.rglob("*.mp3")) == [downloads.library_dir / "Le talus" / former.name]

    def test_a_crash_while_it_is_fetched_leaves_it_to_be_fetched(
        self, downloads: Downloads, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        downloads.download()
        identity = downloads.files()[0].stat().st_ino
        downloads.engine.order(control.fetch_again, [downloads.item])

        def die(*_: Any, **__: Any) -> None:
            raise Killed

        with monkeypatch.context() as patched:
            patched.setattr("ohdio_downloader.packaging.write_details", die)
            downloads.download_until_killed()
        downloads.download()

        assert downloads.files()[0].stat().st_ino != identity


class TestWorkDirectories:
    def test_of_a_deleted_item_are_removed_when_the_process_tidies_up(self, downloads: Downloads) -> None:
        (downloads.work_dir / str(downloads.book) / "fetching").mkdir(parents=True)
        downloads.service.keep_up()
        assert (downloads.work_dir / str(downloads.book)).exists()

        downloads.engine.order(control.delete, [downloads.item])
        downloads.service.keep_up()

        assert list(downloads.work_dir.iterdir()) == []

    def test_of_an_item_whose_removal_can_be_undone_are_kept_for_so_long(self, downloads: Downloads) -> None:
        (downloads.work_dir / str(downloads.book) / "fetching").mkdir(parents=True)
        downloads.engine.order(removals.remove, [downloads.item], uuid4())
        downloads.service.keep_up()
        assert (downloads.work_dir / str(downloads.book)).exists()

        downloads.engine.execute("UPDATE removed_items SET removed_at = now() - interval '61 minutes'")
        downloads.service.keep_up()

        assert list(downloads.work_dir.iterdir()) == []


class TestTheCover:
    @pytest.fixture(autouse=True)
    def _book_has_a_cover(self, downloads: Downloads, faulty: FaultyOrigin) -> None:
        url = faulty.serve("/cover.jpg", Serving(jpeg(3)))
        downloads.engine.execute("UPDATE audiobooks SET cover_url = :url", url=url)

    def test_waits_for_room_on_a_full_disk(self, downloads: Downloads) -> None:
        book = downloads.work_dir / str(downloads.book) / "book"
        book.mkdir(parents=True)
        (book / ".new").symlink_to("/dev/full")
        claimed, run = downloads.begin()
        with pytest.raises(Postponed, match="Not enough free space"):
            downloads.service.download(run)
        downloads.engine.die(claimed)
        downloads.engine.sweep()

        downloads.download()

        assert [path.read_bytes() for path in downloads.library_dir.glob("*/*/cover.*")] == [jpeg(3)]

    def test_of_a_former_description_is_not_filed(self, downloads: Downloads) -> None:
        book = downloads.work_dir / str(downloads.book) / "book"
        book.mkdir(parents=True)
        (book / "cover.png").write_bytes(b"former")
        downloads.download()
        assert [path.name for path in downloads.library_dir.glob("*/*/cover.*")] == ["cover.jpg"]


def test_what_is_kept_free_counts_when_a_file_is_copied(downloads: Downloads, monkeypatch: pytest.MonkeyPatch) -> None:
    kept_free = 2**26
    downloads.limits = FetchLimits(free_space_floor=kept_free)  # the service reads it when it is used

    def copied_beside_a_full_disk(*arguments: Any, **limits: Any) -> Any:
        # Only now that it is fetched do others take all that may be taken.
        filled = shutil.disk_usage(downloads.work_dir)._replace(free=kept_free)
        monkeypatch.setattr("ohdio_downloader.disk.shutil.disk_usage", lambda _: filled)
        return verify(*arguments, **limits)

    monkeypatch.setattr("ohdio_downloader.book_download.verify", copied_beside_a_full_disk)
    _, run = downloads.begin()
    with pytest.raises(Postponed, match="Not enough free space"):
        downloads.service.download(run)


class TestComputing:
    def test_waits_while_two_others_compute_and_can_be_stopped_meanwhile(self, downloads: Downloads) -> None:
        _, run = downloads.begin()
        computing = downloads.service._computing
        with computing.slot(run.check), computing.slot(run.check), ThreadPoolExecutor(max_workers=1) as pool:
            waiting = pool.submit(downloads.service.download, run)
            wait_until(lambda: run.snapshot()[1].get("stage") == "assembling", 10, "it is assembled")
            run.stop(StopReason.PAUSE)
            with pytest.raises(Stopped):
                waiting.result(timeout=10)
        assert downloads.files() == []

    def test_gives_its_turn_back_when_the_audio_is_damaged(
        self, downloads: Downloads, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        reasons = iter("abc")

        def refuse(*_: Any, **__: Any) -> None:
            raise DamagedAudio(legacy(f"It ends in the middle of {next(reasons)}."))

        monkeypatch.setattr("ohdio_downloader.book_download.verify", refuse)
        for _ in range(3):
            claimed, run = downloads.begin()
            with pytest.raises(DamagedAudio):
                downloads.service.download(run)
            downloads.engine.finish(claimed, PutBack(StopReason.SHUTDOWN))


def test_what_is_wrong_with_one_of_several_parts_names_it(downloads: Downloads, faulty: FaultyOrigin) -> None:
    downloads.engine.execute(
        "INSERT INTO book_parts (audiobook_id, index, external_id, url) VALUES (:id, 1, 'm-2', :url)",
        id=downloads.book,
        url=faulty.serve("/two.mp3", Serving(status=404)),
    )
    _, run = downloads.begin()
    downloads.engine.execute("UPDATE audiobooks SET url = :url", url=f"{faulty.url}/gone.xml#item=1")
    with pytest.raises(NotFound, match=r"^Part 2 of 2: .*404") as raised:
        downloads.service.download(run)
    said = raised.value.sentence.as_json()["values"]
    assert said["about"] == {"id": "part", "values": {"number": 2, "count": 2}}


class TestABookInTheTrash:
    def test_comes_back_without_a_fetch_when_it_is_asked_for_again(
        self, downloads: Downloads, faulty: FaultyOrigin
    ) -> None:
        downloads.download()
        (former,) = downloads.files()
        identity, path = former.stat().st_ino, former
        book = downloads.engine.order(load_book, downloads.book)
        assert book.library_path is not None
        assert downloads.service.library.delete(PurePosixPath(book.library_path), book.owner_id)
        assert downloads.files() == []
        downloads.engine.execute("UPDATE queue_items SET status = 'queued', stage = 'waiting'")

        downloads.download()

        assert len(faulty.requests(MEDIUM)) == 1
        assert path.stat().st_ino == identity
        assert downloads.engine.status(downloads.item) == "completed"
        assert downloads.service.library.trash.folders() == []


def forget_opf(folder: Path) -> None:
    """Make a folder what an earlier version had filed."""
    (folder / "metadata.opf").unlink()
    marker = json.loads((folder / MARKER).read_text(encoding="utf-8"))
    del marker["files"]["metadata.opf"]
    (folder / MARKER).write_text(json.dumps(marker), encoding="utf-8")


class TestAnEditedBook:
    def test_has_its_tags_written_into_its_files_which_are_not_fetched(
        self, downloads: Downloads, faulty: FaultyOrigin
    ) -> None:
        downloads.download()
        (file,) = downloads.files()
        notes = file.with_name("notes.txt")
        notes.write_text("mine", encoding="utf-8")
        engine, book = downloads.engine, downloads.book
        (former,) = items_of(downloads.library_dir)
        assert (former.title, former.authors) == ("Le talus", ["Unknown author"])
        length = engine.value("SELECT duration_seconds FROM book_files")

        changes = {
            "title": "Autre titre",
            "authors": ["Zoé Roy"],
            "published_year": 1999,
            "series": "Talus",
            "series_position": "3",
        }
        assert engine.order(lambda work: edit(work, book, changes, revision=0))
        assert not engine.order(lambda work: edit(work, book, {"title": "X"}, revision=0))
        assert engine.order(write_tags, [book]) == 1
        downloads.download()

        assert len(faulty.requests(MEDIUM)) == 1
        (now,) = downloads.files()
        assert (now, notes.read_text(encoding="utf-8")) == (file, "mine")
        tags = ID3(now)  # type: ignore[no-untyped-call] # mutagen says that it is typed, but few functions are
        assert [str(tags[name]) for name in ("TALB", "TPE1", "TDRC")] == ["Autre titre", "Zoé Roy", "1999"]
        for with_opf in (True, False):
            (shown,) = items_of(downloads.library_dir, with_opf=with_opf)
            assert (shown.title, shown.authors, shown.year) == ("Autre titre", ["Zoé Roy"], "1999")
            assert shown.series == [("Talus", "3")]
        checksum = hashlib.sha256(now.read_bytes()).hexdigest()
        assert downloads.checksums() == [(now.name, now.stat().st_size, checksum)]
        assert engine.value("SELECT duration_seconds FROM book_files") == length
        assert engine.status(downloads.item) == "completed"
        assert list(downloads.work_dir.iterdir()) == []
        assert verify(now, is_whole=True, check=lambda: None).duration.total_seconds() == pytest.approx(length, abs=0.1)

    def test_says_no_more_what_a_person_has_emptied(self, downloads: Downloads) -> None:
        engine, book = downloads.engine, downloads.book
        engine.execute("UPDATE audiobooks SET series = 'Talus', series_position = '3', narrators = '{Anne Roy}'")
        downloads.download()
        (shown,) = items_of(downloads.library_dir)
        assert (shown.series, shown.narrators) == ([("Talus", "3")], ["Anne Roy"])
        emptied: dict[str, Any] = {"series": None, "narrators": []}
        assert engine.order(lambda work: edit(work, book, emptied, revision=0))
        engine.order(write_tags, [book])
        downloads.download()
        for with_opf in (True, False):
            (shown,) = items_of(downloads.library_dir, with_opf=with_opf)
            assert (shown.series, shown.narrators) == ([], [])

    def test_keeps_the_opf_that_a_person_put_into_a_folder_of_an_earlier_version(self, downloads: Downloads) -> None:
        downloads.download()
        engine, book = downloads.engine, downloads.book
        (file,) = downloads.files()
        forget_opf(file.parent)
        assert len(list(file.parent.glob("*.opf"))) == 0
        file.with_name("metadata.opf").write_text("theirs", encoding="utf-8")
        assert engine.order(lambda work: edit(work, book, {"title": "Autre"}, revision=0))
        engine.order(write_tags, [book])
        downloads.download()
        assert file.with_name("metadata.opf").read_text(encoding="utf-8") == "theirs"

    def test_of_an_earlier_version_gets_its_opf_with_its_tags(self, downloads: Downloads) -> None:
        downloads.download()
        engine, book = downloads.engine, downloads.book
        (file,) = downloads.files()
        forget_opf(file.parent)
        assert engine.order(lambda work: edit(work, book, {"title": "Autre"}, revision=0))
        engine.order(write_tags, [book])
        downloads.download()
        assert "metadata.opf" in json.loads((file.parent / MARKER).read_text(encoding="utf-8"))["files"]
        (shown,) = items_of(downloads.library_dir)
        assert shown.title == "Autre"

    def test_whose_picture_a_person_took_away_has_its_tags_all_the_same(self, downloads: Downloads) -> None:
        downloads.download()
        engine, book = downloads.engine, downloads.book
        (file,) = downloads.files()
        marker = json.loads((file.parent / MARKER).read_text(encoding="utf-8"))
        marker["files"]["cover.jpg"] = 1_000  # as of a book with one
        (file.parent / MARKER).write_text(json.dumps(marker), encoding="utf-8")
        assert engine.order(lambda work: edit(work, book, {"title": "Autre titre"}, revision=0))
        engine.order(write_tags, [book])
        downloads.download()
        assert engine.status(downloads.item) == "completed"
        (now,) = downloads.files()
        assert str(ID3(now)["TALB"]) == "Autre titre"  # type: ignore[no-untyped-call] # as above

    def test_that_was_edited_while_a_run_was_at_it_is_due_again_unless_its_files_are_gone(
        self, downloads: Downloads
    ) -> None:
        downloads.download()
        engine, book = downloads.engine, downloads.book
        engine.order(lambda work: edit(work, book, {"title": "Autre"}, revision=0))
        downloads.service.write_tags()
        assert engine.status(downloads.item) == "queued"
        downloads.download()
        downloads.service.write_tags()
        assert engine.status(downloads.item) == "completed"
        engine.order(lambda work: edit(work, book, {"title": "Encore"}, revision=1))
        shutil.rmtree(downloads.library_dir / "Unknown author", ignore_errors=True)
        for file in downloads.files():
            file.unlink()
        downloads.service.write_tags()
        assert engine.status(downloads.item) == "completed"

    def test_that_was_edited_has_its_turn_after_others_whose_files_are_gone(
        self, downloads: Downloads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("ohdio_core.collection.edits._MOST", 1)
        engine, library = downloads.engine, downloads.service.library
        (later,) = engine.titled("Later")
        engine.execute(
            "UPDATE audiobooks SET source = 'rss', library_path = 'Nobody/' || coalesce(title, ''), revision = 1"
        )
        engine.execute("UPDATE queue_items SET status = 'completed', stage = 'done'")
        book = engine.order(load_book, int(engine.row(later).audiobook_id))
        (tmp_path / "staged").mkdir()
        (tmp_path / "staged" / "1.mp3").write_bytes(b"sound")
        filed = library.place(tmp_path / "staged", book.details, book.owner_id)
        engine.execute("UPDATE audiobooks SET library_path = :path WHERE id = :id", path=str(filed), id=book.id)
        for expected in ("completed", "queued"):
            downloads.service.write_tags()
            assert (engine.status(downloads.item), engine.status(later)) == ("completed", expected)
        engine.execute("UPDATE queue_items SET status = 'completed', stage = 'done'")
        for _ in range(2):  # the last one has been seen: from the first one on again
            downloads.service.write_tags()
        assert engine.status(later) == "queued"
