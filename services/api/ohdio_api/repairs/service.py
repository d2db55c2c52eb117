"""Links of categories that were once stored as books: found by asking the sources again what they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from ohdio_api.submissions.recognition import Recognised
from ohdio_core.collection import control
from ohdio_core.collection.add_scan import add_scrape
from ohdio_core.collection.locking import lock_books
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import Database, UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.domain.audiobook import TargetKind
from ohdio_core.errors import PermanentError
from ohdio_core.schemas.repairs import MisplacedLink, RepairAction
from ohdio_core.schemas.sentences import SentenceView
from ohdio_core.sentences import Sentence, sentence, text_of
from ohdio_core.sources.registry import SourceRegistry
from ohdio_core.work.stages import BOOKS

_SQL = NamedSql(__name__)
_FOUND = _SQL.text("found")
_READ_BOOK = _SQL.statement("read_book", found=_FOUND)
_READ_BOOKS = _SQL.statement("read_books", found=_FOUND)

_BATCH = 2000


@dataclass(frozen=True, slots=True)
class _Misplaced:
    """A listing among the books."""

    row: Row[Any]
    listing: Recognised

    def show(self, kept_because: Sentence | None) -> MisplacedLink:
        return MisplacedLink(
            audiobook_id=self.row.id,
            url=self.row.url,
            listing_url=self.listing.target.url,
            title=self.row.title,
            action=RepairAction.SCAN if kept_because is None else RepairAction.KEEP,
            detail=text_of(kept_because),
            detail_message=SentenceView.of(kept_because),
        )


class RepairService:
    """Finds and mends."""

    def __init__(self, database: Database, registry: SourceRegistry) -> None:
        self.database = database
        self.registry = registry

    def find(self) -> list[MisplacedLink]:
        """Return what ``repair`` would do."""
        return [found.show(_reason_to_keep(found.row)) for found in self._misplaced()]

    def repair(self) -> list[MisplacedLink]:
        """Scan listings that are stored as books, and forget those books; say what became of each."""
        return [self._repair(found) for found in list(self._misplaced())]

    def _misplaced(self) -> Iterator[_Misplaced]:
        # To the others any page is a listing until it has been read, also one that they found a book on.
        sources = [source.name for source in self.registry.sources if source.knows_kind_from_link]
        last = 0
        while True:
            with self.database.reading() as session:
                rows = session.execute(_READ_BOOKS, {"last": last, "most": _BATCH, "sources": sources}).all()
            for row in rows:
                listing = self._listing(row)
                if listing is not None:
                    yield _Misplaced(row, listing)
            if len(rows) < _BATCH:
                return
            last = rows[-1].id

    def _listing(self, row: Row[Any]) -> Recognised | None:
        try:
            source, target = self.registry.identify(row.url)
        except PermanentError:
            return None
        # An address that another source has taken over since is still a book to the one that stored it.
        is_listing = target.kind is TargetKind.CATEGORY and target.source == row.source
        return Recognised(source, target) if is_listing else None

    def _repair(self, found: _Misplaced) -> MisplacedLink:
        with self.database.unit_of_work() as work:
            if (reason := _clear(work, found.row)) is None:
                add_scrape(work, found.listing.target, found.listing.site_key, priority=found.row.priority)
        return found.show(reason)


def _clear(work: UnitOfWork, row: Row[Any]) -> Sentence | None:
    """Forget a book that was none; return why it must stay, when it must."""
    lock_books(work, [row.id])
    now = work.execute(_READ_BOOK, {"id": row.id}).one_or_none()
    if now is None:
        return sentence("repair.deleted", "Somebody deleted it at this moment.")
    if (reason := _reason_to_keep(now)) is not None:
        return reason
    if now.item_id is not None:
        control.forget(work, [now.item_id])
    work.execute(sql("DELETE FROM audiobooks WHERE id = :id"), {"id": row.id})
    work.changed(BOOKS, row.id)
    return None


def _reason_to_keep(row: Row[Any]) -> Sentence | None:
    if row.library_path is not None:
        return sentence(
            "repair.has_files",
            "Files were downloaded for it; delete the book if they are not wanted, and add its link again.",
        )
    if row.is_held:
        return sentence("repair.held", "It is being worked on; try again when that has ended.")
    if row.progress:
        return sentence(
            "repair.begun", "A download of it has begun; delete the book if that is not wanted, and add its link again."
        )
    return None
