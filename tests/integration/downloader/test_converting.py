"""Books in the library that become one file: the old ones stay until it is there, whatever dies."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import av
import pytest

from ohdio_core.collection.conversions import cancel, note_speed, order, read_speed, set_paused
from ohdio_core.domain.book_form import BookForm
from ohdio_core.library.marker import MARKER
from ohdio_core.library.trash_entry import TRASH
from ohdio_downloader.converter import Converter
from ohdio_downloader.media import aac
from ohdio_downloader.media.one_m4b import OneM4b
from tests.integration.downloader.downloads import MEDIUM, Downloads, Killed
from tests.integration.downloader.faulty_origin import FaultyOrigin, Serving
from tests.integration.downloader.test_one_file_books import chapters, the_file
from tests.integration.downloader.test_replaced import with_parts
from tests.sites.audio import AudioFactory

PARTS = ["01 - Le talus.m4a", "02 - Partie 1.m4a", "03 - Partie 2.m4a"]
OF_MP3 = [name.replace(".m4a", ".mp3") for name in PARTS]


@pytest.fixture
def filed(downloads: Downloads, faulty: FaultyOrigin, audio: AudioFactory) -> Downloads:
    """A book of three parts in AAC that is in the library, ordered to be one M4B."""
    faulty.serve(MEDIUM, Serving(audio.mp4("one", 3)))
    with_parts(downloads, 3)
    downloads.download()
    (folder(downloads) / "notes.txt").write_text("mine", encoding="utf-8")
    ordered(downloads)
    return downloads


@pytest.fixture
def in_mp3(downloads: Downloads) -> Downloads:
    """A book of three parts in MP3 that is in the library, ordered to be encoded as one M4B."""
    with_parts(downloads, 3)
    downloads.download()
    ordered(downloads, BookForm.M4B_48K)
    return downloads


def ordered(downloads: Downloads, form: BookForm = BookForm.M4B) -> None:
    assert downloads.engine.order(order, downloads.book, form)


def converter(downloads: Downloads) -> Converter:
    """As a process that has just started has it, once the lease of the one before has ended."""
    downloads.engine.execute("UPDATE conversions SET lease_until = NULL")
    library = downloads.started().library
    return Converter(downloads.engine.database, library, downloads.work_dir, keep_free=lambda: 0, host="here")


def convert(downloads: Downloads) -> None:
    assert converter(downloads).step()


def folder(downloads: Downloads) -> Path:
    (found,) = downloads.library_dir.glob("*/*/" + MARKER)
    return found.parent


def sounds(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir() if path.suffix in {".m4a", ".m4b", ".mp3"})


def trashed(downloads: Downloads) -> list[str]:
    found = (downloads.library_dir / TRASH).rglob("*.m*")
    return sorted(path.name for path in found if path.suffix in {".m4a", ".mp3"})


def said(downloads: Downloads) -> str | None:
    """Why the conversion failed or waits."""
    (row,) = downloads.engine.rows("SELECT coalesce(error, wait_reason) AS said FROM conversions")
    return None if row.said is None else str(row.said)


def seconds_heard(path: Path) -> float:
    with av.open(str(path)) as container:
        return sum(frame.samples / frame.sample_rate for frame in container.decode(audio=0))


def test_the_old_files_are_in_the_trash_and_what_people_put_there_stays(filed: Downloads, faulty: FaultyOrigin) -> None:
    assert sounds(folder(filed)) == PARTS
    (filed.work_dir / "convert-1000000").mkdir()  # of a conversion that was cancelled
    convert(filed)
    assert chapters(the_file(filed)) == ["Le talus (1)", "Partie 1", "Partie 2"]
    assert (folder(filed) / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert trashed(filed) == PARTS
    assert [name for name, *_ in filed.checksums()] == ["Le talus.m4b"]
    assert json.loads((folder(filed) / MARKER).read_text(encoding="utf-8"))["media"] == {}
    assert filed.engine.rows("SELECT form, note FROM audiobooks") == [("m4b", None)]
    assert filed.engine.value("SELECT count(*) FROM conversions") == 0
    assert filed.engine.status(filed.item) == "completed"
    assert len(faulty.requests(MEDIUM)) == 3
    assert list(filed.work_dir.iterdir()) == []
    assert not converter(filed).step()


MOMENTS = {
    "while it is joined": "ohdio_downloader.media.one_m4b.OneM4b.write",
    "while it is heard": "ohdio_downloader.converting.verify",
    "before it is moved": "ohdio_core.library.finished.put",
    "once the old folder is aside": "ohdio_core.library.filing.sync",
    "before the old files are in the trash": "ohdio_core.library.outgoing.move_to_trash",
    "before it is written down": "ohdio_downloader.converter.record_filed",
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_process_that_dies_leaves_the_book_whole_and_it_is_converted_all_the_same(
    filed: Downloads, faulty: FaultyOrigin, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    def die(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(MOMENTS[moment], die)
        with pytest.raises(Killed):
            convert(filed)
    assert sounds(folder(filed)) in (PARTS, ["Le talus.m4b"])
    convert(filed)
    assert len(chapters(the_file(filed))) == 3
    assert (folder(filed) / "notes.txt").exists()
    key = filed.engine.value("SELECT key FROM replaced_forms")
    assert sounds(filed.library_dir / TRASH / str(key) / folder(filed).relative_to(filed.library_dir)) == PARTS
    assert len(faulty.requests(MEDIUM)) == 3
    assert filed.engine.value("SELECT count(*) FROM conversions") == 0
    ((name, seconds),) = filed.engine.rows("SELECT name, duration_seconds FROM book_files")
    assert (name, seconds) == ("Le talus.m4b", pytest.approx(9, abs=0.2))


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
        with pytest.raises(Killed):
            convert(filed)
    assert not (filed.library_dir / there).exists()
    convert(filed)
    assert len(chapters(the_file(filed))) == 3
    assert len(faulty.requests(MEDIUM)) == 3


def test_what_cannot_be_one_file_stays_complete_and_the_conversion_says_why(
    downloads: Downloads, monkeypatch: pytest.MonkeyPatch
) -> None:
    downloads.download()
    before = downloads.checksums()
    downloads.engine.execute("UPDATE audiobooks SET note = 'The site says so.'")
    ordered(downloads)
    with monkeypatch.context() as patched:
        patched.setattr("ohdio_downloader.converting.copying", None)  # nothing is copied to find that out
        convert(downloads)
    assert downloads.checksums() == before
    assert "for one M4B its sound (MP3) would have to be encoded anew" in (said(downloads) or "")
    assert list(downloads.work_dir.iterdir()) == []
    assert downloads.engine.value("SELECT note FROM audiobooks") == "The site says so."
    assert downloads.engine.status(downloads.item) == "completed"
    assert not converter(downloads).step()
    ordered(downloads, BookForm.MP3)  # which it is
    convert(downloads)
    assert downloads.engine.value("SELECT count(*) FROM conversions") == 0


def test_one_file_that_is_not_whole_leaves_the_book_as_it_is(filed: Downloads, monkeypatch: pytest.MonkeyPatch) -> None:
    write = OneM4b.write

    def lose_some(self: OneM4b, target: Path, *given: Any, **named: Any) -> None:
        write(self, target, *given, **named)
        with target.open("r+b") as file:
            file.seek(10_000)
            file.write(b"\xff" * 20_000)

    with monkeypatch.context() as patched:
        patched.setattr(OneM4b, "write", lose_some)
        convert(filed)
    assert sounds(folder(filed)) == PARTS
    assert "cannot be decoded" in (said(filed) or "")
    assert filed.engine.status(filed.item) == "completed"
    assert filed.engine.order(set_paused, filed.book, is_paused=False)  # it is tried again
    convert(filed)
    assert sounds(folder(filed)) == ["Le talus.m4b"]


def test_mp3_is_encoded_only_when_that_was_asked_for_without_a_gap_or_a_loss(in_mp3: Downloads) -> None:
    length = sum(map(seconds_heard, in_mp3.files()))
    convert(in_mp3)
    path = the_file(in_mp3)
    assert chapters(path) == ["Le talus (1)", "Partie 1", "Partie 2"]
    # Of each border FFmpeg plays as much as the last packet of the part before it has behind its sound.
    assert -0.003 < seconds_heard(path) - length < 3 * 1024 / 32_000
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        assert (stream.codec_context.name, stream.sample_rate, stream.channels) == ("aac", 32_000, 1)
        assert container.duration is not None
        assert container.duration / 1_000_000 == pytest.approx(length, abs=0.005)
    assert path.stat().st_size < 9 * 48_000 / 8 * 1.5
    assert trashed(in_mp3) == OF_MP3
    assert in_mp3.engine.value("SELECT form FROM audiobooks") == "m4b-48k"
    assert (in_mp3.engine.order(read_speed) or 0) > 1


def test_parts_that_are_not_alike_are_joined_by_encoding_when_that_was_asked_for(
    downloads: Downloads, faulty: FaultyOrigin, audio: AudioFactory
) -> None:
    with_parts(downloads, 2)
    as_aac = faulty.serve("/two.m4a", Serving(audio.mp4("two", 2)))
    downloads.engine.execute("UPDATE book_parts SET url = :url WHERE index = 1", url=as_aac)
    downloads.download()
    assert sounds(folder(downloads)) == ["01 - Le talus.mp3", "02 - Partie 1.m4a"]
    ordered(downloads, BookForm.M4B_64K)
    convert(downloads)
    assert seconds_heard(the_file(downloads)) == pytest.approx(5, abs=0.15)


def test_aac_is_copied_though_it_might_be_encoded(filed: Downloads, monkeypatch: pytest.MonkeyPatch) -> None:
    ordered(filed, BookForm.M4B_64K)
    monkeypatch.setattr("ohdio_downloader.encoded_parts.encode_aac", None)
    convert(filed)
    assert sounds(folder(filed)) == ["Le talus.m4b"]


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were encoded."""
    names: list[str] = []
    encode = aac.encode_aac

    def noted(source: Path, *given: Any) -> int:
        names.append(source.name)
        return encode(source, *given)

    monkeypatch.setattr("ohdio_downloader.encoded_parts.encode_aac", noted)
    return names


def test_an_encoding_that_dies_goes_on_at_the_part_where_it_was(in_mp3: Downloads, encoded: list[str]) -> None:
    add = aac._Encoder.add

    def die_in_the_third(self: aac._Encoder, frame: Any) -> None:
        if len(encoded) == 3 and self.samples > 20_000:
            raise Killed
        add(self, frame)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(aac._Encoder, "add", die_in_the_third)
        with pytest.raises(Killed):
            convert(in_mp3)
    assert sounds(folder(in_mp3)) == OF_MP3
    convert(in_mp3)
    assert encoded == [*OF_MP3, OF_MP3[2]]
    assert len(chapters(the_file(in_mp3))) == 3
    assert list(in_mp3.work_dir.iterdir()) == []


def test_one_that_kills_its_process_each_time_is_given_up(in_mp3: Downloads, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("ohdio_downloader.encoded_parts.encode_aac", die)
        for _ in range(5):
            with pytest.raises(Killed):
                convert(in_mp3)
    convert(in_mp3)
    assert "Given up after 5 attempts" in (said(in_mp3) or "")
    assert sounds(folder(in_mp3)) == OF_MP3
    assert in_mp3.engine.status(in_mp3.item) == "completed"


def test_one_that_kills_its_process_in_a_later_part_is_given_up(
    in_mp3: Downloads, encoded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    add = aac._Encoder.add

    def die_in_the_third(self: aac._Encoder, frame: Any) -> None:
        if encoded[-1] == OF_MP3[2]:
            raise Killed
        add(self, frame)

    monkeypatch.setattr("ohdio_downloader.converter._RENEWS_EVERY", 0.0)
    monkeypatch.setattr(aac._Encoder, "add", die_in_the_third)
    for _ in range(5):
        with pytest.raises(Killed):
            convert(in_mp3)
    convert(in_mp3)
    assert "Given up after 5 attempts" in (said(in_mp3) or "")
    assert encoded == [*OF_MP3, *OF_MP3[2:] * 4]


@pytest.mark.parametrize("how", ["pause", "cancel"])
def test_a_person_may_stop_it_and_the_book_is_what_it_was(
    in_mp3: Downloads, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    began, goes_on = threading.Event(), threading.Event()
    encode = aac.encode_aac

    def slow(source: Path, target: Path, settings: Any, check: Any) -> int:
        began.set()
        assert goes_on.wait(30)
        return encode(source, target, settings, check)

    monkeypatch.setattr("ohdio_downloader.encoded_parts.encode_aac", slow)
    monkeypatch.setattr("ohdio_downloader.converter._RENEWS_EVERY", 0.0)
    running = threading.Thread(target=convert, args=[in_mp3])
    running.start()
    assert began.wait(30)
    if how == "pause":
        assert in_mp3.engine.order(set_paused, in_mp3.book, is_paused=True)
    else:
        assert in_mp3.engine.order(cancel, in_mp3.book)
    goes_on.set()
    running.join(30)
    assert sounds(folder(in_mp3)) == OF_MP3
    assert not converter(in_mp3).step()
    left = [path.name for path in in_mp3.work_dir.iterdir()]
    assert left == ([f"convert-{in_mp3.book}"] if how == "pause" else [])
    if how == "pause":
        assert in_mp3.engine.order(set_paused, in_mp3.book, is_paused=False)
        convert(in_mp3)
        assert sounds(folder(in_mp3)) == ["Le talus.m4b"]


def test_what_is_fetched_to_be_encoded_is_complete_at_once_and_encoded_beside_the_downloads(
    downloads: Downloads,
) -> None:
    with_parts(downloads, 2)
    downloads.form = BookForm.M4B_64K
    downloads.download()
    assert sounds(folder(downloads)) == OF_MP3[:2]
    assert downloads.engine.status(downloads.item) == "completed"
    assert downloads.engine.value("SELECT note FROM audiobooks") is None
    convert(downloads)
    assert sounds(folder(downloads)) == ["Le talus.m4b"]


def test_a_book_that_is_being_fetched_waits(in_mp3: Downloads) -> None:
    in_mp3.engine.execute("UPDATE queue_items SET status = 'queued'")
    assert not converter(in_mp3).step()


def test_what_changed_while_it_was_made_is_made_again(in_mp3: Downloads, monkeypatch: pytest.MonkeyPatch) -> None:
    def edited(*_: Any) -> None:
        in_mp3.engine.execute("UPDATE audiobooks SET revision = 1, title = 'Le quai'")

    with monkeypatch.context() as patched:
        patched.setattr("ohdio_downloader.converter.describe", edited)
        convert(in_mp3)
    assert sounds(folder(in_mp3)) == OF_MP3
    in_mp3.engine.execute("UPDATE audiobooks SET files_revision = 1")  # as the download stage does
    convert(in_mp3)
    assert sounds(folder(in_mp3)) == ["Le quai.m4b"]


def test_a_machine_says_how_fast_it_is_when_somebody_has_asked(downloads: Downloads) -> None:
    assert not converter(downloads).step()
    assert downloads.engine.order(read_speed) is None
    assert not converter(downloads).step()
    measured = downloads.engine.order(read_speed)
    assert measured is not None
    assert measured > 1
    downloads.engine.order(note_speed, "here", measured * 3)
    assert downloads.engine.order(read_speed) == pytest.approx(measured * 2)
