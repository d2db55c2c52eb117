"""Books that are filed as one file: complete, known again, changed and replaced as those of several are."""

from __future__ import annotations

import json
from pathlib import Path

import av
import pytest

from ohdio_core.collection.books import load_book
from ohdio_core.collection.edits import edit, write_tags
from ohdio_core.domain.book_form import BookForm
from ohdio_core.library.marker import MARKER
from tests.integration.downloader.downloads import MEDIUM, Downloads, Killed
from tests.integration.downloader.faulty_origin import FaultyOrigin, Serving
from tests.integration.downloader.test_replaced import again, with_parts
from tests.sites.audio import AudioFactory


@pytest.fixture
def in_m4b(downloads: Downloads, faulty: FaultyOrigin, audio: AudioFactory) -> Downloads:
    """A book of three parts in AAC that is to be one file."""
    faulty.serve(MEDIUM, Serving(audio.mp4("one", 3)))
    with_parts(downloads, 3)
    downloads.form = BookForm.M4B
    return downloads


def the_file(downloads: Downloads) -> Path:
    (file,) = downloads.library_dir.glob("*/*/*.m4b")
    assert not list(file.parent.glob("*.m4a"))
    return file


def chapters(path: Path) -> list[str]:
    with av.open(str(path)) as container:
        return [chapter["metadata"]["title"] for chapter in container.chapters()]


def test_it_is_filed_under_the_title_and_not_fetched_again(in_m4b: Downloads, faulty: FaultyOrigin) -> None:
    in_m4b.download()
    file = the_file(in_m4b)
    marker = json.loads((file.parent / MARKER).read_text(encoding="utf-8"))
    assert (file.name, marker["parts"], marker["media"]) == ("Le talus.m4b", 3, {})
    assert set(marker["files"]) == {"Le talus.m4b", "metadata.opf"}
    assert [name for name, *_ in in_m4b.checksums()] == ["Le talus.m4b"]
    assert marker["seconds"] == pytest.approx(9, abs=0.2)
    assert list(in_m4b.work_dir.iterdir()) == []
    again(in_m4b)
    assert len(faulty.requests(MEDIUM)) == 3


def test_a_run_that_dies_once_it_is_filed_fetches_nothing_again(in_m4b: Downloads, faulty: FaultyOrigin) -> None:
    place = in_m4b.service.library.place

    def place_and_die(*given: object, **named: object) -> None:
        place(*given, **named)  # type: ignore[arg-type]
        raise Killed

    in_m4b.service.library.place = place_and_die  # type: ignore[assignment,method-assign]
    in_m4b.download_until_killed()
    before = the_file(in_m4b).read_bytes()
    in_m4b.service = in_m4b.started()
    in_m4b.download()
    assert the_file(in_m4b).read_bytes() == before
    assert len(faulty.requests(MEDIUM)) == 3


def test_what_a_person_changes_is_written_into_it_and_chapters_stay(in_m4b: Downloads, faulty: FaultyOrigin) -> None:
    in_m4b.download()
    found = chapters(the_file(in_m4b))
    assert len(found) == 3
    assert in_m4b.engine.order(edit, in_m4b.book, {"narrators": ["Noé Tardif"]}, revision=0)
    in_m4b.engine.order(write_tags, [in_m4b.book])
    in_m4b.download()
    assert chapters(the_file(in_m4b)) == found
    with av.open(str(the_file(in_m4b))) as container:
        assert container.metadata["composer"] == "Noé Tardif"
    assert len(faulty.requests(MEDIUM)) == 3


def test_one_that_has_grown_is_fetched_whole_as_its_file_is_no_part(in_m4b: Downloads, faulty: FaultyOrigin) -> None:
    in_m4b.download()
    in_m4b.engine.execute(
        "INSERT INTO book_parts (audiobook_id, index, external_id, url, title) "
        "SELECT audiobook_id, 3, 'm-4', url, 'La suite' FROM book_parts WHERE index = 0"
    )
    again(in_m4b)
    assert chapters(the_file(in_m4b))[3:] == ["La suite"]
    assert len(faulty.requests(MEDIUM)) == 7
    assert in_m4b.engine.value("SELECT sum(duration_seconds) FROM book_files") == pytest.approx(12, abs=0.2)


def test_one_whose_parts_cannot_be_joined_says_so(downloads: Downloads) -> None:
    downloads.form = BookForm.M4B
    downloads.download()
    assert [path.suffix for path in downloads.files()] == [".mp3"]
    assert "for one M4B" in str(downloads.engine.value("SELECT note FROM audiobooks"))
    book = downloads.engine.order(load_book, downloads.book)
    assert book.library_path is not None
    assert downloads.service.library.holds(book.library_path, book.owner_id)


def test_what_was_said_of_a_book_counts_before_the_settings(in_m4b: Downloads) -> None:
    in_m4b.engine.execute("UPDATE audiobooks SET form = 'original'")
    in_m4b.download()
    assert [path.suffix for path in sorted(in_m4b.library_dir.glob("*/*/0*"))] == [".m4a"] * 3
