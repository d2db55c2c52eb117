"""Describing books: who wrote them, who reads them, which parts they have; then they are due for download."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

import structlog

from ohdio_core.collection.books import StoredBook, load_book_to_describe, load_books_to_describe
from ohdio_core.db.session import Database, UnitOfWork
from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.domain.owner import OwnerId
from ohdio_core.errors import PermanentError
from ohdio_core.sentences import sentence
from ohdio_core.sources.http import Abort, HttpClientFactory
from ohdio_core.sources.registry import SourceRegistry
from ohdio_core.work.batch import BatchResult
from ohdio_core.work.outcome import Done
from ohdio_core.work.run import Run
from ohdio_metadata.record import complete, record
from ohdio_metadata.skip import skip_unwanted

log = structlog.get_logger(__name__)

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
        """Read the description, unless the listing told it, and write it down.

        Raises:
            PermanentError: The book does not exist, or may not be played.
            TransientError: The site failed.
        """
        with self.database.statement() as work:
            wanted = load_book_to_describe(work, run.claim.id)
        book, site_key = wanted.book, run.claim.site_key
        run.add_facts(title=book.details.title, link=book.ref.url)
        details = book.ref.complete_details or self._ask(run, book)
        if not details.parts:
            raise PermanentError(
                sentence("book.no_audio", "The site names no audio for this book, so there is nothing to download.")
            )
        run.add_facts(title=details.title, parts=len(details.parts))
        filed = self._filed(book, details)

        def write(work: UnitOfWork) -> None:
            # A book that is in the library already is kept, whatever filters say.
            if wanted.is_judged and filed is None and skip_unwanted(work, book, details):
                return
            if filed is not None:
                complete(work, book.id, site_key, filed)
            record(work, {book.id: (site_key, details)})

        return Done(write, has_asked_site=book.ref.complete_details is None)

    def describe_listed(self, runs: Sequence[Run]) -> BatchResult:
        """Write down what listings told; leaves out what is judged by filters, or is in the library already."""
        by_id = {run.claim.id: run for run in runs}
        keys = {run.claim.id: run.claim.site_key for run in runs}
        with self.database.statement() as work:
            wanted = load_books_to_describe(work, keys)
        described: dict[int, tuple[str, BookDetails]] = {}
        for each in wanted:
            told = None if each.is_judged else each.book.ref.complete_details
            if told is not None and self._filed(each.book, told) is None:
                described[each.book.id] = (keys[each.book.id], told)
                by_id[each.book.id].add_facts(title=told.title, link=each.book.ref.url, parts=len(told.parts))

        def write(work: UnitOfWork, ids: Collection[int]) -> None:
            record(work, {book_id: described[book_id] for book_id in ids})

        return BatchResult(described, write)

    def _filed(self, book: StoredBook, details: BookDetails) -> PurePosixPath | None:
        """Return where a book is in the library already, by what was just read of it."""
        return self.find_filed(replace(details, episode_of=book.details.episode_of), book.owner_id)

    def _ask(self, run: Run, book: StoredBook) -> BookDetails:
        source = self.registry.by_name(book.ref.source)
        abort = Abort()
        try:
            with run.guard(abort.trigger):
                return source.describe(book.ref, self.http.site(run.claim.site_key, abort))
        except PermanentError as error:
            # An item that its feed does not list any more may still be fetched from where it was. A site that refuses
            # everything is told of as ever.
            if not book.details.parts or error.is_of_site:
                raise
            log.info("described as before", link=book.ref.url, reason=str(error))
            return book.details
