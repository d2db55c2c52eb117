-- name: order
-- Writes down books whose folders are to be moved, of those that are filed.
-- returns: audiobook_id
INSERT INTO renames (audiobook_id)
SELECT id FROM audiobooks WHERE id = ANY(CAST(:ids AS bigint[])) AND library_path IS NOT NULL ORDER BY id
ON CONFLICT DO NOTHING RETURNING audiobook_id

-- name: find_ordered
-- Finds books whose folders are to be moved, but for those that a run is at, and those that could not be moved just now.
-- returns: audiobook_id
SELECT audiobook_id FROM renames AS rename
WHERE audiobook_id <> ALL(CAST(:passed AS bigint[])) AND NOT EXISTS (
    SELECT FROM queue_items AS item WHERE item.audiobook_id = rename.audiobook_id AND item.status = 'processing'
)
ORDER BY audiobook_id LIMIT :most

-- name: is_free
-- Finds out whether a book, whose rows are locked, is still to be moved, and no run is at it.
-- returns: is_free
SELECT EXISTS (
    SELECT FROM renames AS rename
    WHERE audiobook_id = :id AND NOT EXISTS (
        SELECT FROM queue_items AS item WHERE item.audiobook_id = rename.audiobook_id AND item.status = 'processing'
    )
) AS is_free
