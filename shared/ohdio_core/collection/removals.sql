-- name: keep
-- Keeps the rows of items that are about to be removed, as they are to be when they come back: nothing runs of them.
INSERT INTO removed_items (audiobook_id, item_id, removal, item)
SELECT audiobook_id, id, :removal,
       jsonb_strip_nulls(to_jsonb(item) - CAST(
           '{lease_token,lease_until,worker_id,stop_requested,admitted_at,sent_at,bytes_per_second}' AS text[]
       )) || CASE WHEN item.status = 'processing' THEN jsonb_build_object('status', 'queued', 'stage', 'waiting') ELSE '{}' END
FROM queue_items AS item WHERE id = ANY(:ids) AND deleted_at IS NULL
ORDER BY audiobook_id
ON CONFLICT (audiobook_id) DO UPDATE
SET item_id = excluded.item_id, removal = excluded.removal, item = excluded.item, removed_at = now()

-- name: find
-- Finds items that a removal took.
-- returns: item_id
SELECT item_id FROM removed_items WHERE removal = :removal AND item_id > :beyond ORDER BY item_id LIMIT :most

-- name: find_books
-- Finds the books of items that were removed.
-- returns: item_id, audiobook_id
SELECT item_id, audiobook_id FROM removed_items WHERE item_id = ANY(:ids) ORDER BY audiobook_id

-- name: undelete
-- Takes back the removal of items whose workers have not stopped yet.
-- returns: id
WITH buried AS (
    SELECT id FROM queue_items WHERE id = ANY(:ids) AND deleted_at IS NOT NULL ORDER BY id FOR UPDATE
)
UPDATE queue_items SET deleted_at = NULL, stop_requested = NULL, updated_at = now()
FROM buried WHERE queue_items.id = buried.id RETURNING queue_items.id

-- name: put_back
-- Puts rows back that are gone, with their ids. A book that was added again meanwhile has another row.
-- returns: id, status
INSERT INTO queue_items
SELECT row.* FROM removed_items AS removed
CROSS JOIN LATERAL jsonb_populate_record(
    NULL::queue_items, removed.item || jsonb_build_object('updated_at', now())
) AS row
WHERE removed.item_id = ANY(:ids)
ORDER BY row.audiobook_id
ON CONFLICT DO NOTHING
RETURNING id, status

-- name: keep_describing
-- Goes on with descriptions that were to be stopped, as nobody wanted them any more.
UPDATE extractions SET stop_requested = NULL WHERE id = ANY(:books) AND stop_requested = 'cancel'

-- name: drop
-- Forgets removals that were undone.
DELETE FROM removed_items WHERE item_id = ANY(:ids)

-- name: forget
-- Forgets some of what was removed long ago: no transaction is to be a long one.
DELETE FROM removed_items WHERE audiobook_id IN (
    SELECT audiobook_id FROM removed_items WHERE removed_at < clock_timestamp() - CAST(:kept AS interval)
    ORDER BY removed_at LIMIT :most FOR UPDATE SKIP LOCKED
)
