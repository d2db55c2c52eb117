"""Storing books that were found: each once, whoever finds it and however often.

Everything here is insert-or-read-back against unique indexes, so that any number of people and scans may add the same
books at once. Rows are locked in one order for all (``collection.locking``): known books first, new ones by link, then
what became known meanwhile. They are numbered in the order in which the books were named: that is the order in which
they are shown, described and downloaded.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import Row, text

from ohdio_core.collection.details import encode_details
from ohdio_core.collection.filters import encode_filters
from ohdio_core.collection.locking import lock_descriptions, lock_known
from ohdio_core.collection.trash import revive
from ohdio_core.collection.unwanted import lift_unwanted
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.domain.audiobook import BookRef
from ohdio_core.domain.book_form import BookForm
from ohdio_core.domain.filters import Filters
from ohdio_core.domain.owner import OwnerId
from ohdio_core.domain.queue import DEFAULT_PRIORITY
from ohdio_core.sources.owners import owner_of
from ohdio_core.trace import new_trace
from ohdio_core.vault import keep_addresses
from ohdio_core.work.stages import DOWNLOADS, METADATA
from ohdio_core.work.transitions import REQUEUED

#: Parts of many books whose files are looked for at the same time. In a bucket the books of a part are one question to
#: its server where their folders lie close to each other.
_LOOKS_AT_ONCE = 8
_TOGETHER = 25  #: books, at least, where there are so many

_SQL = NamedSql(__name__)
_INSERT_AUDIOBOOKS = _SQL.statement("insert_audiobooks")
_FIND_AUDIOBOOKS = _SQL.statement("find_audiobooks")
_UNDELETE_ITEMS = _SQL.statement("undelete_items")
_INSERT_ITEMS = _SQL.statement("insert_items")
_SET_FORM = _SQL.statement("set_form")
_SET_SPEED_LIMIT = sql("UPDATE queue_items SET speed_limit_kb = :kilobytes WHERE audiobook_id = ANY(:ids)")
_FIND_COMPLETE = _SQL.statement("find_complete")
_REQUEUE_GONE = _SQL.statement("requeue_gone", requeued=REQUEUED.assignments)
_ADD_FILTERS = _SQL.statement("add_filters")
_QUEUE_DESCRIPTIONS = _SQL.statement("queue_descriptions", requeued=REQUEUED.assignments)

_rows: TypeAdapter[list[dict[str, Any]]] = TypeAdapter(list[dict[str, Any]])

#: Returns of each of these books whether the folder that it was filed in still holds it, and no other book.
AreFiled = Callable[[Sequence[tuple[str, OwnerId]]], Sequence[bool]]


class Standing(StrEnum):
    """The result of adding a book."""

    NEW = "new"  #: stored and queued
    KNOWN = "known"  #: was stored already
    GONE = "gone"  #: was complete, but its file is gone: queued again


@dataclass(frozen=True, slots=True)
class AddedBook:
    """One book that was asked for."""

    audiobook_id: int
    standing: Standing


class _Submitted(NamedTuple):
    """What descriptions carry of the submissions that they come from."""

    priority: int
    trace_of: Mapping[int, UUID]  #: by book


def add_books(
    work: UnitOfWork,
    books: Sequence[tuple[BookRef, str]],
    *,
    priority: int = DEFAULT_PRIORITY,
    are_filed: AreFiled,
    filters: Filters | None = None,
    form: BookForm | None = None,
    speed_limit_kb: int | None = None,
    trace_id: UUID | None = None,
    traces: Mapping[str, UUID] | None = None,
) -> list[AddedBook]:
    """Ensure that each book has its audiobook, its queue item and a description that is read or will be.

    None of them is unwanted any more; a scan leaves those out before. What the trash keeps comes back from it.

    Args:
        books: The books, each with its site key; a book named twice counts once.
        are_filed: Asked for complete books only.
        filters: To be asked once a book is described; those of whoever else wants it count as well.
        form: What they are to be filed as, unless they are filed already; None leaves that as it is.
        speed_limit_kb: How many kilobytes a second each may come with; None leaves that as it is.
        trace_id: Of the submission, carried by what is queued here; a new one, if None.
        traces: By links, where they are of several submissions, the trace of each.

    Returns:
        One answer for each different book, in order.
    """
    trace_id = trace_id or new_trace()
    by_link = traces or {}
    unique = {ref.url: (ref, key) for ref, key in books}
    if not unique:
        return []
    keep_addresses(work, *(ref for ref, _ in unique.values()))
    ids, known = _locked_audiobook_ids(work, [ref for ref, _ in unique.values()])
    lift_unwanted(work, set(ids.values()))
    keys = {ids[ref.url]: key for ref, key in unique.values()}
    trace_of = {ids[url]: by_link.get(url, trace_id) for url in unique}
    standings = dict.fromkeys(keys, Standing.KNOWN)
    asked = encode_filters(filters) if filters is not None and filters.judges_books else None
    undeleted: set[int] = set()
    if known:
        _add_filters(work, sorted(known), asked)
        undeleted = _undelete_items(work, known, priority)
    without_item = _insert_items(work, keys, priority, trace_of)
    standings.update(dict.fromkeys(undeleted | without_item, Standing.NEW))
    revived = revive(work, without_item)
    gone = _requeue_gone(work, known, are_filed, trace_of) if known else set()
    standings.update(dict.fromkeys(gone, Standing.GONE))
    if speed_limit_kb is not None:
        work.execute(_SET_SPEED_LIMIT, {"ids": sorted(keys), "kilobytes": speed_limit_kb})
    if form is not None:
        work.execute(_SET_FORM, {"ids": sorted(keys), "gone": sorted(gone), "form": form.value})
    to_describe = (without_item - revived) | gone
    if to_describe:
        listed = {ids[ref.url]: encode_details(ref.details) for ref, _ in unique.values() if ref.details}
        # A book whose file is gone was wanted before: no filter speaks against it. One that its listing describes
        # completely was judged when it was found.
        complete = {ids[ref.url] for ref, _ in unique.values() if ref.complete_details}
        judged: dict[int, str | None] = dict.fromkeys(without_item - revived - complete, asked)
        queued = {book: keys[book] for book in sorted(to_describe)}
        _describe(work, queued, listed, judged, _Submitted(priority, trace_of))
        if known:
            _keep_described(work, known & to_describe)
    seen: dict[int, AddedBook] = {}
    for ref, _ in unique.values():
        audiobook_id = ids[ref.url]
        seen.setdefault(audiobook_id, AddedBook(audiobook_id, standings[audiobook_id]))
    return list(seen.values())


def lock_item(work: UnitOfWork, audiobook_id: int, site_key: str, *, priority: int = DEFAULT_PRIORITY) -> int:
    """Lock the queue item of a book and return its id; insert one where there is none."""
    find = sql("SELECT id FROM queue_items WHERE audiobook_id = :id FOR UPDATE")
    found: int | None = work.execute(find, {"id": audiobook_id}).scalar()
    if found is None:
        _insert_items(work, {audiobook_id: site_key}, priority, {audiobook_id: new_trace()})
        found = work.execute(find, {"id": audiobook_id}).scalar_one()
    return found


def _locked_audiobook_ids(work: UnitOfWork, refs: Sequence[BookRef]) -> tuple[dict[str, int], set[int]]:
    """Return the audiobook of each URL, none of which can be deleted before the commit, and which of them were known.

    Those that this transaction inserts nobody else sees: they have nothing that would have to be looked for or locked.
    """
    lock_known(work, refs)
    inserted: dict[str, int] = {}
    while True:
        inserted |= _insert_audiobooks(work, refs)
        ids = inserted | _find_audiobooks(work, [ref for ref in refs if ref.url not in inserted])
        known = set(ids.values()) - set(inserted.values())
        if len(ids) == len(refs) and (not known or _are_locked(work, known)):
            return ids, known
        # Else a known one was deleted between these statements: it is a new one now.


def _insert_audiobooks(work: UnitOfWork, refs: Sequence[BookRef]) -> dict[str, int]:
    """Insert those that are new, numbered in the order of ``refs``; return their audiobooks by URL."""
    rows = work.execute(_INSERT_AUDIOBOOKS, {"refs": _rows.dump_json([_row(ref) for ref in refs]).decode()})
    return {row.url: row.id for row in rows}


def _find_audiobooks(work: UnitOfWork, refs: Sequence[BookRef]) -> dict[str, int]:
    """Return the audiobook of each URL, or of its id within its source."""
    if not refs:
        return {}
    found = work.execute(
        _FIND_AUDIOBOOKS,
        {
            "urls": [ref.url for ref in refs],
            "sources": [ref.source for ref in refs],
            "external_ids": [ref.external_id for ref in refs],
        },
    )
    return {row.url: row.id for row in found}


def _are_locked(work: UnitOfWork, ids: Collection[int]) -> bool:
    """Lock the descriptions of these books; return whether they are all there still."""
    lock_descriptions(work, ids)
    held = work.execute(text("SELECT count(*) FROM audiobooks WHERE id = ANY(:ids)"), {"ids": sorted(ids)})
    return bool(held.scalar_one() == len(ids))


def _row(ref: BookRef) -> dict[str, Any]:
    return {
        "url": ref.url,
        "source": ref.source,
        "external_id": ref.external_id,
        "title": ref.title,
        "authors": ref.authors,
        "cover_url": ref.cover_url,
    }


def _undelete_items(work: UnitOfWork, books: Collection[int], priority: int) -> set[int]:
    """Take back the deletion of items whose worker has not stopped yet; return their books.

    Before the insertion: an item that is deleted at this moment is gone when this statement is done.
    """
    rows = work.execute(_UNDELETE_ITEMS, {"books": sorted(books), "priority": priority})
    undeleted: set[int] = set()
    for item_id, book_id in rows:
        undeleted.add(book_id)
        work.changed(DOWNLOADS.topic, item_id)
    return undeleted


def _insert_items(work: UnitOfWork, keys: dict[int, str], priority: int, traces: Mapping[int, UUID]) -> set[int]:
    """Insert the queue items that are missing, numbered in the order of ``keys``; return the books that had none."""
    rows = work.execute(
        _INSERT_ITEMS,
        {
            "books": list(keys),
            "keys": list(keys.values()),
            "priority": priority,
            "traces": [traces[book] for book in keys],
        },
    )
    inserted: set[int] = set()
    for item_id, book_id in rows:
        inserted.add(book_id)
        work.changed(DOWNLOADS.topic, item_id)
    return inserted


def _requeue_gone(
    work: UnitOfWork, books: Collection[int], are_filed: AreFiled, traces: Mapping[int, UUID]
) -> set[int]:
    complete = work.execute(_FIND_COMPLETE, {"books": sorted(books)}).all()
    filed = sorted((book for book in complete if book.library_path is not None), key=lambda book: book.library_path)
    there: set[int] = set()
    if filed:
        with work.seeing_to_files():
            there = _find_there(filed, are_filed)
    gone = sorted(book.id for book in complete if book.id not in there)
    if not gone:
        return set()
    rows = work.execute(_REQUEUE_GONE, {"gone": gone, "traces": [traces[book] for book in gone]})
    requeued: set[int] = set()
    for item_id, book_id in rows:
        requeued.add(book_id)
        work.changed(DOWNLOADS.topic, item_id)
    return requeued


def _find_there(books: Sequence[Row[Any]], are_filed: AreFiled) -> set[int]:
    """Return those of these books, in the order of their folders, that are still where they were filed."""

    def find(part: Sequence[Row[Any]]) -> list[int]:
        owners = (owner_of(BookRef(book.source, book.url, book.external_id)) for book in part)
        asked = [(book.library_path, owner_id) for book, owner_id in zip(part, owners, strict=True)]
        return [book.id for book, is_there in zip(part, are_filed(asked), strict=True) if is_there]

    size = max(_TOGETHER, -(-len(books) // _LOOKS_AT_ONCE))
    parts = [books[start : start + size] for start in range(0, len(books), size)]
    with ThreadPoolExecutor(len(parts)) as pool:
        return {book for part in pool.map(find, parts) for book in part}


def _add_filters(work: UnitOfWork, ids: list[int], asked: str | None) -> None:
    """Add these filters to those of which books must pass one; where there are none, any book passes."""
    work.execute(_ADD_FILTERS, {"ids": ids, "asked": asked})


def _describe(
    work: UnitOfWork,
    keys: dict[int, str],
    listed: dict[int, str],
    judged: dict[int, str | None],
    submitted: _Submitted,
) -> None:
    """Queue descriptions of these books, also of those that were described before."""
    work.execute(
        _QUEUE_DESCRIPTIONS,
        {
            "ids": list(keys),
            "keys": list(keys.values()),
            "priority": submitted.priority,
            "traces": [submitted.trace_of[book] for book in keys],
            "listed": [listed.get(book) for book in keys],
            "filters": [judged.get(book) for book in keys],
        },
    )
    work.wake(METADATA.name)


def _keep_described(work: UnitOfWork, ids: Collection[int]) -> None:
    """Want descriptions again that are being cancelled, because their items were deleted a moment ago."""
    work.execute(
        text("UPDATE extractions SET stop_requested = NULL WHERE id = ANY(:ids) AND stop_requested = 'cancel'"),
        {"ids": sorted(ids)},
    )
