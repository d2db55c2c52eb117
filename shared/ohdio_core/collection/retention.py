"""What follows keep of the books that they have added: the rest goes to the trash, from where a person may put it back.

A follow remembers what it has met, so that nothing of it is fetched again. A book that comes back is no longer counted
as one that the follow has added, and is left alone from then on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID, uuid4

import structlog
from sqlalchemy import Row

from ohdio_core.collection import removals
from ohdio_core.collection.acts import count_one_more, note_of_follow
from ohdio_core.collection.latest_filed import look_for_latest
from ohdio_core.collection.locking import lock_books, unless_locked
from ohdio_core.collection.trash import is_in_trash, keep_record
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import Database, UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.domain.act import Act
from ohdio_core.domain.audiobook import BookRef
from ohdio_core.domain.listening import ENDING
from ohdio_core.domain.owner import OwnerId
from ohdio_core.errors import OhdioError
from ohdio_core.library import Library
from ohdio_core.sentences import Sentence, sentence
from ohdio_core.sources.owners import owner_of
from ohdio_core.work.stages import BOOKS, FOLLOWING

log = structlog.get_logger(__name__)

_SQL = NamedSql(__name__)
_FIND_OUTLIVED = _SQL.statement("find_outlived", nth=_SQL.text("place"), chosen="true")
# One of these as it is now, in the place that it had: to count again would read the whole follow for each.
_FIND_AGAIN = _SQL.statement(
    "find_outlived", nth="CAST(:nth AS bigint)", chosen="follow.id = :follow AND book.id = :book"
)
_FIND_ITEMS = sql("SELECT id FROM queue_items WHERE audiobook_id = :id")
_DELETE = sql("DELETE FROM audiobooks WHERE id = :id")
_SPARE = sql("UPDATE followed_books SET is_spared = true WHERE audiobook_id = ANY(:ids) AND NOT is_spared")
_MOST = 20  # books at a time


def spare(work: UnitOfWork, audiobook_ids: Collection[int]) -> None:
    """Leave these books alone from now on, whatever follows keep: somebody asked for them by their own links."""
    work.execute(_SPARE, {"ids": sorted(audiobook_ids)})


class Retention:
    """Moves to the trash what follows no longer keep, a few books at a time."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._passed: set[int] = set()  #: books that could not be moved; tried again once all others are done
        self._notes: dict[tuple[int, str], int] = {}  #: in the history, by follows

    def take_away(self, database: Database, check: Callable[[], None] = lambda: None) -> bool:
        """Move some of what has outlived its follows to the trash; nothing where the library may not be there.

        Each book has a transaction of its own, which keeps others from that one alone.

        Args:
            check: Called before each; what it raises ends it.

        Returns:
            Whether there may be more.
        """
        is_more = False
        try:
            is_more = self._take_some(database, check)
        finally:
            if not is_more:
                self._notes.clear()
        return is_more

    def _take_some(self, database: Database, check: Callable[[], None]) -> bool:
        with database.statement() as work:
            found = self._find(work)
        if not found:
            self._passed.clear()
            return False
        with database.reading() as session:
            latest = look_for_latest(session, self.library)
        if latest.is_library_doubtful:
            log.warning("follows keep all: many books are missing", missing=latest.missing, filed=latest.filed)
            return False
        order = uuid4()
        for row in found:
            check()
            with unless_locked(), database.unit_of_work() as work:
                lock_books(work, [row.id])
                # As it is now that nobody else can change it.
                for now in self._find_again(work, row):
                    if self._is_taken(work, now, order):
                        self._note(work, now)
        return len(found) == _MOST

    def _note(self, work: UnitOfWork, row: Row[Any]) -> None:
        """Write what a follow lets go of into the history: one entry for all that goes one after the other."""
        follow = (row.follow_id, row.follow)
        noted = self._notes.get(follow)
        # The transaction that wrote the entry may have been rolled back.
        if noted is None or not count_one_more(work, noted):
            self._notes[follow] = note_of_follow(work, Act.FOLLOW_CLEARED, row.follow)
        work.changed(FOLLOWING.topic, row.follow_id)
        log.info("moved to the trash what a follow no longer keeps", follow=row.follow, book=row.id)

    def _find(self, work: UnitOfWork) -> Sequence[Row[Any]]:
        """Return books that are to go."""
        return work.execute(_FIND_OUTLIVED, self._but_for_passed()).all()

    def _find_again(self, work: UnitOfWork, row: Row[Any]) -> Sequence[Row[Any]]:
        """Return a book that was found if it is still to go."""
        named = {"follow": row.follow_id, "book": row.id, "nth": row.nth}
        return work.execute(_FIND_AGAIN, self._but_for_passed() | named).all()

    def _but_for_passed(self) -> dict[str, object]:
        return {"passed": sorted(self._passed), "ending": ENDING, "most": _MOST}

    def _is_taken(self, work: UnitOfWork, row: Row[Any], order: UUID) -> bool:
        """Move a book to the trash; return False where it cannot be, as when its folder is not where it was filed."""
        owner_id = owner_of(BookRef(row.source, row.url, row.external_id))
        try:
            with work.seeing_to_files():
                if self.library.is_there(row.library_path, owner_id):
                    is_moved = self.library.delete(PurePosixPath(row.library_path), owner_id)
                else:
                    is_moved = self._has_been_moved(work, row, owner_id)
            if is_moved:
                removals.remove(work, work.execute(_FIND_ITEMS, {"id": row.id}).scalars().all(), order)
                keep_record(work, row.id, order, _reason(row))
                work.execute(_DELETE, {"id": row.id})
                work.changed(BOOKS, row.id)
                return True
        except OhdioError as error:
            log.info("a book that its follow no longer keeps stays for now", book=row.id, reason=str(error))
        self._passed.add(row.id)
        return False

    def _has_been_moved(self, work: UnitOfWork, row: Row[Any], owner_id: OwnerId) -> bool:
        """Return whether a process has died that had moved a book to the trash, and not said so yet."""
        return self.library.locate(row.library_path, owner_id) is None and is_in_trash(work, self.library, owner_id)


def _reason(row: Row[Any]) -> Sentence:
    if row.is_beyond:
        count = row.keep_newest
        return sentence("trash.beyond_newest", "{follow} keeps the newest {count}.", follow=row.follow, count=count)
    days = row.keep_for.days
    return sentence("trash.beyond_days", "{follow} keeps each for {days} days.", follow=row.follow, days=days)
