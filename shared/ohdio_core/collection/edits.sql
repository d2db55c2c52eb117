-- name: note_edit
-- Records which columns of a book hold what a person said, unless somebody else has changed it since.
-- returns: id
UPDATE audiobooks
SET revision = revision + 1, updated_at = now(),
    edited = ARRAY(SELECT DISTINCT name FROM unnest(edited || CAST(:names AS text[])) AS name ORDER BY name)
WHERE id = :id AND revision = :revision RETURNING id

-- name: write_tags
-- Makes complete books due once more, for their tags. Their files are not fetched, as they are there.
-- returns: id
UPDATE queue_items SET {requeued}, stage = 'waiting', is_ready = true
WHERE audiobook_id = ANY(CAST(:ids AS bigint[])) AND deleted_at IS NULL
  -- A new item is that of a book that had left the queue: nobody describes it.
  AND (status = 'completed' OR (status = 'queued' AND NOT is_ready AND NOT EXISTS (
      SELECT FROM extractions WHERE extractions.id = audiobook_id AND extractions.status IN ('queued', 'processing')
  )))
RETURNING id

-- name: find_old_tags
-- Finds complete books that were edited while a run was at them, after a book.
-- returns: id
SELECT book.id FROM audiobooks AS book JOIN queue_items AS item ON item.audiobook_id = book.id
WHERE book.id > :beyond AND book.revision > book.files_revision AND library_path IS NOT NULL
  AND item.status = 'completed' AND item.deleted_at IS NULL
ORDER BY book.id LIMIT :most
