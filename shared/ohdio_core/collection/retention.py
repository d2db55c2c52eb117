"""What follows keep of the books that they have added: the rest goes to the trash, from where a person may put it back.

A follow remembers what it has met, so that nothing of it is fetched again. A book that comes back is no longer counted
as one that the follow has added, and is left alone from then on.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID, uuid4

import structlog
from sqlalchemy import Row

from ohdio_core.collection import removals
from ohdio_core.collection.acts import note_of_follow
from ohdio_core.collection.latest_filed import look_for_latest
from ohdio_core.collection.locking import lock_books
from ohdio_core.collection.trash import keep_record
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.domain.act import Act
from ohdio_core.domain.audiobook import BookRef
from ohdio_core.domain.listening import ENDING
from ohdio_core.errors import OhdioError
from ohdio_core.library import Library
from ohdio_core.sentences import Sentence, sentence
from ohdio_core.sources.owners import owner_of
from ohdio_core.work.stages import BOOKS, FOLLOWING

log = structlog.get_logger(__name__)

_FIND_OUTLIVED = NamedSql(__name__).statement("find_outlived")
_FIND_ITEMS = sql("SELECT id FROM queue_items WHERE audiobook_id = :id")
_DELETE = sql("DELETE FROM audiobooks WHERE id = :id")
_SPARE = sql("UPDATE followed_books SET is_spared = true WHERE audiobook_id = ANY(:ids) AND NOT is_spared")
_MOST = 50  # books a transaction
_MOST_SECONDS = 5.0  # of one, after which no other book is begun


def spare(work: UnitOfWork, audiobook_ids: Collection[int]) -> None:
    """Leave these books alone from now on, whatever follows keep: somebody asked for them by their own links."""
    work.execute(_SPARE, {"ids": sorted(audiobook_ids)})


class Retention:
    """Moves to the trash what follows no longer keep, a few books at a time."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._passed: set[int] = set()  #: books that could not be moved; tried again once all others are done

    def take_away(self, work: UnitOfWork) -> None:
        """Move some of what has outlived its follows to the trash; nothing where the library may not be there."""
        found = self._find(work)
        if not found:
            self._passed.clear()
            return
        latest = look_for_latest(work.session, self.library)
        if latest.is_library_doubtful:
            log.warning("follows keep all: many books are missing", missing=latest.missing, filed=latest.filed)
            return
        ids = [row.id for row in found]
        lock_books(work, ids)
        work.wait_for_files()
        taken: Counter[tuple[int, str]] = Counter()
        order, until = uuid4(), time.monotonic() + _MOST_SECONDS
        for row in self._find(work, ids):  # as they are now that nobody else can change them
            if time.monotonic() > until:
                break
            if self._is_taken(work, row, order):
                taken[row.follow_id, row.follow] += 1
        for (follow_id, title), books in taken.items():
            note_of_follow(work, Act.FOLLOW_CLEARED, title, books)
            work.changed(FOLLOWING.topic, follow_id)
            log.info("moved to the trash what a follow no longer keeps", follow=title, books=books)

    def _find(self, work: UnitOfWork, ids: Sequence[int] | None = None) -> Sequence[Row[Any]]:
        """Return books that are to go; of these only, where some are named."""
        named = {"ids": ids, "passed": sorted(self._passed), "ending": ENDING, "most": _MOST}
        return work.execute(_FIND_OUTLIVED, named).all()

    def _is_taken(self, work: UnitOfWork, row: Row[Any], order: UUID) -> bool:
        """Move a book to the trash; return False where it cannot be, as when its folder is not where it was filed."""
        owner_id = owner_of(BookRef(row.source, row.url, row.external_id))
        try:
            is_there = self.library.is_there(row.library_path, owner_id)
            if is_there and self.library.delete(PurePosixPath(row.library_path), owner_id):
                removals.remove(work, work.execute(_FIND_ITEMS, {"id": row.id}).scalars().all(), order)
                keep_record(work, row.id, order, _reason(row))
                work.execute(_DELETE, {"id": row.id})
                work.changed(BOOKS, row.id)
                return True
        except OhdioError as error:
            log.info("a book that its follow no longer keeps stays for now", book=row.id, reason=str(error))
        self._passed.add(row.id)
        return False


def _reason(row: Row[Any]) -> Sentence:
    if row.is_beyond:
        count = row.keep_newest
        return sentence("trash.beyond_newest", "{follow} keeps the newest {count}.", follow=row.follow, count=count)
    days = row.keep_for.days
    return sentence("trash.beyond_days", "{follow} keeps each for {days} days.", follow=row.follow, days=days)
