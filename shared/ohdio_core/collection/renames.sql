-- name: order
-- Writes down books whose folders are to be moved, of those that are filed.
-- returns: audiobook_id
INSERT INTO renames (audiobook_id)
SELECT id FROM audiobooks WHERE id = ANY(CAST(:ids AS bigint[])) AND library_path IS NOT NULL ORDER BY id
ON CONFLICT DO NOTHING RETURNING audiobook_id

-- name: find_ordered
-- Finds books whose folders are to be moved, but for those that a run is at.
-- returns: audiobook_id
SELECT audiobook_id FROM renames AS rename
WHERE NOT EXISTS (
    SELECT FROM queue_items AS item WHERE item.audiobook_id = rename.audiobook_id AND item.status = 'processing'
)
ORDER BY audiobook_id LIMIT :most

-- name: find_free
-- Finds those of these books, whose rows are locked, that are still to be moved and that no run is at.
-- returns: audiobook_id
SELECT audiobook_id FROM renames AS rename
WHERE audiobook_id = ANY(CAST(:ids AS bigint[])) AND NOT EXISTS (
    SELECT FROM queue_items AS item WHERE item.audiobook_id = rename.audiobook_id AND item.status = 'processing'
)
ORDER BY audiobook_id
