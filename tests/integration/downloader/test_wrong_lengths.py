from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from ohdio_api.web.words import words
from ohdio_core.collection import control
from ohdio_core.domain.queue import StopReason
from ohdio_core.library.folder import FolderLibrary
from ohdio_core.schemas.sentences import SentenceView
from ohdio_core.sources.rss.source import RssSource
from ohdio_core.work.outcome import PutBack
from ohdio_downloader.book_download import DamagedForGood
from ohdio_downloader.fetch.http import WrongChecksum
from ohdio_downloader.media.probe import DamagedAudio
from ohdio_downloader.media.verify import verify
from tests.integration.downloader.downloads import MEDIUM, Downloads, Killed
from tests.integration.downloader.faulty_origin import FaultyOrigin, Serving
from tests.sites.audio import AudioFactory
from tests.unit.downloader.sound import encoded, repacked


class Lengths:
    """Attempts to download a part whose site is wrong about how long it is; 24 s of it exist."""

    CUT = "The file is cut: it has 0:00:24 of sound where the site promises 0:00:30."
    NOTE = "It has 0:00:24 of sound, although its page or feed says 0:00:30."
    NOTE_IN_FRENCH = "Il y a 0:00:24 de son, alors que sa page ou son flux annonce 0:00:30."

    @pytest.fixture
    def promise(self, downloads: Downloads, faulty: FaultyOrigin, audio: AudioFactory) -> Callable[[int, Serving], str]:
        """Promise that the part lasts so many seconds, and serve it so."""

        def promise(seconds: int, serving: Serving) -> str:
            downloads.engine.execute("UPDATE book_parts SET duration_seconds = :seconds", seconds=seconds)
            return faulty.serve(MEDIUM, serving.but(data=audio.mp3("promised", 24)))

        return promise

    def attempt(self, downloads: Downloads) -> str:
        """Make one attempt; return what it ended with."""
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

    def note_in_french(self, downloads: Downloads) -> str | None:
        (row,) = downloads.engine.rows("SELECT note, note_message FROM audiobooks")
        return words("fr").translated_text(row.note, SentenceView.stored(row.note, row.note_message))

    def set_checksum(self, downloads: Downloads, audio: AudioFactory) -> None:
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
        assert (self.note(downloads), self.note_in_french(downloads)) == (self.NOTE, self.NOTE_IN_FRENCH)
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
        assert self.note_in_french(downloads) == f"A page is gone. {self.NOTE_IN_FRENCH}"
        downloads.engine.execute("UPDATE book_parts SET duration_seconds = 24")
        downloads.engine.order(control.fetch_again, [downloads.item])
        downloads.download()
        assert self.note(downloads) == self.note_in_french(downloads) == "A page is gone."

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
        assert (self.note(downloads), self.note_in_french(downloads)) == (self.NOTE, self.NOTE_IN_FRENCH)

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
        self.set_checksum(downloads, audio)
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
            self.set_checksum(downloads, audio)

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
        self.set_checksum(downloads, audio)
        faulty.serve(MEDIUM, *(Serving(audio.mp3("another", seconds)) for seconds in (22, 23, 23)))
        for _ in range(2):
            assert self.attempt(downloads).endswith("is damaged: its sha1 checksum is wrong.")
        assert "twice like this" in self.attempt(downloads)
        assert len(faulty.requests(MEDIUM)) == 3


class TestAHeaderThatPromisesMoreThanThereIs(Lengths):
    """Also that of a file whose sound is filed in another container, where nothing of the header is left."""

    @pytest.fixture(params=["mp3", "m4a", "wav", "aiff", "webm"])
    def cut(self, request: pytest.FixtureRequest, audio: AudioFactory) -> bytes:
        """Twenty seconds or so of thirty, with the header of thirty."""
        mp3 = audio.mp3("a", 30)
        data = {
            "mp3": lambda: repacked(mp3, "mp3"),
            "m4a": lambda: audio.mp4("a", 30),
            "wav": lambda: encoded(mp3, "pcm_s16le", "wav"),
            "aiff": lambda: encoded(mp3, "pcm_s16be", "aiff"),
            "webm": lambda: encoded(mp3, "libopus", "webm"),
        }[request.param]()
        return data[: len(data) * 2 // 3]

    def test_is_believed_less_than_all_the_bytes_and_written_anew(
        self, downloads: Downloads, faulty: FaultyOrigin, cut: bytes
    ) -> None:
        faulty.serve(MEDIUM, Serving(cut))
        assert self.attempt(downloads) == "completed"
        assert "although the file itself says 0:00:30" in str(self.note(downloads))
        (filed,) = downloads.library_dir.glob("*/*/Le talus.*")
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
        assert "although the file itself says 0:00:30" in str(self.note(downloads))
        assert len(faulty.requests(MEDIUM)) == 1

    def test_means_a_cut_file_where_nobody_says_how_many_bytes_there_are(
        self, downloads: Downloads, faulty: FaultyOrigin, cut: bytes
    ) -> None:
        faulty.serve(MEDIUM, Serving(cut, has_length=False))
        assert "where its own header says 0:00:30" in self.attempt(downloads)
