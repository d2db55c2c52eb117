"""Books of which their listing told everything: described together, as if each had been described alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog

from ohdio_core.collection.add_books import add_books
from ohdio_core.collection.books import load_book_to_describe
from ohdio_core.domain.audiobook import BookDetails, BookRef, Part
from ohdio_core.domain.filters import Filters
from ohdio_core.library.folder import FolderLibrary
from ohdio_core.sources.http import ClientSettings, HttpClientFactory
from ohdio_core.sources.owners import owner_of
from ohdio_core.sources.registry import SourceRegistry
from ohdio_core.work.beat import Heartbeat
from ohdio_core.work.runner import Runner
from ohdio_core.work.stages import METADATA
from ohdio_metadata.service import MetadataService
from tests.fixtures.engine import Engine

KEY = "podcasts.example"


def details(number: int, *, parts: int = 2) -> BookDetails:
    return BookDetails(
        title=f"Récit {number}",
        authors=("Odile Marchand", "Ana Roy"),
        narrators=("Zoé Roy",),
        description="Une histoire.",
        published_year=2021,
        language="fr",
        duration=timedelta(minutes=12.5),
        parts=tuple(
            Part(n, f"{number}-{n}", f"Partie {n}", timedelta(seconds=90), f"https://{KEY}/{number}-{n}.mp3", 1_000)
            for n in range(parts)
        ),
    )


def ref(number: int, told: BookDetails | None) -> BookRef:
    return BookRef("rss", f"https://{KEY}/feed.xml#item={number}", str(number), f"Récit {number}", details=told)


class Describing:
    """The metadata service, which no site answers."""

    def __init__(self, engine: Engine, library: Path) -> None:
        self.engine = engine.at(METADATA)
        library.mkdir()
        self.library = FolderLibrary(library)
        self.clients = HttpClientFactory(ClientSettings(host_overrides={KEY: "http://127.0.0.1:9"}))
        self.service = MetadataService(engine.database, SourceRegistry(), self.clients, self.library.find)
        heartbeat = Heartbeat(engine.database, METADATA, self.engine.worker(threads=10), engine.timing)
        self.runner = Runner(
            engine.database,
            METADATA,
            heartbeat,
            engine.timing,
            self.service.describe,
            batch_work=self.service.describe_listed,
        )

    def add(self, *refs: BookRef, filters: Filters | None = None) -> list[int]:
        """Write books down, as a scan does; return their ids."""
        added = self.engine.order(
            add_books, [(each, KEY) for each in refs], are_filed=self.library.holds_each, filters=filters
        )
        return [each.audiobook_id for each in added]

    def describe_all(self) -> int:
        """Describe what is due; return how many messages that took."""
        messages = self.engine.admit()
        for message in messages:
            self.runner.handle(message)
        return len(messages)

    def written(self, book_id: int) -> BookDetails:
        with self.engine.database.statement() as work:
            return load_book_to_describe(work, book_id).book.details

    def item(self, book_id: int) -> Any:
        (item,) = self.engine.rows("SELECT * FROM queue_items WHERE audiobook_id = :id", id=book_id)
        return item

    def set_item(self, book_id: int, assignments: str) -> None:
        self.engine.execute(f"UPDATE queue_items SET {assignments} WHERE audiobook_id = :id", id=book_id)


@pytest.fixture
def describing(engine: Engine, tmp_path: Path) -> Iterator[Describing]:
    describing = Describing(engine, tmp_path / "library")
    yield describing
    describing.clients.close()


def test_are_named_in_the_log_as_those_are_whose_site_is_asked(describing: Describing) -> None:
    books = describing.add(*(ref(n, details(n, parts=n)) for n in (1, 2)))

    with structlog.testing.capture_logs() as log:
        describing.describe_all()

    told = [line for line in log if line["event"] == "description complete"]
    assert [(line["id"], line["title"], line["link"], line["parts"]) for line in told] == [
        (book, details(n).title, ref(n, None).url, n) for n, book in zip((1, 2), books, strict=True)
    ]


def test_are_written_whole_and_are_due_for_download(describing: Describing) -> None:
    books = describing.add(*(ref(n, details(n, parts=n)) for n in (1, 2, 3)))

    assert describing.describe_all() == 1

    assert [describing.written(book) for book in books] == [details(n, parts=n) for n in (1, 2, 3)]
    items = [describing.item(book) for book in books]
    assert [(item.status, item.is_ready, item.stage, item.parts_total) for item in items] == [
        ("queued", True, "waiting", n) for n in (1, 2, 3)
    ]
    assert describing.engine.rows("SELECT DISTINCT status, listed, is_complete_from_listing FROM extractions") == [
        ("completed", None, False)
    ]
    assert "downloads" in describing.engine.bus.wakes


def test_stay_paused_and_resume_without_a_second_description(describing: Describing) -> None:
    (paused, other) = describing.add(ref(1, details(1)), ref(2, details(2)))
    describing.set_item(paused, "status = 'paused'")

    describing.describe_all()

    assert [(describing.item(each).status, describing.item(each).is_ready) for each in (paused, other)] == [
        ("paused", True),
        ("queued", True),
    ]


def test_get_the_queue_item_that_is_missing(describing: Describing) -> None:
    (missing, _) = describing.add(ref(1, details(1)), ref(2, details(2)))
    describing.engine.execute("DELETE FROM queue_items WHERE audiobook_id = :id", id=missing)

    describing.describe_all()

    assert (describing.item(missing).status, describing.item(missing).is_ready) == ("queued", True)


def test_that_run_or_failed_are_described_and_left_as_they_are(describing: Describing) -> None:
    books = describing.add(*(ref(n, details(n)) for n in (1, 2, 3)))
    describing.set_item(books[0], "status = 'processing', admitted_at = now()")
    describing.set_item(books[1], "status = 'failed', error = 'It cannot be played.'")

    describing.describe_all()

    assert [describing.item(book).status for book in books] == ["processing", "failed", "queued"]
    assert [describing.written(book).title for book in books] == ["Récit 1", "Récit 2", "Récit 3"]


def test_that_are_in_the_library_already_are_complete(describing: Describing, tmp_path: Path) -> None:
    (filed, other) = describing.add(ref(1, details(1)), ref(2, details(2)))
    staged = tmp_path / "staged"
    staged.mkdir()
    (staged / "01.mp3").write_bytes(b"\0" * 1_000)
    folder = describing.library.place(staged, details(1), owner_of(ref(1, None)))

    describing.describe_all()

    assert [describing.item(each).status for each in (filed, other)] == ["completed", "queued"]
    paths = describing.engine.rows("SELECT library_path FROM audiobooks ORDER BY id")
    assert paths == [(str(folder),), (None,)]


def test_lose_the_parts_of_an_earlier_description(describing: Describing) -> None:
    (book,) = describing.add(ref(1, details(1, parts=5)))
    describing.describe_all()
    describing.set_item(book, "status = 'completed', is_ready = true")
    describing.add(ref(1, details(1, parts=2)))

    describing.describe_all()

    assert describing.written(book) == details(1, parts=2)


def test_that_were_deleted_meanwhile_disturb_no_other(describing: Describing) -> None:
    (deleted, other) = describing.add(ref(1, details(1)), ref(2, details(2)))
    messages = describing.engine.admit()
    describing.engine.execute("DELETE FROM audiobooks WHERE id = :id", id=deleted)

    describing.runner.handle(messages[0])
    describing.engine.pass_time(timedelta(seconds=6))
    for message in describing.engine.sweep():
        describing.runner.handle(message)

    assert describing.written(other) == details(2)


def test_with_something_that_cannot_be_written_fail_alone(describing: Describing) -> None:
    books = describing.add(ref(1, details(1)), ref(2, details(2)))
    describing.engine.execute(
        "UPDATE extractions SET listed = jsonb_set(listed, '{published_year}', '\"long ago\"') WHERE id = :id",
        id=books[0],
    )

    describing.describe_all()

    first, second = (describing.engine.row(book) for book in books)
    assert (first.status, second.status) == ("queued", "completed")
    assert first.wait_reason is not None


def test_do_not_open_a_site_that_was_not_asked(describing: Describing) -> None:
    describing.add(ref(1, details(1)))
    describing.engine.execute("INSERT INTO hosts (politeness_key, failures) VALUES (:key, 2)", key=KEY)

    describing.describe_all()

    assert describing.engine.value("SELECT failures FROM hosts") == 2


def test_one_that_the_listing_told_only_in_part_is_asked_for(describing: Describing) -> None:
    books = describing.add(ref(1, replace(details(1), parts=())), ref(2, details(2)))

    assert describing.describe_all() == 2

    first, second = (describing.engine.row(book) for book in books)
    assert (first.is_complete_from_listing, first.status) == (False, "failed")
    assert first.error.startswith("The site names no audio")
    assert second.status == "completed"
