"""Storing books that were found: each once, whoever finds it and however often.

Everything here is insert-or-read-back against unique indexes, so that any number of people and scans may add the same
books at once. Rows are locked in one order for all (``collection.locking``): known books first, new ones by link, then
what became known meanwhile. They are numbered in the order in which the books were named: that is the order in which
they are shown, described and downloaded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import text

from ohdio_core.collection.details import encode_details
from ohdio_core.collection.filters import encode_filters
from ohdio_core.collection.locking import lock_descriptions, lock_known
from ohdio_core.collection.unwanted import lift_unwanted
from ohdio_core.db.session import UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.domain.audiobook import BookRef
from ohdio_core.domain.filters import Filters
from ohdio_core.domain.owner import OwnerId
from ohdio_core.domain.queue import DEFAULT_PRIORITY
from ohdio_core.sources.owners import owner_of
from ohdio_core.work.stages import DOWNLOADS, METADATA
from ohdio_core.work.transitions import REQUEUED

_rows: TypeAdapter[list[dict[str, Any]]] = TypeAdapter(list[dict[str, Any]])

#: Returns whether the folder that a book was filed in still holds it, and no other book.
IsFiled = Callable[[str, OwnerId], bool]


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


def add_books(
    work: UnitOfWork,
    books: Sequence[tuple[BookRef, str]],
    *,
    priority: int = DEFAULT_PRIORITY,
    is_filed: IsFiled,
    filters: Filters | None = None,
) -> list[AddedBook]:
    """Ensure that each book has its audiobook, its queue item and a description that is read or will be.

    None of them is unwanted any more; a scan leaves those out before.

    Args:
        books: The books, each with its site key; a book named twice counts once.
        is_filed: Asked for complete books only.
        filters: To be asked once a book is described; those of whoever else wants it count as well.

    Returns:
        One answer for each different book, in order.
    """
    unique = {ref.url: (ref, key) for ref, key in books}
    if not unique:
        return []
    ids = _locked_audiobook_ids(work, [ref for ref, _ in unique.values()])
    lift_unwanted(work, set(ids.values()))
    keys = {ids[ref.url]: key for ref, key in unique.values()}
    standings = dict.fromkeys(keys, Standing.KNOWN)
    asked = encode_filters(filters) if filters is not None and filters.judges_books else None
    _add_filters(work, sorted(keys), asked)
    undeleted = _undelete_items(work, keys, priority)
    without_item = _insert_items(work, keys, priority)
    standings.update(dict.fromkeys(undeleted | without_item, Standing.NEW))
    gone = _requeue_gone(work, keys, is_filed)
    standings.update(dict.fromkeys(gone, Standing.GONE))
    to_describe = without_item | gone
    if to_describe:
        listed = {ids[ref.url]: encode_details(ref.details) for ref, _ in unique.values() if ref.details}
        # A book whose file is gone was wanted before: no filter speaks against it. One that its listing describes
        # completely was judged when it was found.
        complete = {ids[ref.url] for ref, _ in unique.values() if ref.complete_details}
        judged: dict[int, str | None] = dict.fromkeys(without_item - complete, asked)
        _describe(work, {book: keys[book] for book in sorted(to_describe)}, listed, judged, priority)
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
        _insert_items(work, {audiobook_id: site_key}, priority)
        found = work.execute(find, {"id": audiobook_id}).scalar_one()
    return found


def _locked_audiobook_ids(work: UnitOfWork, refs: Sequence[BookRef]) -> dict[str, int]:
    """Return the audiobook of each URL, new or known; none of them can be deleted before the commit."""
    lock_known(work, refs)
    while True:
        ids = _audiobook_ids(work, refs)
        lock_descriptions(work, ids.values())
        held = work.execute(
            text("SELECT count(*) FROM audiobooks WHERE id = ANY(:ids)"), {"ids": sorted(set(ids.values()))}
        ).scalar_one()
        # Else a known one was deleted between these statements: it is a new one now.
        if len(ids) == len(refs) and held == len(set(ids.values())):
            return ids


def _audiobook_ids(work: UnitOfWork, refs: Sequence[BookRef]) -> dict[str, int]:
    """Return the audiobook of each URL; those that are new are numbered in the order of ``refs``."""
    work.execute(_INSERT_AUDIOBOOKS, {"refs": _rows.dump_json([_row(ref) for ref in refs]).decode()})
    found = work.session.execute(
        text(
            """
            SELECT wanted.url, book.id
            FROM unnest(CAST(:urls AS text[]), CAST(:sources AS text[]), CAST(:external_ids AS text[]))
                AS wanted (url, source, external_id)
            JOIN audiobooks AS book
              ON book.url = wanted.url OR (book.source = wanted.source AND book.external_id = wanted.external_id)
            -- Where each names another (revision 0009), the last one counts: that of the link itself.
            ORDER BY book.url = wanted.url
            """
        ),
        {
            "urls": [ref.url for ref in refs],
            "sources": [ref.source for ref in refs],
            "external_ids": [ref.external_id for ref in refs],
        },
    )
    return {row.url: row.id for row in found}


def _row(ref: BookRef) -> dict[str, Any]:
    return {
        "url": ref.url,
        "source": ref.source,
        "external_id": ref.external_id,
        "title": ref.title,
        "authors": ref.authors,
        "cover_url": ref.cover_url,
    }


# The inner query draws the numbers, in the order of the listing. The insertion goes by link, as everybody's does, so
# that no two adders wait for each other.
_INSERT_AUDIOBOOKS = sql(
    """
    INSERT INTO audiobooks (id, url, source, external_id, title, authors, cover_url)
    SELECT id, url, source, external_id, title, authors, cover_url
    FROM (
        SELECT nextval(pg_get_serial_sequence('audiobooks', 'id')) AS id, ref.*
        FROM ROWS FROM (jsonb_to_recordset(CAST(:refs AS jsonb)) AS (
            url text, source text, external_id text, title text, authors text[], cover_url text
        )) WITH ORDINALITY AS ref (url, source, external_id, title, authors, cover_url, place)
        ORDER BY place
        OFFSET 0
    ) AS numbered
    ORDER BY url
    ON CONFLICT DO NOTHING
    """
)


def _undelete_items(work: UnitOfWork, keys: dict[int, str], priority: int) -> set[int]:
    """Take back the deletion of items whose worker has not stopped yet; return their books.

    Before the insertion: an item that is buried at this moment is gone when this statement is done.
    """
    rows = work.session.execute(
        text(
            """
            WITH buried AS (
                SELECT id FROM queue_items WHERE audiobook_id = ANY(:books) AND deleted_at IS NOT NULL
                ORDER BY id FOR UPDATE
            )
            UPDATE queue_items SET deleted_at = NULL, stop_requested = NULL, priority = :priority, updated_at = now()
            FROM buried WHERE queue_items.id = buried.id RETURNING queue_items.id, audiobook_id
            """
        ),
        {"books": sorted(keys), "priority": priority},
    )
    undeleted: set[int] = set()
    for item_id, book_id in rows:
        undeleted.add(book_id)
        work.changed(DOWNLOADS.topic, item_id)
    return undeleted


def _insert_items(work: UnitOfWork, keys: dict[int, str], priority: int) -> set[int]:
    """Insert the queue items that are missing, numbered in the order of ``keys``; return the books that had none."""
    rows = work.execute(
        sql(
            """
            INSERT INTO queue_items (id, audiobook_id, politeness_key, priority, is_ready, stage)
            SELECT id, book, key, :priority, false, 'metadata'
            FROM (
                SELECT nextval(pg_get_serial_sequence('queue_items', 'id')) AS id, book, key
                FROM unnest(CAST(:books AS bigint[]), CAST(:keys AS text[]))
                    WITH ORDINALITY AS wanted (book, key, place)
                ORDER BY place
                OFFSET 0
            ) AS numbered
            ORDER BY book
            ON CONFLICT (audiobook_id) DO NOTHING
            RETURNING id, audiobook_id
            """
        ),
        {"books": list(keys), "keys": list(keys.values()), "priority": priority},
    )
    inserted: set[int] = set()
    for item_id, book_id in rows:
        inserted.add(book_id)
        work.changed(DOWNLOADS.topic, item_id)
    return inserted


def _requeue_gone(work: UnitOfWork, keys: dict[int, str], is_filed: IsFiled) -> set[int]:
    complete = work.session.execute(
        text(
            """
                SELECT book.id, book.library_path, book.source, book.url, book.external_id FROM queue_items AS item
                JOIN audiobooks AS book ON book.id = item.audiobook_id
                WHERE item.audiobook_id = ANY(:books) AND item.status = 'completed'
                """
        ),
        {"books": sorted(keys)},
    ).all()
    gone = sorted(
        book.id
        for book in complete
        if book.library_path is None
        or not is_filed(book.library_path, owner_of(BookRef(book.source, book.url, book.external_id)))
    )
    if not gone:
        return set()
    rows = work.session.execute(
        text(
            f"""
            UPDATE queue_items SET {REQUEUED.assignments}, is_ready = false, stage = 'metadata',
                   progress = 0, best_progress = 0, parts_done = 0
            WHERE audiobook_id = ANY(:gone) AND status = 'completed' RETURNING id, audiobook_id
            """
        ),
        {"gone": gone},
    )
    requeued: set[int] = set()
    for item_id, book_id in rows:
        requeued.add(book_id)
        work.changed(DOWNLOADS.topic, item_id)
    return requeued


def _add_filters(work: UnitOfWork, ids: list[int], asked: str | None) -> None:
    """Add these filters to those of which books must pass one; where there are none, any book passes."""
    work.execute(
        text(
            """
            UPDATE extractions SET filters = filters || CAST(:asked AS jsonb)
            WHERE id = ANY(:ids) AND filters IS NOT NULL
              AND (CAST(:asked AS jsonb) IS NULL OR NOT filters @> jsonb_build_array(CAST(:asked AS jsonb)))
            """
        ),
        {"ids": ids, "asked": asked},
    )


def _describe(
    work: UnitOfWork, keys: dict[int, str], listed: dict[int, str], judged: dict[int, str | None], priority: int
) -> None:
    """Queue descriptions of these books, also of those that were described before."""
    work.session.execute(
        text(
            f"""
            INSERT INTO extractions (id, politeness_key, priority, listed, filters)
            SELECT id, key, :priority, listed, CASE WHEN filters IS NOT NULL THEN jsonb_build_array(filters) END
            FROM unnest(
                CAST(:ids AS bigint[]), CAST(:keys AS text[]), CAST(:listed AS jsonb[]), CAST(:filters AS jsonb[])
            ) AS wanted (id, key, listed, filters)
            -- Everybody takes the turns of sites in one order.
            ORDER BY key, id
            ON CONFLICT (id) DO UPDATE
            SET {REQUEUED.assignments}, priority = excluded.priority, filters = excluded.filters,
                listed = coalesce(excluded.listed, extractions.listed)
            WHERE extractions.status IN ('completed', 'failed', 'cancelled')
            """
        ),
        {
            "ids": list(keys),
            "keys": list(keys.values()),
            "priority": priority,
            "listed": [listed.get(book) for book in keys],
            "filters": [judged.get(book) for book in keys],
        },
    )
    # One that is being cancelled, because its item was deleted a moment ago, is wanted again.
    work.session.execute(
        text("UPDATE extractions SET stop_requested = NULL WHERE id = ANY(:ids) AND stop_requested = 'cancel'"),
        {"ids": sorted(keys)},
    )
    work.wake(METADATA.name)
