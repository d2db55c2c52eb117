from __future__ import annotations

import errno
import os
import shutil
from typing import Any

import pytest

from ohdio_core.collection import control
from ohdio_core.errors import NeedsPerson, Postponed
from ohdio_core.library.obstacle import PlaceTaken
from ohdio_core.work.outcome import Done, outcome_of
from ohdio_downloader.workdir import WorkDir
from tests.integration.downloader.downloads import MEDIUM, Downloads
from tests.integration.downloader.faulty_origin import FaultyOrigin


class TestAnAuthorsFolderThatIsNone:
    def test_fails_this_book_alone_before_anything_is_fetched(self, downloads: Downloads, faulty: FaultyOrigin) -> None:
        downloads.engine.execute("UPDATE audiobooks SET authors = '{Zoé Roy}'")
        (downloads.library_dir / "Zoé Roy").write_bytes(b"a list of books")
        _, run = downloads.begin()

        with pytest.raises(PlaceTaken, match="Zoé Roy is where the folder of this book should be"):
            downloads.service.download(run)

        assert faulty.requests(MEDIUM) == []


class TestALibraryWithoutItsDisk:
    @pytest.mark.parametrize("is_restarted", [False, True])
    def test_gets_no_book_and_nothing_is_fetched(
        self, downloads: Downloads, faulty: FaultyOrigin, *, is_restarted: bool
    ) -> None:
        downloads.download()
        shutil.move(downloads.library_dir, downloads.library_dir.with_name("disk"))
        downloads.library_dir.mkdir()
        downloads.engine.order(control.fetch_again, [downloads.item])
        if is_restarted:
            downloads.service = downloads.started()

        _, run = downloads.begin()
        with pytest.raises(Postponed, match="mount it"):
            downloads.service.download(run)

        assert len(faulty.requests(MEDIUM)) == 1
        assert list(downloads.library_dir.iterdir()) == []

    def test_is_no_other_library(self, downloads: Downloads) -> None:
        downloads.download()
        downloads.service.keep_up()
        downloads.engine.order(control.fetch_again, [downloads.item])
        downloads.library_dir = downloads.library_dir.with_name("new library")
        downloads.library_dir.mkdir()
        downloads.service = downloads.started()

        claimed, run = downloads.begin()

        assert isinstance(downloads.service.download(run), Done)
        assert claimed.id == downloads.item
        assert len(downloads.files()) == 1


class TestFoldersThatAreTakenAway:
    @pytest.mark.parametrize(
        ("taken", "sentence"), [("library", "The library .* is gone"), ("work", "was moved or deleted meanwhile")]
    )
    def test_while_a_book_is_downloaded_are_waited_for_and_nothing_is_fetched_twice(
        self, downloads: Downloads, faulty: FaultyOrigin, monkeypatch: pytest.MonkeyPatch, taken: str, sentence: str
    ) -> None:
        folder, away = downloads.library_dir.with_name(taken), downloads.library_dir.with_name("away")

        def take_away(*_: Any, **__: Any) -> None:
            folder.rename(away)
            downloads.work_dir.joinpath(str(downloads.book), "no-such-file").read_bytes()

        claimed, run = downloads.begin()
        with monkeypatch.context() as patched:
            patched.setattr(WorkDir, "keep_only", take_away)
            with pytest.raises(Postponed, match=sentence):
                downloads.service.download(run)
        downloads.engine.die(claimed)
        downloads.engine.sweep()
        away.rename(folder)

        downloads.download()

        assert len(downloads.files()) == 1
        assert len(faulty.requests(MEDIUM)) == 1


class TestADiskThatCannotBeUsed:
    @pytest.mark.parametrize(
        ("number", "sentence"),
        [
            (errno.EACCES, "may not be written by the user"),
            (errno.EROFS, "can only be read"),
            (errno.EIO, "gives errors or has gone away"),
            (errno.ESTALE, "gives errors or has gone away"),
            (errno.ENOSPC, "MIN_DISK_SPACE_MB"),
        ],
    )
    def test_is_waited_for_and_told_without_a_path_of_ours(
        self, downloads: Downloads, monkeypatch: pytest.MonkeyPatch, number: int, sentence: str
    ) -> None:
        def fail(*_: Any, **__: Any) -> None:
            raise OSError(number, os.strerror(number), str(downloads.work_dir / str(downloads.book) / "book"))

        claimed, run = downloads.begin()
        with monkeypatch.context() as patched:
            patched.setattr(WorkDir, "keep_only", fail)
            with pytest.raises(NeedsPerson, match=sentence) as caught:
                downloads.service.download(run)
        assert "Errno" not in str(caught.value)
        assert f"{downloads.work_dir}/" not in str(caught.value)
        downloads.engine.finish(claimed, outcome_of(caught.value))
        item = downloads.engine.row(downloads.item)
        assert (item.status, item.attempts, item.needs_person) == ("queued", 0, True)

        downloads.download()

        assert len(downloads.files()) == 1
