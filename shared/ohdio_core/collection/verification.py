"""Verifying the library: how far it has come is a row, so that whichever process takes it goes on where it stopped.

Files are compared by whoever takes it (``ohdio_downloader.verification``); what they find is written here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from ohdio_core.collection.lease_lost import LeaseLost
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import UnitOfWork
from ohdio_core.db.topics import register
from ohdio_core.domain.audiobook import BookRef
from ohdio_core.domain.file_fault import FaultKind
from ohdio_core.domain.owner import OwnerId
from ohdio_core.sentences import Sentence, json_of, sentence, text_of
from ohdio_core.sources.owners import owner_of
from ohdio_core.work.stages import BOOKS

#: A verification is begun or ended, or goes on.
VERIFICATION = register("verification")
#: Files are found lost or damaged, or are whole again.
FAULTS = register("fault")

#: After this file all of a book are done.
_LAST = 2**31 - 1
_LEASE = timedelta(seconds=30)
#: What keeps one from going on, an unmounted disk for instance, is looked at again so often.
_WAIT = timedelta(seconds=60)

_SQL = NamedSql(__name__)
_BEGIN = _SQL.statement("begin")
_BEGIN_IF_DUE = _SQL.statement("begin_if_due")
_STOP = _SQL.statement("stop")
_TAKE = _SQL.statement("take")
_RENEW = _SQL.statement("renew")
_WAIT_FOR = _SQL.statement("wait_for")
_COMPLETE = _SQL.statement("complete")
_READ_NEXT = _SQL.statement("read_next")
_NOTE_FILE = _SQL.statement("note_file")
_NOTE_BOOK = _SQL.statement("note_book")
_NOTE_FAULT = _SQL.statement("note_fault")
_TELL = _SQL.statement("tell")
_CLEAR_FAULT = _SQL.statement("clear_fault")
_ADOPT = _SQL.statement("adopt")


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file of a book as it was filed."""

    index: int
    name: str
    size: int
    sha256: str
    sound_sha256: str | None  #: of its sound alone; None where nobody has taken it
    duration_seconds: float | None


@dataclass(frozen=True, slots=True)
class BookToVerify:
    """A book of which files are still to be looked at."""

    id: int
    owner_id: OwnerId
    folder: str  #: where it was filed
    filed_at: datetime | None
    files: Sequence[KnownFile]


def begin(work: UnitOfWork, *, words: str | None, books: Sequence[int] | None) -> bool:
    """Begin to verify books that are in the library; return False where a verification is under way.

    Args:
        words: By which they were chosen.
        books: The ids of some; None for all.
    """
    chosen = None if books is None else list(books)
    work.changed(VERIFICATION)
    return work.execute(_BEGIN, {"q": words, "books": chosen}).scalar() is not None


def begin_if_due(work: UnitOfWork, every: timedelta) -> bool:
    """Begin to verify all books where that was begun last longer ago than ``every``; return whether it was."""
    has_begun = work.execute(_BEGIN_IF_DUE, {"every": every}).scalar() is not None
    if has_begun:
        work.changed(VERIFICATION)
    return has_begun


def stop(work: UnitOfWork) -> bool:
    """Stop the verification that is under way; return False where none is."""
    work.changed(VERIFICATION)
    return work.execute(_STOP).scalar() is not None


class TakenVerification:
    """A verification that this process is at.

    Args:
        holder: Names the process.
    """

    def __init__(self, row_id: int, holder: UUID, books: Sequence[int] | None) -> None:
        self._named = {"id": row_id, "holder": holder}
        self._books = books

    @classmethod
    def take(cls, work: UnitOfWork, holder: UUID) -> TakenVerification | None:
        """Take the verification that is under way; None where there is none, or another process is at it."""
        row = work.execute(_TAKE, {"holder": holder, "lease": _LEASE}).one_or_none()
        if row is None:
            return None
        work.changed(VERIFICATION)
        return cls(row.id, holder, row.books)

    def renew(self, work: UnitOfWork) -> None:
        """Go on being at it.

        Raises:
            LeaseLost: It is not ours any more.
        """
        self._require(work.execute(_RENEW, {**self._named, "lease": _LEASE}).scalar())

    def wait(self, work: UnitOfWork, reason: Sentence) -> None:
        """Leave it for a while, as something keeps it from going on."""
        said = {"reason": text_of(reason), "message": json_of(reason), "wait": _WAIT}
        work.execute(_WAIT_FOR, {**self._named, **said})
        work.changed(VERIFICATION)

    def complete(self, work: UnitOfWork) -> None:
        """End it: all was looked at."""
        work.execute(_COMPLETE, self._named)
        work.changed(VERIFICATION)

    def next_book(self, work: UnitOfWork) -> BookToVerify | None:
        """Return the next book with the files of it that are left; None after the last one."""
        row = work.execute(_READ_NEXT, {**self._named, "books": self._books}).one_or_none()
        if row is None:
            return None
        owner_id = owner_of(BookRef(row.source, row.url, row.external_id))
        files = [KnownFile(**file) for file in row.files]
        return BookToVerify(row.id, owner_id, row.library_path, row.filed_at, files)

    def note_file(self, work: UnitOfWork, book: BookToVerify, file: KnownFile, *, size: int, is_edited: bool) -> None:
        """Record that a file was looked at, in the unit of work that records what was found.

        Raises:
            LeaseLost: It is not ours any more.
        """
        done = {"book": book.id, "index": file.index, "size": size, "edited": int(is_edited)}
        self._require(work.execute(_NOTE_FILE, {**self._named, **done}).scalar())
        work.changed(VERIFICATION)

    def note_book(self, work: UnitOfWork, book: BookToVerify) -> None:
        """Record that all files of a book were looked at.

        Raises:
            LeaseLost: It is not ours any more.
        """
        found = work.execute(_NOTE_BOOK, {**self._named, "book": book.id, "last": _LAST}).one_or_none()
        self._require(found)
        work.changed(VERIFICATION)
        if found is not None and found.forgotten:
            work.changed(FAULTS)

    def _require(self, found: Any) -> None:
        if found is None:
            raise LeaseLost


def note_fault(work: UnitOfWork, book: BookToVerify, file: KnownFile, kind: FaultKind) -> None:
    """Record what is wrong with a file, and tell those who are to be told of the first one of a book.

    Nothing is recorded where the file was filed anew meanwhile.
    """
    found = {"book": book.id, "name": file.name, "kind": kind.value, "sha256": file.sha256}
    if work.execute(_NOTE_FAULT, found).scalar():
        said = said_of(kind, file.name)
        work.execute(_TELL, {"book": book.id, "reason": said.text, "message": json_of(said)})
    work.changed(FAULTS)
    work.changed(BOOKS, book.id)


def clear_fault(work: UnitOfWork, book: BookToVerify, file: KnownFile) -> None:
    """Record that nothing is wrong with a file, or not any more."""
    if work.execute(_CLEAR_FAULT, {"book": book.id, "name": file.name}).scalar() is not None:
        work.changed(FAULTS)


def adopt(work: UnitOfWork, book: BookToVerify, file: KnownFile, now: KnownFile) -> None:
    """Take a file as it is now for what was filed, unless it was filed anew meanwhile."""
    found = {"size": now.size, "sha256": now.sha256, "sound": now.sound_sha256}
    work.execute(_ADOPT, {"book": book.id, "index": file.index, "filed": file.sha256, **found})


def said_of(kind: FaultKind, name: str) -> Sentence:
    """Return what people are told of a file with a fault."""
    match kind:
        case FaultKind.LOST:
            return sentence("fault.lost", "{file} is gone, and nothing has taken its place.", file=name)
        case FaultKind.DAMAGED:
            return sentence("fault.damaged", "{file} is damaged: its sound is not what was filed.", file=name)
        case FaultKind.UNREADABLE:
            return sentence("fault.unreadable", "{file} cannot be read: its disk gives errors.", file=name)
