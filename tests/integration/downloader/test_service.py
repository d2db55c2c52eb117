"""The download service on a real database, a real library and real HTTP."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from ohdio_core.collection import control
from ohdio_core.domain.queue import StopReason
from ohdio_core.errors import NeedsPerson, NotFound, Postponed
from ohdio_core.library.folder import FolderLibrary
from ohdio_core.library.known import recall_library
from ohdio_core.library.obstacle import PlaceTaken
from ohdio_core.pacing.politeness import SharedPoliteness
from ohdio_core.sentences import legacy
from ohdio_core.sources.http import HttpClientFactory
from ohdio_core.sources.registry import SourceRegistry
from ohdio_core.sources.rss.source import RssSource
from ohdio_core.work.claim import Claim
from ohdio_core.work.outcome import Done, PutBack, Stopped, outcome_of
from ohdio_core.work.run import Run
from ohdio_core.work.timing import boot_clock
from ohdio_downloader.book_download import DamagedForGood
from ohdio_downloader.fetch.http import WrongChecksum
from ohdio_downloader.fetch.protocol import FetchLimits
from ohdio_downloader.media.probe import DamagedAudio
from ohdio_downloader.media.verify import verify
from ohdio_downloader.service import DownloadService
from ohdio_downloader.workdir import WorkDir
from tests.fixtures.engine import Engine
from tests.fixtures.workers import wait_until
from tests.integration.downloader.faulty_origin import FaultyOrigin, Serving
from tests.sites.audio import AudioFactory
from tests.sites.pictures import jpeg
from tests.unit.downloader.sound import repacked

MEDIUM = "/one.mp3"


class Killed(BaseException):
    """What a kill looks like from within."""


class Downloads:
    """One book of a feed, due for download, and the service that downloads it."""

    def __init__(self, engine: Engine, http: HttpClientFactory, root: Path, url: str) -> None:
        self.engine = engine
        self.http = http
        self.limits = FetchLimits(free_space_floor=0)
        self.work_dir = root / "work"
        self.work_dir.mkdir()
        self.library_dir = root / "library"
        self.library_dir.mkdir()
        (self.item,) = engine.items(1)
        self.book = int(engine.row(self.item).audiobook_id)
        engine.execute("UPDATE audiobooks SET source = 'rss', title = 'Le talus'")
        engine.execute(
            "INSERT INTO book_parts (audiobook_id, index, external_id, url) VALUES (:id, 0, 'm-1', :url)",
            id=self.book,
            url=url,
        )
        engine.worker()
        self.service = self.started()

    def started(self) -> DownloadService:
        """Return the service as a process that has just started has it."""
        library = FolderLibrary(self.library_dir)
        recall_library(self.engine.database, library)
        return DownloadService(
            self.engine.database,
            SourceRegistry(),
            pages=self.http,
            media=self.http,
            politeness=SharedPoliteness(self.engine.database, self.engine.timing.tick),
            library=library,
            work_dir=self.work_dir,
            limits=lambda: self.limits,
        )

    def begin(self) -> tuple[Claim, Run]:
        self.engine.execute("UPDATE queue_items SET next_attempt_at = NULL")
        claimed = self.engine.admit_and_start()
        return claimed, Run(claimed, beat_sent_at=boot_clock())

    def download(self) -> None:
        """Do what the message asks for, from admission to the end of the run."""
        claimed, run = self.begin()
        assert self.engine.finish(claimed, self.service.download(run))

    def download_until_killed(self) -> None:
        """Do the same, but die before the run is over, and let its lease end."""
        claimed, run = self.begin()
        with pytest.raises(Killed):
            self.service.download(run)
        self.engine.die(claimed)
        self.engine.sweep()

    def files(self) -> list[Path]:
        return sorted(self.library_dir.glob("*/*/*.mp3"))


@pytest.fixture
def downloads(
    engine: Engine, http: HttpClientFactory, faulty: FaultyOrigin, audio: AudioFactory, tmp_path: Path
) -> Downloads:
    url = faulty.serve(MEDIUM, Serving(audio.mp3("service", 3)))
    return Downloads(engine, http, tmp_path, url)


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
                patched.setattr("ohdio_core.library.folder.put", die)
            elif moment == "after the move":
                patched.setattr("ohdio_downloader.workdir.WorkDir.remove", die)
            else:
                patched.setattr(DownloadService, "_done", die)
            downloads.download_until_killed()
        downloads.download()

        assert len(faulty.requests(MEDIUM)) == 2
        (new,) = downloads.files()
        assert new.stat().st_ino != identity
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


class TestAnAuthorsFolderThatIsNone:
    def test_fails_this_book_alone_before_anything_is_fetched(self, downloads: Downloads, faulty: FaultyOrigin) -> None:
        downloads.engine.execute("UPDATE audiobooks SET authors = '{Zoé Roy}'")
        (downloads.library_dir / "Zoé Roy").write_bytes(b"a list of books")
        _, run = downloads.begin()

        with pytest.raises(PlaceTaken, match="Zoé Roy is where the folder of this book should be"):
            downloads.service.download(run)

        assert faulty.requests(MEDIUM) == []


class TestWorkDirectories:
    def test_of_a_deleted_item_are_removed_when_the_process_tidies_up(self, downloads: Downloads) -> None:
        (downloads.work_dir / str(downloads.book) / "fetching").mkdir(parents=True)
        downloads.service.keep_up()
        assert (downloads.work_dir / str(downloads.book)).exists()

        downloads.engine.order(control.delete, [downloads.item])
        downloads.service.keep_up()

        assert list(downloads.work_dir.iterdir()) == []


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
        with computing.turn(run.check), computing.turn(run.check), ThreadPoolExecutor(max_workers=1) as pool:
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


class Lengths:
    """Attempts to download a part whose site is wrong about how long it is; 24 s of it exist."""

    CUT = "The file is cut: it has 0:00:24 of sound where the site promises 0:00:30."
    NOTE = "It has 0:00:24 of sound, although its page or feed says 0:00:30."

    @pytest.fixture
    def promise(self, downloads: Downloads, faulty: FaultyOrigin, audio: AudioFactory) -> Callable[[int, Serving], str]:
        """Let the part be promised to last so many seconds and be served so."""

        def promise(seconds: int, serving: Serving) -> str:
            downloads.engine.execute("UPDATE book_parts SET duration_seconds = :seconds", seconds=seconds)
            return faulty.serve(MEDIUM, serving.but(data=audio.mp3("promised", 24)))

        return promise

    def attempt(self, downloads: Downloads) -> str:
        """Let one attempt be made, and return what it ended with."""
        claimed, run = downloads.begin()
        try:
            done = downloads.service.download(run)
        except (DamagedAudio, DamagedForGood, WrongChecksum) as error:
            downloads.engine.finish(claimed, PutBack(StopReason.SHUTDOWN))
            return str(error)
        assert downloads.engine.finish(claimed, done)
        return "completed"

    def note(self, downloads: Downloads) -> str | None:
        (row,) = downloads.engine.rows("SELECT note FROM audiobooks")
        note: str | None = row.note
        return note

    def tell_checksum(self, downloads: Downloads, audio: AudioFactory) -> None:
        digest = hashlib.sha1(audio.mp3("promised", 24), usedforsecurity=False).hexdigest()
        downloads.engine.execute(
            "UPDATE book_parts SET extras = CAST(:extras AS jsonb)", extras=json.dumps({"checksum": ["sha1", digest]})
        )


class TestADurationThatAFeedHasWrong(Lengths):
    """The promise is in the database, as a feed's ``itunes:duration`` would be."""

    def test_is_an_estimate_beside_all_the_bytes_and_noted(
        self, downloads: Downloads, faulty: FaultyOrigin, promise: Callable[[int, Serving], str]
    ) -> None:
        promise(30, Serving())
        with capture_logs() as lines:
            assert self.attempt(downloads) == "completed"
        assert [line["event"] for line in lines if line["log_level"] == "warning"] == ["shorter than promised"]
        assert self.note(downloads) == self.NOTE
        assert len(faulty.requests(MEDIUM)) == 1
        assert len(downloads.files()) == 1

    def test_however_wrong_it_is(self, downloads: Downloads, promise: Callable[[int, Serving], str]) -> None:
        promise(3 * 3600, Serving())
        assert self.attempt(downloads) == "completed"
        assert "says 3:00:00" in str(self.note(downloads))

    def test_is_not_noted_where_it_is_rounded(
        self, downloads: Downloads, promise: Callable[[int, Serving], str]
    ) -> None:
        promise(27, Serving())
        assert self.attempt(downloads) == "completed"
        assert self.note(downloads) is None

    def test_is_forgotten_when_the_book_is_fetched_again_and_long_enough(
        self, downloads: Downloads, promise: Callable[[int, Serving], str]
    ) -> None:
        promise(30, Serving())
        assert self.attempt(downloads) == "completed"
        downloads.engine.execute("UPDATE book_parts SET duration_seconds = 24")
        downloads.engine.order(control.fetch_again, [downloads.item])
        downloads.download()
        assert self.note(downloads) is None

    def test_is_noted_behind_what_its_source_tells_and_forgotten_without_that(
        self, downloads: Downloads, promise: Callable[[int, Serving], str]
    ) -> None:
        downloads.engine.execute("UPDATE audiobooks SET source_note = 'A page is gone.', note = source_note")
        promise(30, Serving())
        assert self.attempt(downloads) == "completed"
        assert self.note(downloads) == f"A page is gone. {self.NOTE}"
        downloads.engine.execute("UPDATE book_parts SET duration_seconds = 24")
        downloads.engine.order(control.fetch_again, [downloads.item])
        downloads.download()
        assert self.note(downloads) == "A page is gone."

    def test_is_noted_although_the_run_died_before_its_end(
        self, downloads: Downloads, monkeypatch: pytest.MonkeyPatch, promise: Callable[[int, Serving], str]
    ) -> None:
        promise(30, Serving())

        def die(*_: Any, **__: Any) -> None:
            raise Killed

        with monkeypatch.context() as patched:
            patched.setattr(FolderLibrary, "place", die)
            downloads.download_until_killed()
        downloads.download()
        assert self.note(downloads) == self.NOTE

    def test_is_believed_once_where_nobody_says_how_many_bytes_there_are(
        self, downloads: Downloads, promise: Callable[[int, Serving], str]
    ) -> None:
        promise(30, Serving(has_length=False))
        assert self.attempt(downloads) == self.CUT
        assert self.attempt(downloads) == "completed"
        assert self.note(downloads) == self.NOTE

    def test_is_believed_while_each_transfer_without_a_length_has_other_sound(
        self, downloads: Downloads, faulty: FaultyOrigin, audio: AudioFactory, promise: Callable[[int, Serving], str]
    ) -> None:
        promise(30, Serving())
        lengths = (24, 23, 24.5, 24.5)
        faulty.serve(MEDIUM, *(Serving(audio.mp3("promised", each), has_length=False) for each in lengths))
        for _ in range(3):
            assert "where the site promises 0:00:30" in self.attempt(downloads)
        assert self.attempt(downloads) == "completed"


class TestADurationThatACatalogueHasWrong(Lengths):
    @pytest.fixture(autouse=True)
    def _durations_are_measured(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(RssSource, "measures_durations", True)

    def test_fails_the_book_after_two_transfers_that_are_the_same(
        self, downloads: Downloads, faulty: FaultyOrigin, promise: Callable[[int, Serving], str]
    ) -> None:
        promise(30, Serving())
        assert self.attempt(downloads) == self.CUT
        assert self.attempt(downloads) == (
            f"{self.CUT} The site has sent it twice like this, whole, so trying again would not help."
        )
        assert len(faulty.requests(MEDIUM)) == 2

    def test_is_believed_while_transfers_differ(
        self, downloads: Downloads, faulty: FaultyOrigin, audio: AudioFactory, promise: Callable[[int, Serving], str]
    ) -> None:
        promise(30, Serving())
        faulty.serve(MEDIUM, *(Serving(audio.mp3("promised", seconds)) for seconds in (24, 20, 24, 29)))
        for _ in range(3):
            assert self.attempt(downloads).endswith("where the site promises 0:00:30.")
        assert self.attempt(downloads) == "completed"

    def test_does_not_count_beside_a_checksum(
        self, downloads: Downloads, audio: AudioFactory, promise: Callable[[int, Serving], str]
    ) -> None:
        promise(48, Serving())
        self.tell_checksum(downloads, audio)
        assert self.attempt(downloads) == "completed"

    @pytest.mark.parametrize("with_checksum", [True, False])
    def test_counts_the_same_in_the_run_after_one_that_was_stopped(
        self,
        downloads: Downloads,
        faulty: FaultyOrigin,
        audio: AudioFactory,
        monkeypatch: pytest.MonkeyPatch,
        promise: Callable[[int, Serving], str],
        *,
        with_checksum: bool,
    ) -> None:
        promise(30, Serving())
        if with_checksum:
            self.tell_checksum(downloads, audio)

        def die(*_: Any, **__: Any) -> None:
            raise Killed

        with monkeypatch.context() as patched:
            patched.setattr("ohdio_downloader.book_download.verify", die)
            downloads.download_until_killed()
        assert self.attempt(downloads) == ("completed" if with_checksum else self.CUT)
        assert len(faulty.requests(MEDIUM)) == 1


class TestSoundThatIsDamaged(Lengths):
    def test_is_fetched_again(self, downloads: Downloads, faulty: FaultyOrigin, audio: AudioFactory) -> None:
        whole = audio.mp3("promised", 24)
        hole = len(whole) // 2
        spoilt = whole[:hole] + bytes(len(whole) // 20) + whole[hole + len(whole) // 20 :]
        faulty.serve(MEDIUM, Serving(spoilt), Serving(whole))
        assert "of its sound cannot be decoded" in self.attempt(downloads)
        assert self.attempt(downloads) == "completed"

    def test_fails_the_book_where_it_is_the_same_a_second_time(
        self, downloads: Downloads, faulty: FaultyOrigin, audio: AudioFactory
    ) -> None:
        whole = audio.mp3("promised", 24)
        faulty.serve(MEDIUM, Serving(whole[: len(whole) // 2] + bytes(len(whole) // 2)))
        assert "of its sound cannot be decoded" in self.attempt(downloads)
        assert "twice like this" in self.attempt(downloads)
        assert len(faulty.requests(MEDIUM)) == 2

    def test_fails_the_book_where_it_is_the_same_a_third_time_and_nobody_says_how_many_bytes_there_are(
        self, downloads: Downloads, faulty: FaultyOrigin, audio: AudioFactory
    ) -> None:
        whole = audio.mp3("promised", 24)
        spoilt = Serving(whole[: len(whole) // 2] + bytes(len(whole) // 2), has_length=False)
        longer = spoilt.but(data=spoilt.data + bytes(500))
        faulty.serve(MEDIUM, spoilt, spoilt, longer, spoilt)
        for _ in range(5):
            assert self.attempt(downloads).endswith("decoded.")
        assert "3 times like this, with the same number of bytes" in self.attempt(downloads)
        assert len(faulty.requests(MEDIUM)) == 6


class TestAChecksumThatIsWrong(Lengths):
    def test_fails_the_book_after_two_transfers_that_are_the_same(
        self, downloads: Downloads, faulty: FaultyOrigin, audio: AudioFactory
    ) -> None:
        self.tell_checksum(downloads, audio)
        faulty.serve(MEDIUM, *(Serving(audio.mp3("another", seconds)) for seconds in (22, 23, 23)))
        for _ in range(2):
            assert self.attempt(downloads).endswith("is damaged: its sha1 checksum is wrong.")
        assert "twice like this" in self.attempt(downloads)
        assert len(faulty.requests(MEDIUM)) == 3


class TestAHeaderThatPromisesMoreThanThereIs(Lengths):
    @pytest.fixture(params=["mp3", "m4a"])
    def cut(self, request: pytest.FixtureRequest, audio: AudioFactory) -> bytes:
        """Twenty seconds or so of thirty, with the header of thirty."""
        data = repacked(audio.mp3("a", 30), "mp3") if request.param == "mp3" else audio.mp4("a", 30)
        return data[: len(data) * 2 // 3]

    def test_is_believed_less_than_all_the_bytes_and_written_anew(
        self, downloads: Downloads, faulty: FaultyOrigin, cut: bytes
    ) -> None:
        faulty.serve(MEDIUM, Serving(cut))
        assert self.attempt(downloads) == "completed"
        assert "although the file itself says 0:00:30" in str(self.note(downloads))
        (filed,) = downloads.library_dir.glob("*/*/*.m[p4]*")
        sound = verify(filed, is_whole=False, check=lambda: None)
        assert sound.stated is not None
        assert abs(sound.stated - sound.duration) < timedelta(seconds=0.1)
        assert sound.duration == pytest.approx(timedelta(seconds=20), abs=timedelta(seconds=2))

    def test_is_believed_less_also_by_the_run_after_one_that_was_killed(
        self, downloads: Downloads, faulty: FaultyOrigin, cut: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        faulty.serve(MEDIUM, Serving(cut))

        def die(*_: Any, **__: Any) -> None:
            raise Killed

        with monkeypatch.context() as patched:
            patched.setattr("ohdio_downloader.book_download.verify", die)
            downloads.download_until_killed()
        assert self.attempt(downloads) == "completed"
        assert len(faulty.requests(MEDIUM)) == 1

    def test_means_a_cut_file_where_nobody_says_how_many_bytes_there_are(
        self, downloads: Downloads, faulty: FaultyOrigin, cut: bytes
    ) -> None:
        faulty.serve(MEDIUM, Serving(cut, has_length=False))
        assert "where its own header says 0:00:30" in self.attempt(downloads)


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
