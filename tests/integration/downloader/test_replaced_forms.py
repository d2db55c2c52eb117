"""The files that a book had before it was converted: in the trash for some days, and back when that is asked for."""

from __future__ import annotations

import os
import shutil
from typing import Any

import pytest

from ohdio_core.collection.conversions import cancel
from ohdio_core.collection.replaced_forms import drop_forms, restore_form
from ohdio_core.collection.trash_drops import drop_files
from ohdio_core.collection.trash_tidying import tidy_trash
from ohdio_core.domain.book_form import BookForm
from ohdio_core.errors import NotFound, Postponed
from ohdio_core.library.trash_entry import TRASH
from tests.integration.downloader.downloads import Downloads, Killed
from tests.integration.downloader.test_converting import OF_MP3, convert, folder, ordered, sounds, trashed
from tests.integration.downloader.test_replaced import with_parts


@pytest.fixture
def in_mp3(downloads: Downloads) -> Downloads:
    """A book of three parts in MP3 that is in the library, ordered to be encoded as one M4B."""
    with_parts(downloads, 3)
    downloads.download()
    ordered(downloads, BookForm.M4B_48K)
    return downloads


def restored(downloads: Downloads) -> str | None:
    """Put the files back that were replaced last."""
    (row,) = downloads.engine.rows("SELECT max(id) AS id FROM replaced_forms")
    return downloads.engine.order(restore_form, downloads.started().library, row.id)


class TestTheFilesThatItHad:
    def test_come_back_as_they_were_and_the_one_file_is_in_the_trash_in_turn(self, in_mp3: Downloads) -> None:
        before = in_mp3.engine.rows("SELECT * FROM book_files ORDER BY index")
        as_filed = [path.read_bytes() for path in in_mp3.files()]
        convert(in_mp3)
        (folder(in_mp3) / "notes.txt").write_text("mine", encoding="utf-8")
        assert restored(in_mp3) == "Le talus"
        assert [path.read_bytes() for path in in_mp3.files()] == as_filed
        assert in_mp3.engine.rows("SELECT * FROM book_files ORDER BY index") == before
        assert (folder(in_mp3) / "notes.txt").exists()
        assert in_mp3.engine.value("SELECT form FROM audiobooks") == "original"
        assert restored(in_mp3) == "Le talus"  # and once more, the other way round
        assert sounds(folder(in_mp3)) == ["Le talus.m4b"]
        assert len(in_mp3.checksums()) == 1
        assert in_mp3.engine.value("SELECT count(*) FROM replaced_forms") == 1

    def test_are_there_whatever_died_after_the_move(self, in_mp3: Downloads, monkeypatch: pytest.MonkeyPatch) -> None:
        def die(*_: Any, **__: Any) -> None:
            raise Killed

        with monkeypatch.context() as patched:
            patched.setattr("ohdio_downloader.converter.record_filed", die)
            with pytest.raises(Killed):
                convert(in_mp3)
        convert(in_mp3)
        with monkeypatch.context() as patched:
            patched.setattr("ohdio_core.collection.replaced_forms._PUT_BACK", None)
            with pytest.raises(Exception):  # noqa: B017, PT011 # whatever ends the transaction after the move
                restored(in_mp3)
        assert sounds(folder(in_mp3)) == OF_MP3
        assert restored(in_mp3) == "Le talus"
        assert [name for name, *_ in in_mp3.checksums()] == OF_MP3
        assert restored(in_mp3) == "Le talus"  # the one file is known to be in the trash
        assert sounds(folder(in_mp3)) == ["Le talus.m4b"]

    def test_stay_while_the_book_is_downloaded_or_converted_and_when_they_are_lost(self, in_mp3: Downloads) -> None:
        convert(in_mp3)
        ordered(in_mp3, BookForm.M4B)
        with pytest.raises(Postponed, match="downloaded or converted"):
            restored(in_mp3)
        assert in_mp3.engine.order(cancel, in_mp3.book)
        path = in_mp3.engine.value("SELECT library_path FROM audiobooks")
        in_mp3.engine.execute("UPDATE audiobooks SET library_path = NULL")  # nobody knows where they would belong
        with pytest.raises(NotFound, match="no longer in the trash"):
            restored(in_mp3)
        assert trashed(in_mp3) == OF_MP3
        in_mp3.engine.execute("UPDATE audiobooks SET library_path = :path", path=path)
        shutil.rmtree(in_mp3.library_dir / TRASH)
        with pytest.raises(NotFound, match="no longer in the trash"):
            restored(in_mp3)
        assert sounds(folder(in_mp3)) == ["Le talus.m4b"]

    def test_stay_while_somebody_puts_them_back(self, in_mp3: Downloads) -> None:
        convert(in_mp3)
        library, form = in_mp3.started().library, in_mp3.engine.value("SELECT id FROM replaced_forms")
        with in_mp3.engine.database.unit_of_work() as work:
            assert restore_form(work, library, form) == "Le talus"
            assert in_mp3.engine.order(drop_forms, [form]) == 0
        assert sounds(folder(in_mp3)) == OF_MP3
        assert trashed(in_mp3) == []
        assert in_mp3.engine.value("SELECT count(*) FROM replaced_forms") == 1

    def test_go_for_good_after_seven_days(self, in_mp3: Downloads) -> None:
        convert(in_mp3)
        library = in_mp3.started().library
        for entry in (in_mp3.library_dir / TRASH).iterdir():
            os.utime(entry, (0, 0))
        tidy_trash(in_mp3.engine.database, library)
        drop_files(in_mp3.engine.database, library)
        assert trashed(in_mp3) == OF_MP3
        in_mp3.engine.execute("UPDATE replaced_forms SET trashed_at = now() - interval '8 days'")
        tidy_trash(in_mp3.engine.database, library)
        drop_files(in_mp3.engine.database, library)
        assert trashed(in_mp3) == []
        assert in_mp3.engine.value("SELECT count(*) FROM replaced_forms") == 0
        assert sounds(folder(in_mp3)) == ["Le talus.m4b"]
