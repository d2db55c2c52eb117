-- name: find_wanted
-- Finds those of these books whose downloads are to be completed, or are as soon as a removal is undone.
-- returns: audiobook_id
SELECT audiobook_id FROM queue_items
WHERE audiobook_id = ANY(:ids) AND status <> 'completed' AND deleted_at IS NULL
UNION
SELECT audiobook_id FROM removed_items WHERE audiobook_id = ANY(:ids) AND item ->> 'status' <> 'completed'
