-- name: make_due
-- Makes the queue items of described books due, and forgets what was kept for describing them. Paused ones become ready
-- too, so that resuming is all they need; running, failed and complete ones stay.
-- returns: audiobook_id, id
WITH described AS (
    UPDATE extractions SET listed = NULL, filters = NULL WHERE id = ANY(CAST(:books AS bigint[]))
), held AS (
    SELECT id, audiobook_id FROM queue_items
    WHERE audiobook_id = ANY(CAST(:books AS bigint[])) ORDER BY id FOR UPDATE
)
UPDATE queue_items AS item
SET is_ready = true, stage = 'waiting', parts_total = book.parts, updated_at = now()
FROM held JOIN unnest(CAST(:books AS bigint[]), CAST(:parts AS integer[])) AS book (id, parts)
    ON book.id = held.audiobook_id
-- Said so that no index by status is read: nearly the whole queue may wait.
WHERE item.id = held.id AND (item.status IN ('queued', 'paused')) IS TRUE
RETURNING item.audiobook_id, item.id
