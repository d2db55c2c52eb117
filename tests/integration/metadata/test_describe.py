"""The metadata service on a real database and real HTTP: the item that it leaves, and what may be downloaded then."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from sqlalchemy import text

from ohdio_core.collection import control
from ohdio_core.collection.add_books import add_books
from ohdio_core.domain.audiobook import BookDetails, BookRef
from ohdio_core.domain.owner import OwnerId
from ohdio_core.errors import Blocked, NotFound
from ohdio_core.library.folder import FolderLibrary
from ohdio_core.sentences import legacy
from ohdio_core.sources.http import ClientSettings, HttpClientFactory, parse_overrides
from ohdio_core.sources.registry import SourceRegistry
from ohdio_core.work.outcome import Failed
from ohdio_core.work.run import Run
from ohdio_core.work.stages import METADATA
from ohdio_core.work.timing import boot_clock
from ohdio_metadata.record import record
from ohdio_metadata.service import MetadataService
from tests.fixtures.engine import Engine
from tests.fixtures.workers import wait_until
from tests.sites.catalogue import Catalogue, SimBook, invent_book
from tests.sites.client import SimOrigin

KEY = "ohdio"
BOOK = invent_book(81_001, parts=2, seconds=3)
GONE = invent_book(81_002, is_gone=True)


class Describing:
    """One book, known to the database, and the service that describes it."""

    def __init__(self, engine: Engine, origin: SimOrigin, library: Path) -> None:
        self.engine = engine
        self.origin = origin
        library.mkdir()
        self.library = FolderLibrary(library)
        self.clients = HttpClientFactory(ClientSettings(host_overrides=parse_overrides(origin.overrides())))
        self.registry = SourceRegistry()
        self.service = MetadataService(engine.database, self.registry, self.clients, self.library.find)

    def add(self, book: SimBook, *, priority: int = 5) -> int:
        """Write the book down, as a scan does; return its id."""
        source, target = self.registry.identify(self.origin.book_url(book))
        ref = BookRef(target.source, target.url, target.external_id)
        with self.engine.database.unit_of_work() as work:
            (added,) = add_books(
                work, [(ref, source.site_key(ref.url))], priority=priority, are_filed=self.library.holds_each
            )
        return added.audiobook_id

    def describe(self, book_id: int) -> None:
        """Do what the message asks for, from admission to the end of the run."""
        stage = self.engine.at(METADATA)
        stage.execute(
            "UPDATE extractions SET status = 'processing', admitted_at = now(), sent_at = now() WHERE id = :id",
            id=book_id,
        )
        claimed = stage.start(book_id)
        assert stage.finish(claimed, self.service.describe(Run(claimed, beat_sent_at=boot_clock())))

    def items(self, book_id: int) -> list[Any]:
        return self.engine.rows("SELECT * FROM queue_items WHERE audiobook_id = :id", id=book_id)

    def item(self, book_id: int) -> Any:
        (item,) = self.items(book_id)
        return item

    def set_item(self, book_id: int, assignments: str) -> None:
        self.engine.execute(f"UPDATE queue_items SET {assignments} WHERE audiobook_id = :id", id=book_id)

    def details(self) -> BookDetails:
        ref = BookRef(KEY, self.origin.book_url(BOOK), str(BOOK.id))
        return self.registry.by_name(KEY).describe(ref, self.clients.site(KEY))

    def admitted_downloads(self) -> list[int]:
        """Start a downloader with room for everything, and return the items that would start."""
        self.engine.worker(threads=10)
        return self.engine.admit()


@pytest.fixture
def describing(engine: Engine, origin: SimOrigin, tmp_path: Path) -> Iterator[Describing]:
    origin.offer(Catalogue(books=(BOOK, GONE)))
    describing = Describing(engine, origin, tmp_path / "library")
    yield describing
    describing.clients.close()


class TestANote:
    """What a source tells of a book that people should know."""

    def test_is_the_books_until_a_download_has_more_to_say(self, describing: Describing) -> None:
        book_id = describing.add(BOOK)
        for note in ("A page is gone.", "Two pages are gone.", None):
            self.record(describing, book_id, note)
            assert self.notes(describing) == [note]

    def test_does_not_hide_what_is_noted_of_its_files(self, describing: Describing) -> None:
        book_id = describing.add(BOOK)
        describing.engine.execute("UPDATE audiobooks SET library_path = 'A/B', note = 'Part 1 is short.'")
        self.record(describing, book_id, "A page is gone.")
        assert self.notes(describing) == ["Part 1 is short."]
        assert self.messages(describing) == [(None, legacy("A page is gone.").as_json())]

    def test_of_a_complete_book_without_one_is_what_its_source_tells(self, describing: Describing) -> None:
        book_id = describing.add(BOOK)
        describing.engine.execute("UPDATE audiobooks SET library_path = 'A/B'")
        self.record(describing, book_id, "A page is gone.")
        told = legacy("A page is gone.").as_json()
        assert (self.notes(describing), self.messages(describing)) == (["A page is gone."], [(told, told)])

    def record(self, describing: Describing, book_id: int, note: str | None) -> None:
        said = None if note is None else legacy(note)
        describing.engine.order(record, {book_id: (KEY, replace(describing.details(), note=said))})

    def messages(self, describing: Describing) -> list[Any]:
        rows = describing.engine.rows("SELECT note_message, source_note_message FROM audiobooks")
        return [tuple(row) for row in rows]

    def notes(self, describing: Describing) -> list[str | None]:
        return [row.note for row in describing.engine.rows("SELECT note FROM audiobooks")]


class TestTheQueueItem:
    def test_an_existing_queue_item_is_reused_as_it_is(self, describing: Describing) -> None:
        book_id = describing.add(BOOK, priority=9)
        before = describing.item(book_id)

        describing.describe(book_id)

        after = describing.item(book_id)
        assert (after.id, after.priority, after.created_at) == (before.id, 9, before.created_at)
        assert (after.status, after.is_ready, after.stage, after.parts_total) == ("queued", True, "waiting", 2)

    def test_a_missing_queue_item_is_created_and_may_be_downloaded(self, describing: Describing) -> None:
        book_id = describing.add(BOOK)
        describing.engine.execute("DELETE FROM queue_items WHERE audiobook_id = :id", id=book_id)

        describing.describe(book_id)

        item = describing.item(book_id)
        assert (item.status, item.is_ready, item.priority) == ("queued", True, 5)
        assert describing.admitted_downloads() == [item.id]

    def test_a_unique_violation_is_read_back_and_no_error(self, describing: Describing) -> None:
        book_id = describing.add(BOOK)
        describing.engine.execute("DELETE FROM queue_items WHERE audiobook_id = :id", id=book_id)
        with ThreadPoolExecutor(1) as threads, describing.engine.database.unit_of_work() as other:
            # Another adder has inserted the item, and not yet committed: ours must wait for it, then read it.
            other_id = other.session.execute(
                text(
                    "INSERT INTO queue_items (audiobook_id, politeness_key, priority, is_ready, stage) "
                    "VALUES (:id, :key, 7, false, 'metadata') RETURNING id"
                ),
                {"id": book_id, "key": KEY},
            ).scalar_one()
            described = threads.submit(describing.describe, book_id)
            wait_until(
                lambda: describing.engine.value(
                    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
                    "AND datname = current_database() AND query LIKE '%INSERT INTO queue_items%'"
                ),
                5,
                "the insertion waits for the other's",
            )
        described.result(timeout=10)

        item = describing.item(book_id)
        assert (item.id, item.priority, item.status, item.is_ready) == (other_id, 7, "queued", True)


class TestWhatIsNotDownloaded:
    def test_a_paused_item_stays_paused_and_resumes_without_a_second_description(self, describing: Describing) -> None:
        book_id = describing.add(BOOK)
        describing.set_item(book_id, "status = 'paused'")

        describing.describe(book_id)

        item = describing.item(book_id)
        assert (item.status, item.is_ready) == ("paused", True)
        assert describing.admitted_downloads() == []

    def test_a_running_item_is_left_to_its_worker(self, describing: Describing) -> None:
        book_id = describing.add(BOOK)
        describing.set_item(
            book_id,
            "is_ready = true, status = 'processing', stage = 'downloading', admitted_at = now(), "
            "lease_token = gen_random_uuid(), lease_until = now() + interval '1 minute'",
        )
        before = describing.item(book_id)

        describing.describe(book_id)

        after = describing.item(book_id)
        assert (after.status, after.stage, after.lease_token) == ("processing", "downloading", before.lease_token)
        assert describing.admitted_downloads() == []

    def test_a_failed_item_waits_for_a_person(self, describing: Describing) -> None:
        book_id = describing.add(BOOK)
        describing.set_item(book_id, "is_ready = true, status = 'failed', error = 'The site said no.'")

        describing.describe(book_id)

        item = describing.item(book_id)
        assert (item.status, item.error) == ("failed", "The site said no.")
        assert describing.admitted_downloads() == []

    def test_a_completed_item_stays_complete(self, describing: Describing) -> None:
        book_id = describing.add(BOOK)
        describing.set_item(book_id, "is_ready = true, status = 'completed', stage = 'done'")

        describing.describe(book_id)

        item = describing.item(book_id)
        assert (item.status, item.stage) == ("completed", "done")
        assert describing.admitted_downloads() == []

    def test_a_book_whose_file_is_in_the_library_is_complete_at_once(
        self, describing: Describing, tmp_path: Path
    ) -> None:
        book_id = describing.add(BOOK)
        staged = tmp_path / "staged"
        staged.mkdir()
        for number in (1, 2):
            (staged / f"0{number} - Partie.mp3").write_bytes(b"sound" * 100)
        folder = describing.library.place(staged, describing.details(), OwnerId(f"{KEY}:{BOOK.id}"))

        describing.describe(book_id)

        item = describing.item(book_id)
        assert (item.status, item.stage) == ("completed", "done")
        (path,) = describing.engine.rows("SELECT library_path FROM audiobooks WHERE id = :id", id=book_id)[0]
        assert PurePosixPath(path) == folder
        assert describing.admitted_downloads() == []

    def test_a_book_that_is_gone_fails_with_the_reason(self, describing: Describing) -> None:
        book_id = describing.add(GONE)
        stage = describing.engine.at(METADATA)
        stage.worker(threads=1)
        assert stage.admit() == [book_id]
        claimed = stage.start(book_id)

        with pytest.raises(NotFound) as raised:
            describing.service.describe(Run(claimed, beat_sent_at=boot_clock()))
        assert stage.finish(claimed, Failed(raised.value.sentence))

        item = describing.item(book_id)
        assert (item.status, item.error) == ("failed", str(raised.value))
        assert describing.admitted_downloads() == []


def test_the_description_has_everything_that_the_site_tells(describing: Describing) -> None:
    book_id = describing.add(BOOK)

    describing.describe(book_id)

    (row,) = describing.engine.rows("SELECT * FROM audiobooks WHERE id = :id", id=book_id)
    assert (row.title, tuple(row.authors), tuple(row.narrators)) == (BOOK.title, BOOK.authors, BOOK.narrators)
    assert row.cover_url is not None
    parts = describing.engine.rows("SELECT * FROM book_parts WHERE audiobook_id = :id ORDER BY index", id=book_id)
    assert [part.external_id for part in parts] == [part.media_id for part in BOOK.parts]
    assert [timedelta(seconds=part.duration_seconds) for part in parts] == [
        timedelta(seconds=part.seconds) for part in BOOK.parts
    ]


def test_a_message_that_comes_late_describes_nothing_again(describing: Describing) -> None:
    book_id = describing.add(BOOK)
    describing.describe(book_id)
    stage = describing.engine.at(METADATA)
    assert stage.row(book_id).status == "completed"

    assert stage.claim(book_id) is None

    assert len(describing.items(book_id)) == 1


class TestRetried:
    def test_a_failed_download_is_described_again_before_it_is_fetched(self, describing: Describing) -> None:
        book_id = describing.add(BOOK)
        describing.describe(book_id)
        describing.set_item(book_id, "status = 'failed', error = 'The site answered 404.'")
        describing.engine.execute("UPDATE book_parts SET external_id = 'moved' WHERE audiobook_id = :id", id=book_id)

        describing.engine.order(control.retry, [describing.item(book_id).id])
        assert describing.admitted_downloads() == []
        describing.describe(book_id)

        item = describing.item(book_id)
        assert (item.status, item.is_ready, item.stage) == ("queued", True, "waiting")
        assert describing.engine.rows("SELECT 1 FROM book_parts WHERE external_id = 'moved'") == []
        assert describing.admitted_downloads() == [item.id]

    def test_what_its_site_does_not_tell_any_more_is_fetched_as_it_was_described(self, describing: Describing) -> None:
        book_id = describing.add(BOOK)
        describing.describe(book_id)
        described = describing.engine.rows("SELECT * FROM book_parts ORDER BY index")
        describing.set_item(book_id, "status = 'failed', error = 'The disk broke.'")
        describing.origin.offer(Catalogue(books=(replace(BOOK, is_gone=True),)))

        describing.engine.order(control.retry, [describing.item(book_id).id])
        describing.describe(book_id)

        assert describing.item(book_id).is_ready
        assert describing.engine.rows("SELECT * FROM book_parts ORDER BY index") == described

    def test_a_site_that_refuses_everything_is_not_taken_for_one_that_works(
        self, describing: Describing, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        book_id = describing.add(BOOK)
        describing.describe(book_id)
        describing.set_item(book_id, "status = 'failed', error = 'The site answered 403.'")
        describing.engine.order(control.retry, [describing.item(book_id).id])
        stage = describing.engine.at(METADATA)
        stage.execute("UPDATE extractions SET status = 'processing', admitted_at = now(), sent_at = now()")
        claimed = stage.start(book_id)

        def refuse(*_: object) -> BookDetails:
            raise Blocked(legacy("The site answered 403."))

        monkeypatch.setattr(describing.registry.by_name(KEY), "describe", refuse)
        with pytest.raises(Blocked):
            describing.service.describe(Run(claimed, beat_sent_at=boot_clock()))
