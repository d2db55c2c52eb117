"""Books in the library that become one file: the old ones stay until it is there, whatever dies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ohdio_core.collection.edits import convert, find_old_tags, write_tags
from ohdio_core.domain.book_form import BookForm
from ohdio_core.errors import PermanentError
from ohdio_core.library.marker import MARKER
from ohdio_core.library.trash import TRASH
from ohdio_downloader.media.one_m4b import OneM4b
from tests.integration.downloader.downloads import MEDIUM, Downloads, Killed
from tests.integration.downloader.faulty_origin import FaultyOrigin, Serving
from tests.integration.downloader.test_one_file_books import chapters, the_file
from tests.integration.downloader.test_replaced import with_parts
from tests.sites.audio import AudioFactory

PARTS = ["01 - Le talus.m4a", "02 - Partie 1.m4a", "03 - Partie 2.m4a"]


@pytest.fixture
def filed(downloads: Downloads, faulty: FaultyOrigin, audio: AudioFactory) -> Downloads:
    """A book of three parts in AAC that is in the library, ordered to be one M4B."""
    faulty.serve(MEDIUM, Serving(audio.mp4("one", 3)))
    with_parts(downloads, 3)
    downloads.download()
    (folder(downloads) / "notes.txt").write_text("mine", encoding="utf-8")
    order(downloads)
    return downloads


def order(downloads: Downloads, form: BookForm = BookForm.M4B) -> None:
    assert downloads.engine.order(convert, downloads.book, form)
    downloads.engine.order(write_tags, [downloads.book])


def folder(downloads: Downloads) -> Path:
    (found,) = downloads.library_dir.glob("*/*/" + MARKER)
    return found.parent


def sounds(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir() if path.suffix in {".m4a", ".m4b", ".mp3"})


def trashed(downloads: Downloads) -> list[str]:
    return sorted(path.name for path in (downloads.library_dir / TRASH).rglob("*.m4a"))


def test_the_old_files_are_in_the_trash_and_what_people_put_there_stays(filed: Downloads, faulty: FaultyOrigin) -> None:
    assert sounds(folder(filed)) == PARTS
    filed.download()
    assert chapters(the_file(filed)) == ["Le talus (1)", "Partie 1", "Partie 2"]
    assert (folder(filed) / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert trashed(filed) == PARTS
    assert [name for name, *_ in filed.checksums()] == ["Le talus.m4b"]
    assert json.loads((folder(filed) / MARKER).read_text(encoding="utf-8"))["media"] == {}
    assert filed.engine.rows("SELECT form, is_converted, note FROM audiobooks") == [("m4b", False, None)]
    assert filed.engine.status(filed.item) == "completed"
    assert len(faulty.requests(MEDIUM)) == 3
    assert list(filed.work_dir.iterdir()) == []


MOMENTS = {
    "while it is joined": "ohdio_downloader.media.one_m4b.OneM4b.write",
    "while it is heard": "ohdio_downloader.converting.verify",
    "before it is moved": "ohdio_core.library.folder.put",
    "once the old folder is aside": "ohdio_core.library.filing.sync",
    "before the old files are in the trash": "ohdio_core.library.trash.FolderTrash.take_replaced",
    "before it is written down": "ohdio_downloader.service.DownloadService._done",
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_process_that_dies_leaves_the_book_whole_and_it_is_converted_all_the_same(
    filed: Downloads, faulty: FaultyOrigin, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    def die(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(MOMENTS[moment], die)
        filed.download_until_killed()
    assert sounds(folder(filed)) in (PARTS, ["Le talus.m4b"])
    filed.service = filed.started()
    filed.download()
    assert len(chapters(the_file(filed))) == 3
    assert (folder(filed) / "notes.txt").exists() or list(filed.library_dir.glob(".ohdio-outgoing-*/*/*/notes.txt"))
    assert len(faulty.requests(MEDIUM)) == 3
    assert filed.engine.value("SELECT is_converted FROM audiobooks") is False


def test_one_that_died_between_two_renames_is_put_back_first(filed: Downloads, faulty: FaultyOrigin) -> None:
    there = folder(filed).relative_to(filed.library_dir)
    rename = Path.rename

    def rename_and_die(path: Path, target: Path) -> Path:
        moved = rename(path, target)
        if ".ohdio-outgoing-" in str(target):
            raise Killed
        return moved

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Path, "rename", rename_and_die)
        filed.download_until_killed()
    assert not (filed.library_dir / there).exists()
    filed.service = filed.started()
    filed.download()
    assert len(chapters(the_file(filed))) == 3
    assert len(faulty.requests(MEDIUM)) == 3


def test_what_cannot_be_one_file_stays_and_says_why(downloads: Downloads) -> None:
    downloads.download()
    before = downloads.checksums()
    order(downloads)
    downloads.download()
    assert downloads.checksums() == before
    note = "SELECT note LIKE 'It stays as its site has it: for one M4B%' FROM audiobooks"
    assert downloads.engine.value(note) is True
    assert downloads.engine.value("SELECT is_converted FROM audiobooks") is False
    order(downloads, BookForm.MP3)  # which it is
    downloads.download()
    assert downloads.engine.value("SELECT note FROM audiobooks") is None


def test_one_file_that_is_not_whole_leaves_the_book_as_it_is(filed: Downloads, monkeypatch: pytest.MonkeyPatch) -> None:
    write = OneM4b.write

    def lose_some(self: OneM4b, target: Path, *given: Any, **named: Any) -> None:
        write(self, target, *given, **named)
        with target.open("r+b") as file:
            file.seek(10_000)
            file.write(b"\xff" * 20_000)

    with monkeypatch.context() as patched:
        patched.setattr(OneM4b, "write", lose_some)
        _, run = filed.begin()
        with pytest.raises(PermanentError):
            filed.service.download(run)
    assert sounds(folder(filed)) == PARTS


def test_an_order_that_met_a_running_download_is_found_later(filed: Downloads) -> None:
    filed.engine.execute("UPDATE queue_items SET status = 'completed', stage = 'done'")
    assert filed.engine.order(find_old_tags) == [filed.book]
