"""Taking in a folder of books that a person had: what was found, what is wanted of it, and what became of it.

How far it is, is in rows, so that whichever process takes it goes on where it stopped. Folders are read, and books
filed, by whoever takes it (``ohdio_downloader.own_books``).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from ohdio_core.collection.add_books import lock_item
from ohdio_core.collection.control import resume, retry
from ohdio_core.collection.edits import write_tags
from ohdio_core.collection.lease_lost import LeaseLost
from ohdio_core.collection.unwanted import lift_unwanted
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import UnitOfWork
from ohdio_core.db.topics import register
from ohdio_core.domain.audiobook import BookRef
from ohdio_core.domain.found_book import Verdict
from ohdio_core.domain.owner import OwnerId
from ohdio_core.sentences import Sentence, json_of, sentence, stored, text_of
from ohdio_core.sources.owners import owner_of
from ohdio_core.work.stages import BOOKS

#: The source of books that nobody has fetched.
OWN = "own"
#: A folder is named, read or taken in.
IMPORTS = register("folder_import")

_LEASE = timedelta(seconds=60)
#: What keeps one from going on, a full disk for instance, is looked at again so often.
_WAIT = timedelta(seconds=60)

UNDER_WAY = sentence("import.under_way", "Another folder is being read, or taken in; end that first.")

_SQL = NamedSql(__name__)
#: That an import is what a held follow was compared with, in SQL; nothing becomes of it before that is confirmed.
_WAITS = (
    "(import.step = 'read' AND EXISTS (SELECT FROM follows WHERE follows.id = import.follow_id AND hold IS NOT NULL))"
)
_BEGIN = _SQL.statement("begin")
_FIND_SHOWN = _SQL.statement("find_shown", waits=_WAITS)
_END = _SQL.statement("end", waits=_WAITS)
_WANT = _SQL.statement("want")
_TAKE = _SQL.statement("take")
_RENEW = _SQL.statement("renew")
_BEGIN_READING = _SQL.statement("begin_reading")
_ADD_FOUND = _SQL.statement("add_found")
_REST = _SQL.statement("rest")
_WAIT_FOR = _SQL.statement("wait_for")
_FAIL = _SQL.statement("fail")
_NEXT_WANTED = _SQL.statement("next_wanted")
_NOTE_TAKEN = _SQL.statement("note_taken")
_NOTE_REFUSED = _SQL.statement("note_refused")
_KNOWN_BOOKS = _SQL.statement("known_books")
_INSERT_OWN = _SQL.statement("insert_own")


@dataclass(frozen=True, slots=True)
class KnownBook:
    """A book that may be among what was found."""

    id: int
    owner_id: OwnerId
    title: str | None
    authors: Sequence[str]
    seconds: float | None
    isbn: str | None
    asin: str | None
    parts: int
    library_path: str | None
    is_there: bool  #: complete, as far as the database knows


@dataclass(frozen=True, slots=True)
class HadBook:
    """A book that was found."""

    place: str  #: below the folder
    verdict: Verdict
    title: str | None
    authors: Sequence[str]
    seconds: float | None
    bytes: int
    files: Sequence[str]  #: sound, below the folder, in listening order
    others: Sequence[str]  #: what lies beside it
    facts: Mapping[str, Any]  #: what is known of it
    audiobook_id: int | None = None  #: the known book that it is, or may be
    reason: Sentence | None = None

    def with_reason(self, reason: Sentence | None) -> HadBook:
        """Return the same with why it is not taken, or not sure."""
        return replace(self, reason=reason)

    def as_match(self, audiobook_id: int | None, reason: Sentence | None) -> HadBook:
        """Return the same as what it was known as."""
        return replace(self, audiobook_id=audiobook_id, reason=reason)


@dataclass(frozen=True, slots=True)
class WantedBook:
    """A found book that is to be taken."""

    id: int
    found: HadBook


class TakenImport:
    """An import that this process is at.

    Args:
        row: Of the statement ``take``.
        holder: Names the process.
    """

    def __init__(self, row: Any, holder: UUID) -> None:
        self._named = {"id": row.id, "holder": holder}
        self.path: str = row.path
        self.follow_id: int | None = row.follow_id  #: the held follow that it is compared with
        self.is_moved: bool = row.is_moved
        self.is_read: bool = row.step == "filing"

    @classmethod
    def take(cls, work: UnitOfWork, holder: UUID) -> TakenImport | None:
        """Take the first import that is under way; None where there is none, or another process is at one."""
        row = work.execute(_TAKE, {"holder": holder, "lease": _LEASE}).one_or_none()
        if row is None:
            return None
        work.changed(IMPORTS)
        return cls(row, holder)

    def renew(self, work: UnitOfWork) -> None:
        """Go on being at it.

        Raises:
            LeaseLost: It is not ours any more.
        """
        self._require(work.execute(_RENEW, {**self._named, "lease": _LEASE}).scalar())

    def begin_reading(self, work: UnitOfWork) -> None:
        """Forget what an earlier process has read that did not come to its end."""
        work.execute(_BEGIN_READING, self._named)

    def add(self, work: UnitOfWork, found: Sequence[HadBook]) -> None:
        """Record what was found.

        Raises:
            LeaseLost: It is not ours any more.
        """
        self.renew(work)
        rows = [{**asdict(each), "reason": text_of(each.reason), "message": _message(each.reason)} for each in found]
        work.execute(_ADD_FOUND, {**self._named, "found": json.dumps(rows)})
        work.changed(IMPORTS)

    def rest(self, work: UnitOfWork) -> None:
        """Wait for what a person wants."""
        work.execute(_REST, self._named)
        work.changed(IMPORTS)

    def wait(self, work: UnitOfWork, reason: Sentence) -> None:
        """Leave it for a while, as something keeps it from going on."""
        said = {"error": reason.text, "message": json_of(reason), "wait": _WAIT}
        work.execute(_WAIT_FOR, {**self._named, **said})
        work.changed(IMPORTS)

    def fail(self, work: UnitOfWork, reason: Sentence) -> None:
        """End it: the folder cannot be read."""
        work.execute(_FAIL, {**self._named, "error": reason.text, "message": json_of(reason)})
        work.changed(IMPORTS)

    def next_wanted(self, work: UnitOfWork) -> WantedBook | None:
        """Return the next book that is wanted, and was neither taken nor refused; None without any."""
        row = work.execute(_NEXT_WANTED, self._named).one_or_none()
        return None if row is None else WantedBook(row.id, _found(row))

    def note_taken(self, work: UnitOfWork, wanted: WantedBook, audiobook_id: int) -> None:
        """Record that a book was taken, in the unit of work that makes it so.

        Raises:
            LeaseLost: It is not ours any more.
        """
        self.renew(work)
        work.execute(_NOTE_TAKEN, {"id": wanted.id, "book": audiobook_id})
        work.changed(IMPORTS)

    def note_refused(self, work: UnitOfWork, wanted: WantedBook, reason: Sentence) -> None:
        """Record why a book cannot be taken."""
        work.execute(_NOTE_REFUSED, {"id": wanted.id, "reason": reason.text, "message": json_of(reason)})
        work.changed(IMPORTS)

    def _require(self, found: Any) -> None:
        if found is None:
            raise LeaseLost


def begin_import(work: UnitOfWork, path: str, *, is_moved: bool, follow_id: int | None = None) -> bool:
    """Begin to read a folder; return False where another one is being read, or taken in.

    Args:
        is_moved: Its files are moved, not copied, where they are taken.
        follow_id: The held follow that it is compared with; its listing is read first.
    """
    named = {"path": path, "is_moved": is_moved, "follow": follow_id}
    work.changed(IMPORTS)
    return work.execute(_BEGIN, named).scalar() is not None


def shown_import(work: UnitOfWork) -> int | None:
    """Return the id of the last import, but for those whose follow waits to be confirmed; None without any."""
    found: int | None = work.execute(_FIND_SHOWN).scalar()
    return found


def end_import(work: UnitOfWork) -> None:
    """End the import that there is; what was taken stays."""
    work.execute(_END)
    work.changed(IMPORTS)


def want(work: UnitOfWork, import_id: int | None, ids: Collection[int] | None, verdicts: Collection[Verdict]) -> int:
    """Order found books of an import to be taken: these, or all with such verdicts; return how many.

    What is unsure is taken for the known book that it may be only where it is named by its id.
    """
    chosen = None if ids is None else sorted(ids)
    named = {"import": import_id, "ids": chosen, "verdicts": [each.value for each in verdicts]}
    work.changed(IMPORTS)
    return len(work.execute(_WANT, named).all())


def known_books(work: UnitOfWork, follow_id: int | None = None) -> list[KnownBook]:
    """Return all books that are known, to be compared with what is found; of one follow alone, if it is named."""
    return [
        KnownBook(
            row.id,
            owner_of(BookRef(row.source, row.url, row.external_id)),
            row.title,
            row.authors,
            row.seconds,
            row.isbn,
            row.asin,
            row.parts,
            row.library_path,
            row.is_there,
        )
        for row in work.execute(_KNOWN_BOOKS, {"follow": follow_id})
    ]


def insert_own(work: UnitOfWork, external_id: str, described: Mapping[str, Any]) -> int:
    """Insert a book of a person's own, with its parts; return its id, also where it was there already."""
    row = work.execute(_INSERT_OWN, {"external_id": external_id, "described": json.dumps(described)}).one()
    return int(row.id)


def make_had(work: UnitOfWork, audiobook_id: int, site_key: str) -> None:
    """Make a book due whose folder in the library is marked as its own: it is complete without a fetch."""
    item = lock_item(work, audiobook_id, site_key)
    lift_unwanted(work, [audiobook_id])
    resume(work, [item])
    retry(work, [item])
    write_tags(work, [audiobook_id])
    work.changed(BOOKS, audiobook_id)


def _found(row: Any) -> HadBook:
    return HadBook(
        row.place,
        Verdict(row.verdict),
        row.title,
        row.authors,
        row.seconds,
        row.bytes,
        row.files,
        row.others,
        row.facts,
        row.audiobook_id,
        stored(row.reason, row.message),
    )


def _message(reason: Sentence | None) -> Mapping[str, Any] | None:
    return None if reason is None else reason.as_json()
