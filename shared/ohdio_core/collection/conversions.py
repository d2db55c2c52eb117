"""Conversions of books in the library: orders beside the queue, as the book is complete all the while.

They are carried out by whoever takes them (``ohdio_downloader.converter``), one at a time in each downloader, beside
the downloads and outside their limit.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from ohdio_core.collection.books import StoredBook
from ohdio_core.collection.lease_lost import LeaseLost
from ohdio_core.collection.locking import lock_books
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import UnitOfWork
from ohdio_core.db.topics import register
from ohdio_core.domain.book_form import BookForm
from ohdio_core.domain.failure_cause import ConversionRemedy, conversion_remedy
from ohdio_core.sentences import Sentence, json_of, text_of
from ohdio_core.work.stages import BOOKS

#: One is ordered, goes on, waits or has ended.
CONVERSIONS = register("conversion")
#: How far it is.
CONVERSION_PROGRESS = register("conversion_progress")

_LEASE = timedelta(seconds=30)
#: What keeps one from going on, a full disk for instance, is looked at again so often.
_WAIT = timedelta(seconds=60)

_SQL = NamedSql(__name__)
_ORDER = _SQL.statement("order")
_CONVERT_FILED = _SQL.statement("convert_filed")
_SET_PAUSED = _SQL.statement("set_paused")
_CANCEL = _SQL.statement("cancel")
_SOME_FAILED = _SQL.text("some_failed")
_SETTLE_FAILED = {
    ConversionRemedy.RETRY: _SQL.statement("retry_failed", some_failed=_SOME_FAILED),
    ConversionRemedy.KEEP: _SQL.statement("put_away_failed", some_failed=_SOME_FAILED),
    ConversionRemedy.DISMISS: _SQL.statement("put_away_failed", some_failed=_SOME_FAILED),
}
_TAKE = _SQL.statement("take")
_RENEW = _SQL.statement("renew")
_RELEASE = _SQL.statement("release")
_WAIT_FOR = _SQL.statement("wait_for")
_FAIL = _SQL.statement("fail")
_TELL = _SQL.statement("tell")
_HOLD = _SQL.statement("hold")
_COMPLETE = _SQL.statement("complete")
_FIND_ORDERED = _SQL.statement("find_ordered")
_NOTE_SPEED = _SQL.statement("note_speed")
_IS_SPEED_WANTED = _SQL.statement("is_speed_wanted")
_READ_SPEED = _SQL.statement("read_speed")
_ASK_FOR_SPEED = _SQL.statement("ask_for_speed")


def order(work: UnitOfWork, audiobook_id: int, form: BookForm) -> bool:
    """Order that a book becomes another form, in place of an earlier order; return False where it is not filed."""
    lock_books(work, [audiobook_id])
    is_filed = work.execute(_ORDER, {"id": audiobook_id, "form": form.value}).scalar() is not None
    announce(work, audiobook_id)
    return is_filed


def convert_filed(work: UnitOfWork, audiobook_id: int, form: BookForm) -> None:
    """Order the same of a book in the transaction that files it."""
    work.execute(_CONVERT_FILED, {"id": audiobook_id, "form": form.value})
    announce(work, audiobook_id)


def announce(work: UnitOfWork, audiobook_id: int) -> None:
    """Announce that the conversion of a book has changed, which its page shows, too."""
    work.changed(CONVERSIONS, audiobook_id)
    work.changed(BOOKS, audiobook_id)


def set_paused(work: UnitOfWork, audiobook_id: int, *, is_paused: bool) -> bool:
    """Pause a conversion, or let it go on, also one that has failed; return False where there is none."""
    found = work.execute(_SET_PAUSED, {"id": audiobook_id, "is_paused": is_paused}).scalar()
    announce(work, audiobook_id)
    return found is not None


def cancel(work: UnitOfWork, audiobook_id: int) -> bool:
    """Cancel a conversion; whoever is at it notices within seconds. Return False where there is none."""
    found = work.execute(_CANCEL, {"id": audiobook_id}).scalar()
    announce(work, audiobook_id)
    return found is not None


def settle_failed(work: UnitOfWork, remedy: ConversionRemedy, *, beyond: int, most: int) -> Sequence[int]:
    """Do what helps with some that failed, the first beyond a book; return their books, in order."""
    named = {"remedy": remedy.value, "beyond": beyond, "most": most}
    books = sorted(work.execute(_SETTLE_FAILED[remedy], named).scalars())
    for book in books:
        announce(work, book)
    return books


def find_ordered(work: UnitOfWork, audiobook_ids: Collection[int]) -> set[int]:
    """Return those of these books that are still to be converted, or are once somebody lets them."""
    return set(work.execute(_FIND_ORDERED, {"ids": sorted(audiobook_ids)}).scalars())


def note_speed(work: UnitOfWork, host: str, speed: float) -> None:
    """Remember how fast a machine encodes; what was measured before counts half.

    Args:
        host: The machine.
        speed: Seconds of sound in a second.
    """
    work.execute(_NOTE_SPEED, {"host": host, "speed": speed})


def is_speed_wanted(work: UnitOfWork, host: str) -> bool:
    """Return whether somebody has asked how fast machines encode, and nobody knows that of this one."""
    return bool(work.execute(_IS_SPEED_WANTED, {"host": host}).scalar())


def read_speed(work: UnitOfWork) -> float | None:
    """Return how fast the slowest machine encodes; None, and ask for it, where nobody knows that yet."""
    speed: float | None = work.execute(_READ_SPEED).scalar()
    if speed is None:
        work.execute(_ASK_FOR_SPEED)
    return speed


class TakenConversion:
    """A conversion that this process is at.

    Args:
        book: The id of its book.
        form: That this is to become.
        attempts: How often it was begun without headway since, with this time.
    """

    def __init__(self, book: int, form: BookForm, attempts: int, holder: UUID) -> None:
        self.book = book
        self.form = form
        self.attempts = attempts
        self._named = {"id": book, "holder": holder, "form": form.value}
        self._far: dict[str, Any] = {"done": 0.0, "total": None, "has_moved": False}
        self._lease = _LEASE
        self._told = 0.0  #: how far it was when that was announced

    @classmethod
    def take(cls, work: UnitOfWork, holder: UUID) -> TakenConversion | None:
        """Take the conversion that was ordered first of those that nobody is at; None without one."""
        row = work.execute(_TAKE, {"holder": holder, "lease": _LEASE}).one_or_none()
        if row is None:
            return None
        announce(work, row.audiobook_id)
        return cls(row.audiobook_id, BookForm(row.form), row.attempts, holder)

    def report(self, done: float, total: float, *, has_moved: bool) -> None:
        """Set how far it is, in seconds of sound; the next renewal writes it.

        Args:
            has_moved: Some of it is done that outlives this process.
        """
        self._far = {"done": done, "total": total, "has_moved": has_moved or self._far["has_moved"]}

    def renew(self, work: UnitOfWork, lease: timedelta | None = None) -> None:
        """Go on being at it.

        Args:
            lease: For how long from now on, and from each later renewal, nobody else takes it, though this process
                says nothing more.

        Raises:
            LeaseLost: It is not ours any more, or is paused or cancelled.
        """
        self._lease = lease or self._lease
        _require(work.execute(_RENEW, {**self._named, **self._far, "lease": self._lease}).scalar())
        if self._far["done"] != self._told:
            self._told = self._far["done"]
            work.changed(CONVERSION_PROGRESS)

    def release(self, work: UnitOfWork) -> None:
        """Leave it for whoever takes it next, as this process is ending."""
        work.execute(_RELEASE, self._named)
        announce(work, self.book)

    def wait(self, work: UnitOfWork, reason: Sentence) -> None:
        """Leave it for a while, as something keeps it from going on."""
        said = {"reason": text_of(reason), "message": json_of(reason), "wait": _WAIT}
        work.execute(_WAIT_FOR, {**self._named, **said})
        announce(work, self.book)

    def fail(self, work: UnitOfWork, reason: Sentence) -> None:
        """End it, as it cannot be done; the book is what it was."""
        said = {"reason": text_of(reason), "message": json_of(reason)}
        remedy = {"remedy": conversion_remedy(reason.as_json()).value}
        if work.execute(_FAIL, {**self._named, **said, **remedy}).scalar() is not None:
            work.execute(_TELL, {"id": self.book, **said})
        announce(work, self.book)

    def hold(self, work: UnitOfWork, book: StoredBook) -> None:
        """Keep everybody from changing its book until the commit.

        Args:
            book: As it was when its new files were made.

        Raises:
            LeaseLost: It has changed since, or the conversion is not ours any more.
        """
        lock_books(work, [book.id])
        seen = {"revision": book.revision, "files_revision": book.files_revision, "path": book.library_path}
        _require(work.execute(_HOLD, {**self._named, **seen}).scalar())

    def complete(self, work: UnitOfWork, key: str | None) -> None:
        """End it, as it is done, before the new files are recorded.

        Args:
            key: What names the former files in the trash; None where they are not there.
        """
        _require(work.execute(_COMPLETE, {**self._named, "key": key}).scalar())
        announce(work, self.book)


def _require(found: Any) -> None:
    if found is None:
        raise LeaseLost
