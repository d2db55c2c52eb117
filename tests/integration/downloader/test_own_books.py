"""Folders of books that people had before: read, known again, and taken into the library."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest
from mutagen.id3 import ID3, TALB, TIT2, TPE1

from ohdio_core.collection.books import load_book
from ohdio_core.collection.folder_imports import begin_import, shown_import, want
from ohdio_core.db.session import UnitOfWork
from ohdio_core.domain.found_book import Verdict
from ohdio_core.installation import NOTE
from ohdio_core.work.run import Run
from ohdio_core.work.timing import boot_clock
from ohdio_downloader.importer import Importer
from tests.integration.downloader.downloads import MEDIUM, Downloads
from tests.integration.downloader.faulty_origin import FaultyOrigin
from tests.integration.downloader.test_replaced import with_parts
from tests.sites.audio import AudioFactory


def wanted(work: UnitOfWork, ids: Collection[int] | None, verdicts: Collection[Verdict]) -> int:
    """Order books of the folder that was read last to be taken."""
    return want(work, shown_import(work), ids, verdicts)


class Had:
    """A folder of books that somebody had, and what reads it."""

    def __init__(self, downloads: Downloads, audio: AudioFactory, root: Path) -> None:
        self.downloads = downloads
        self.engine = downloads.engine
        self.root = root
        self.root.mkdir(exist_ok=True)
        self._audio = audio
        self.importer = Importer(
            self.engine.database, downloads.service.library, downloads.work_dir, keep_free=lambda: 0
        )

    def put(self, place: str, *, seconds: int = 3, **tags: str) -> Path:
        """Put a recording there, with tags."""
        path = self.root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self._audio.mp3(f"had-{seconds}", seconds))
        if tags:
            written = ID3()  # type: ignore[no-untyped-call]
            for name, frame in {"album": TALB, "title": TIT2, "artist": TPE1}.items():
                if name in tags:
                    written.add(frame(encoding=3, text=[tags[name]]))  # type: ignore[no-untyped-call]
            written.save(path)
        return path

    def read(self, root: Path | None = None, *, is_moved: bool = False) -> dict[str, tuple[str, str | None]]:
        """Read it; return what is found by place: verdict and title."""
        assert self.engine.order(begin_import, str(root or self.root), is_moved=is_moved)
        assert self.importer.step()
        return {row.place: (row.verdict, row.title) for row in self.rows()}

    def again(self) -> dict[str, tuple[str, str | None]]:
        """Go on with what waits, as if its time had come."""
        self.engine.execute("UPDATE folder_imports SET lease_until = NULL")
        assert self.importer.step()
        return {row.place: (row.verdict, row.title) for row in self.rows()}

    def rows(self) -> list[Any]:
        return self.engine.rows(
            "SELECT * FROM found_books WHERE import_id = (SELECT max(id) FROM folder_imports) ORDER BY id"
        )

    def take(self, *verdicts: Verdict) -> int:
        """Take what has such a verdict, and let the downloads that were made due run."""
        count = self.engine.order(wanted, None, verdicts)
        assert self.importer.step()
        self.download()
        return count

    def download(self) -> None:
        """Run all that is due."""
        while items := self.engine.admit():
            for item in items:
                claimed = self.engine.start(item)
                done = self.downloads.service.download(Run(claimed, beat_sent_at=boot_clock()))
                assert self.engine.finish(claimed, done)


@pytest.fixture
def had(downloads: Downloads, audio: AudioFactory, tmp_path: Path) -> Had:
    """The downloads have one book, "Le talus" by Odile Marchand, of 3 s; nothing of it was fetched."""
    downloads.engine.execute("UPDATE audiobooks SET authors = '{Odile Marchand}'")
    downloads.engine.execute("UPDATE book_parts SET duration_seconds = 3")
    return Had(downloads, audio, tmp_path / "had")


def shapes(had: Had) -> None:
    """Every shape in which people keep books."""
    had.put("Le talus.mp3", artist="Odile Marchand")  # as the original app filed: flat
    for number in (1, 2, 3):
        had.put(
            f"Ann Field/The Lamp/{number:02} - Part.mp3", album="The Lamp", artist="Ann Field", title=f"Part {number}"
        )
        had.put(f"Ann Field/The Wall/CD {number}/01.mp3")
    had.put("Zoe Hart - The Mill.mp3")
    had.put("Nameless.mp3")
    sidecar = had.put("x/y/abc.mp3").parent
    (sidecar / "metadata.json").write_text(
        json.dumps({"title": "La mer", "authors": ["Jean Roy"], "series": ["Eaux #2"]})
    )
    opf = had.put("x/z/abc.mp3").parent
    (opf / "metadata.opf").write_text(
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
        "<dc:title>Le phare</dc:title><dc:creator>Jean Roy</dc:creator>"
        '<dc:contributor xmlns:opf="http://www.idpf.org/2007/opf" opf:role="trl">Bo Lind</dc:contributor>'
        "</metadata></package>"
    )
    nfo = had.put("x/n/abc.mp3").parent
    (nfo / "abc.nfo").write_text("General\n Title:    The Kiln\n Author:   Ann Field\n Read By:  Bo Lind; Cy Moss\n")
    (had.root / "broken.mp3").write_bytes(b"no sound at all" * 99)
    (had.root / "out.mp3").symlink_to("/etc/hostname")
    (had.root / "notes.txt").write_text("mine")


def test_every_shape_is_read(had: Had) -> None:
    shapes(had)
    found = had.read()
    assert found == {
        "Ann Field/The Lamp": ("new", "The Lamp"),
        "Ann Field/The Wall": ("new", "The Wall"),
        "Le talus.mp3": ("known", "Le talus"),
        "Nameless.mp3": ("refused", "Nameless"),
        "Zoe Hart - The Mill.mp3": ("new", "The Mill"),
        "broken.mp3": ("refused", "broken"),
        "out.mp3": ("refused", None),
        "x/n": ("new", "The Kiln"),
        "x/y": ("new", "La mer"),
        "x/z": ("new", "Le phare"),
    }
    facts = {row.place: row.facts for row in had.rows()}
    assert facts["x/y"]["series_position"] == "2"
    assert facts["x/z"]["translators"] == ["Bo Lind"]
    assert facts["x/n"]["narrators"] == ["Bo Lind", "Cy Moss"]
    assert had.engine.value("SELECT count(*) FROM audiobooks") == 1  # nothing is taken by itself
    assert list(had.downloads.library_dir.glob("*/*")) == []


def test_what_is_waited_for_is_complete_without_a_fetch(had: Had, faulty: FaultyOrigin) -> None:
    source = had.put("Le talus.mp3", artist="Odile Marchand")
    with_parts(had.downloads, 1)
    assert had.read()["Le talus.mp3"][0] == "known"
    assert had.take(Verdict.KNOWN) == 1
    assert had.engine.status(had.downloads.item) == "completed"
    assert faulty.requests(MEDIUM) == []
    assert [path.name for path in had.downloads.files()] == ["Le talus.mp3"]
    assert source.exists()  # copied
    assert had.engine.value("SELECT count(*) FROM book_files") == 1
    assert had.read()["Le talus.mp3"][0] == "have"


def test_what_nobody_knows_becomes_a_book_of_its_own(had: Had, faulty: FaultyOrigin) -> None:
    shapes(had)
    had.engine.execute("DELETE FROM audiobooks")
    had.read(is_moved=True)
    assert had.take(Verdict.KNOWN, Verdict.NEW) == 7
    assert faulty.requests(MEDIUM) == []
    books = had.engine.rows("SELECT title, authors, library_path, source FROM audiobooks ORDER BY title")
    assert [book.title for book in books] == [
        *("La mer", "Le phare", "Le talus", "The Kiln", "The Lamp", "The Mill", "The Wall")
    ]
    assert {book.source for book in books} == {"own"}
    assert had.engine.value("SELECT count(*) FROM queue_items WHERE status = 'completed'") == 7
    wall = had.downloads.library_dir / "Ann Field" / "The Wall"
    assert sorted(path.name for path in wall.glob("*.mp3")) == ["CD 1 - 01.mp3", "CD 2 - 01.mp3", "CD 3 - 01.mp3"]
    left = sorted(str(path.relative_to(had.root)) for path in had.root.rglob("*"))
    assert left == ["Nameless.mp3", "broken.mp3", "notes.txt", "out.mp3"]
    book = had.engine.order(load_book, had.engine.value("SELECT id FROM audiobooks WHERE title = 'The Lamp'"))
    assert (len(book.details.parts), book.owner_id.current.partition(":")[0]) == (3, "own")


def test_what_lies_in_the_library_stays_in_its_place(had: Had) -> None:
    had.engine.execute("DELETE FROM audiobooks")
    place = had.downloads.library_dir / "Old" / "Ann Field" / "The Lamp"
    had.root.rename(had.downloads.library_dir / "Old")
    had.root = had.downloads.library_dir / "Old"
    for number in (1, 2):
        had.put(f"Ann Field/The Lamp/{number:02}.mp3", album="The Lamp", artist="Ann Field")
    assert had.read() == {"Ann Field/The Lamp": ("new", "The Lamp")}
    assert had.take(Verdict.NEW) == 1
    assert had.engine.value("SELECT library_path FROM audiobooks WHERE source = 'own'") == "Old/Ann Field/The Lamp"
    assert sorted(path.name for path in place.iterdir()) == [".ohdio.json", "01.mp3", "02.mp3"]
    shutil.rmtree(place.parent)
    assert had.read() == {}


def test_another_length_or_author_is_unsure_and_taken_only_by_its_number(had: Had, faulty: FaultyOrigin) -> None:
    had.put("Odile Marchand/Le talus/1.mp3", seconds=60)
    assert had.read()["Odile Marchand/Le talus"][0] == "unsure"
    assert had.engine.order(wanted, None, [Verdict.KNOWN, Verdict.NEW]) == 0
    (row,) = [row for row in had.rows() if row.place == "Odile Marchand/Le talus"]
    had.engine.order(wanted, [row.id], [])
    assert had.importer.step()
    had.download()
    assert (had.engine.status(had.downloads.item), faulty.requests(MEDIUM)) == ("completed", [])


@pytest.mark.parametrize(
    ("installed_by", "also"),
    [("container", " A container sees only what is mounted in it: its library is /library."), ("make install", "")],
)
def test_a_folder_that_is_not_there_is_refused_in_words(
    had: Had, installed_by: str, also: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / NOTE).write_text(f"{installed_by}\n")
    monkeypatch.setattr("sys.prefix", str(tmp_path))
    had.engine.order(begin_import, "/nowhere", is_moved=False)
    assert had.importer.step()
    (row,) = had.engine.rows("SELECT error, ended_at FROM folder_imports")
    assert row.error == f"There is no folder /nowhere where ohdio runs.{also}"
    assert row.ended_at is not None


def test_of_two_that_take_it_one_does_and_after_a_kill_the_other_goes_on(had: Had) -> None:
    for number in range(3):
        had.put(f"Ann Field/Book {number}/a.mp3")
    had.read()
    had.engine.order(wanted, None, [Verdict.NEW])
    place, taken = had.importer.library.place, []

    def dying(*given: Any, **named: Any) -> Any:
        taken.append(given)
        if len(taken) == 2:
            raise KeyboardInterrupt
        return place(*given, **named)

    had.importer.library.place = dying  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        had.importer.step()
    had.importer.library.place = place  # type: ignore[method-assign]
    other = Importer(had.engine.database, had.importer.library, had.downloads.work_dir, keep_free=lambda: 0)
    assert not other.step()
    left = had.downloads.work_dir / "importing-dead"  # as a process leaves it that was killed with SIGKILL
    left.mkdir()
    (left / "a.mp3").write_bytes(b"half")
    had.engine.execute("UPDATE folder_imports SET lease_until = now() - interval '1 second'")
    assert other.step()
    assert had.engine.value("SELECT count(*) FROM audiobooks WHERE source = 'own'") == 3
    assert len(list(had.downloads.library_dir.glob("Ann Field/*/a.mp3"))) == 3
    assert list(had.downloads.work_dir.glob("importing-*")) == []


def test_a_full_disk_is_waited_for_and_no_book_refused(had: Had) -> None:
    for number in range(2):
        had.put(f"Ann Field/Book {number}/a.mp3")
    had.read()
    had.engine.order(wanted, None, [Verdict.NEW])
    downloads, engine = had.downloads, had.engine
    tight = Importer(engine.database, had.importer.library, downloads.work_dir, keep_free=lambda: 2**60)
    assert tight.step()
    (waiting,) = engine.rows("SELECT error, ended_at FROM folder_imports")
    assert "free space" in waiting.error
    assert waiting.ended_at is None
    assert not had.importer.step()  # for a minute
    engine.execute("UPDATE folder_imports SET lease_until = now()")
    assert had.importer.step()
    assert engine.value("SELECT count(*) FROM audiobooks WHERE source = 'own'") == 2
    assert engine.value("SELECT error FROM folder_imports") is None


def test_a_share_that_goes_away_while_it_is_read_is_waited_for(had: Had, monkeypatch: pytest.MonkeyPatch) -> None:
    had.put("Ann Field/The Lamp/01.mp3")
    had.put("Zoe Hart/The Mill/01.mp3")
    is_away, list_folder = [False], os.scandir

    def list_unless_away(folder: Any) -> Any:
        is_away[0] = is_away[0] or getattr(folder, "name", "") == "The Mill"
        if is_away[0]:
            raise OSError(errno.ENOTCONN, os.strerror(errno.ENOTCONN), str(folder))
        return list_folder(folder)

    monkeypatch.setattr(os, "scandir", list_unless_away)
    assert had.read() == {}
    (told,) = had.engine.rows("SELECT error, ended_at FROM folder_imports")
    assert tuple(told) == (f"{had.root} cannot be read: transport endpoint is not connected.", None)
    monkeypatch.undo()
    assert had.again() == {"Ann Field/The Lamp": ("new", "The Lamp"), "Zoe Hart/The Mill": ("new", "The Mill")}


def test_a_file_that_its_disk_cannot_read_is_not_called_no_sound(had: Had, monkeypatch: pytest.MonkeyPatch) -> None:
    had.put("Zoe Hart - The Mill.mp3").write_bytes(b"")
    read = Path.open

    def fail(path: Path, *args: Any, **options: Any) -> Any:
        if path.name == "Zoe Hart - The Mill.mp3":
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))
        return read(path, *args, **options)

    monkeypatch.setattr(Path, "open", fail)
    had.read()
    (row,) = had.rows()
    assert row.reason == f"{had.root / 'Zoe Hart - The Mill.mp3'} cannot be read: input/output error."
