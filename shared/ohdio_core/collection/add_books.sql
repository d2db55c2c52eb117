-- name: insert_audiobooks
-- Inserts the books that are new. The inner query draws the numbers, in the order of the listing. The insertion goes by
-- link, as everybody's does, so that no two adders wait for each other.
-- returns: url, id
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
RETURNING url, id

-- name: find_audiobooks
-- Finds the audiobook of each URL, or of its id within its source.
-- returns: url, id
SELECT wanted.url, book.id
FROM unnest(CAST(:urls AS text[]), CAST(:sources AS text[]), CAST(:external_ids AS text[]))
    AS wanted (url, source, external_id)
JOIN audiobooks AS book
  ON book.url = wanted.url OR (book.source = wanted.source AND book.external_id = wanted.external_id)
-- Where each names another (revision 0009), the last one counts: that of the link itself.
ORDER BY book.url = wanted.url

-- name: undelete_items
-- Takes back the deletion of items whose worker has not stopped yet.
-- returns: id, audiobook_id
WITH deleted AS (
    SELECT id FROM queue_items WHERE audiobook_id = ANY(:books) AND deleted_at IS NOT NULL
    ORDER BY id FOR UPDATE
)
UPDATE queue_items SET deleted_at = NULL, stop_requested = NULL, priority = :priority, rank = NULL, updated_at = now()
FROM deleted WHERE queue_items.id = deleted.id RETURNING queue_items.id, audiobook_id

-- name: insert_items
-- Inserts the queue items that are missing, numbered in the order of the books, and inserted in one order for all.
-- returns: id, audiobook_id
INSERT INTO queue_items (id, audiobook_id, politeness_key, priority, is_ready, stage, trace_id)
SELECT id, book, key, :priority, false, 'metadata', trace
FROM (
    SELECT nextval(pg_get_serial_sequence('queue_items', 'id')) AS id, book, key, trace
    FROM unnest(CAST(:books AS bigint[]), CAST(:keys AS text[]), CAST(:traces AS uuid[]))
        WITH ORDINALITY AS wanted (book, key, trace, place)
    ORDER BY place
    OFFSET 0
) AS numbered
ORDER BY book
ON CONFLICT (audiobook_id) DO NOTHING
RETURNING id, audiobook_id

-- name: set_form
-- Writes what books are to be filed as, of those that are not in the library, or have to come there again.
UPDATE audiobooks SET form = :form
WHERE id = ANY(:ids) AND (library_path IS NULL OR id = ANY(:gone)) AND form IS DISTINCT FROM :form

-- name: find_complete
-- Finds the complete ones of these books, and where they were filed.
-- returns: id, library_path, source, url, external_id
SELECT book.id, book.library_path, book.source, book.url, book.external_id
FROM queue_items AS item JOIN audiobooks AS book ON book.id = item.audiobook_id
WHERE item.audiobook_id = ANY(:books) AND item.status = 'completed'

-- name: requeue_gone
-- Queues complete books again whose files are gone.
-- returns: id, audiobook_id
UPDATE queue_items SET {requeued}, is_ready = false, stage = 'metadata', trace_id = wanted.trace,
       room_waived_at = NULL, hours_waived_at = NULL, progress = 0, best_progress = 0, parts_done = 0
FROM unnest(CAST(:gone AS bigint[]), CAST(:traces AS uuid[])) AS wanted (book, trace)
WHERE audiobook_id = wanted.book AND status = 'completed' RETURNING id, audiobook_id

-- name: add_filters
-- Adds filters to those of which books must pass one; where there are none, any book passes.
UPDATE extractions SET filters = filters || CAST(:asked AS jsonb)
WHERE id = ANY(:ids) AND filters IS NOT NULL
  AND (CAST(:asked AS jsonb) IS NULL OR NOT filters @> jsonb_build_array(CAST(:asked AS jsonb)))

-- name: queue_descriptions
-- Queues descriptions of books, also of those that were described before.
INSERT INTO extractions (id, politeness_key, priority, listed, filters, trace_id)
SELECT id, key, :priority, listed, CASE WHEN filters IS NOT NULL THEN jsonb_build_array(filters) END, trace
FROM unnest(
    CAST(:ids AS bigint[]), CAST(:keys AS text[]), CAST(:listed AS jsonb[]), CAST(:filters AS jsonb[]),
    CAST(:traces AS uuid[])
) AS wanted (id, key, listed, filters, trace)
-- Everybody takes the turns of sites in one order.
ORDER BY key, id
ON CONFLICT (id) DO UPDATE
SET {requeued}, priority = excluded.priority, filters = excluded.filters, trace_id = excluded.trace_id,
    listed = coalesce(excluded.listed, extractions.listed)
WHERE extractions.status IN ('completed', 'failed', 'cancelled')
