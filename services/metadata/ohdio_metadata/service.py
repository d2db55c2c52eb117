"""Describing a book: who wrote it, who reads it, which parts it has; then it is due for download."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath

from ohdio_core.db.books import StoredBook, load_book_to_describe, save_details
from ohdio_core.db.intake import hold_item
from ohdio_core.db.session import Database, UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.domain.owner import OwnerId
from ohdio_core.errors import PermanentError
from ohdio_core.sources.http import Abort, HttpClientFactory
from ohdio_core.sources.registry import SourceRegistry
from ohdio_core.work.outcome import Done
from ohdio_core.work.run import Run
from ohdio_core.work.stages import DOWNLOADS
from ohdio_metadata.skip import skip_unwanted

#: Where a book already is in the library, whole; None when it is not there, or cannot be seen from here.
FindFiled = Callable[[BookDetails, OwnerId], PurePosixPath | None]


class MetadataService:
    """Describes books."""

    def __init__(
        self, database: Database, registry: SourceRegistry, http: HttpClientFactory, find_filed: FindFiled
    ) -> None:
        self.database = database
        self.registry = registry
        self.http = http
        self.find_filed = find_filed

    def describe(self, run: Run) -> Done:
        """Read the description and write it down.

        Raises:
            PermanentError: The book does not exist, or may not be played.
            TransientError: The site failed.
        """
        with self.database.statement() as work:
            wanted = load_book_to_describe(work, run.claim.id)
        book, politeness_key = wanted.book, run.claim.politeness_key
        source = self.registry.by_name(book.ref.source)
        abort = Abort()
        with run.guard(abort.trigger):
            details = source.describe(book.ref, self.http.site(politeness_key, abort))
        if not details.parts:
            raise PermanentError("The site names no audio for this book, so there is nothing to download.")
        filed = self.find_filed(details, book.owner_id)

        def write(work: UnitOfWork) -> None:
            # A book that is in the library already is kept, whatever filters say.
            if wanted.is_judged and filed is None and skip_unwanted(work, book, details):
                return
            self._write(work, book, politeness_key, details, filed)

        return Done(write)

    def _write(
        self, work: UnitOfWork, book: StoredBook, politeness_key: str, details: BookDetails, filed: PurePosixPath | None
    ) -> None:
        """Write the description, and make the item due: the one that is there, or a new one."""
        # The item before the audiobook, as downloads take them, so that nobody waits for one another in a circle.
        item_id = None if filed is not None else self._make_due(work, book.id, details)
        if item_id is None:
            # It is in the library already, or missing, or a person has done something else with it.
            item_id = hold_item(work, book.id, politeness_key)
            if filed is not None:
                self._complete(work, book.id, item_id, filed)
            self._make_due(work, book.id, details)
        save_details(work, book.id, details)
        work.changed(DOWNLOADS.topic, item_id)
        work.wake(DOWNLOADS.name)

    def _make_due(self, work: UnitOfWork, audiobook_id: int, details: BookDetails) -> int | None:
        """Let the item be downloaded; return its id, or None when it does not wait for that.

        Paused ones become ready too, so that resuming is all they need; running, failed and complete ones stay.
        """
        item_id: int | None = work.execute(
            sql(
                """
                WITH described AS (UPDATE extractions SET listed = NULL, filters = NULL WHERE id = :book)
                UPDATE queue_items SET is_ready = true, stage = 'waiting', parts_total = :parts, updated_at = now()
                WHERE audiobook_id = :book AND status IN ('queued', 'paused') RETURNING id
                """,
                "id",
            ),
            {"book": audiobook_id, "parts": len(details.parts)},
        ).scalar()
        return item_id

    def _complete(self, work: UnitOfWork, audiobook_id: int, item_id: int, filed: PurePosixPath) -> None:
        """Take over a book that is in the library already."""
        done = work.execute(
            sql(
                """
                UPDATE queue_items SET status = 'completed', is_ready = true, stage = 'done', error = NULL,
                       wait_reason = NULL, finished_at = clock_timestamp(), updated_at = now()
                WHERE id = :id AND status = 'queued' AND NOT is_refetch RETURNING id
                """
            ),
            {"id": item_id},
        ).scalar()
        if done is not None:
            work.execute(
                sql("UPDATE audiobooks SET library_path = :path, updated_at = now() WHERE id = :id"),
                {"path": str(filed), "id": audiobook_id},
            )
