"""Books that a scan had found, and that its filters do not want once more is known of them."""

from __future__ import annotations

from ohdio_core.collection.books import StoredBook
from ohdio_core.collection.filters import decode_filters
from ohdio_core.db.session import UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.domain.filters import facts_of
from ohdio_core.work.stages import BOOKS, DOWNLOADS, SCRAPING


def skip_unwanted(work: UnitOfWork, book: StoredBook, details: BookDetails) -> bool:
    """Forget a book that none of those who asked for it wants; its scans count it as skipped.

    Its description is locked by the caller. A book whose download has begun, or ended, is left alone.

    Returns:
        Whether it was skipped.
    """
    asked = work.execute(sql("SELECT filters FROM extractions WHERE id = :id"), {"id": book.id}).scalar()
    # Somebody may have asked for it without filters while it was being described.
    if asked is None or any(decode_filters(each).refusal(facts_of(details)) is None for each in asked):
        return False
    item_id = work.execute(
        sql("DELETE FROM queue_items WHERE audiobook_id = :id AND status IN ('queued', 'paused') RETURNING id"),
        {"id": book.id},
    ).scalar()
    if item_id is None:
        return False
    # Only inserted: an update of the scans' own rows would wait for a scan that waits for this description.
    scans = work.execute(
        sql(
            """
            INSERT INTO skipped_books (scrape_id, url)
            SELECT scrape_id, :url FROM scrape_books WHERE audiobook_id = :id
            ON CONFLICT DO NOTHING RETURNING scrape_id
            """
        ),
        {"id": book.id, "url": book.ref.url},
    ).scalars()
    for scrape_id in scans:
        work.changed(SCRAPING.topic, scrape_id)
    work.execute(sql("UPDATE extractions SET listed = NULL, filters = NULL WHERE id = :id"), {"id": book.id})
    # One with a folder was collected before, so people know it.
    work.execute(sql("DELETE FROM audiobooks WHERE id = :id AND library_path IS NULL"), {"id": book.id})
    work.changed(DOWNLOADS.topic, item_id)
    work.changed(BOOKS, book.id)
    return True
