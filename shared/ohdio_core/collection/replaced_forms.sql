-- name: lock
-- Locks what is kept of the former files of a book.
-- returns: id, audiobook_id, key, files
SELECT id, audiobook_id, key, files FROM replaced_forms WHERE id = :id FOR UPDATE

-- name: is_busy
-- Finds out whether a book is being fetched, tagged or converted.
-- returns: is_busy
SELECT EXISTS (SELECT FROM queue_items WHERE audiobook_id = :id AND status <> 'completed')
    OR EXISTS (SELECT FROM conversions WHERE audiobook_id = :id AND failed_at IS NULL) AS is_busy

-- name: find_names
-- Reads what the files of a book are called.
-- returns: name
SELECT name FROM book_files WHERE audiobook_id = :id ORDER BY index

-- name: put_back
-- Records that the former files of a book are back, and those that were there in the trash.
WITH former AS (
    DELETE FROM replaced_forms WHERE id = :id RETURNING audiobook_id, files, file_size, files_revision
), files AS (
    SELECT file.* FROM former, jsonb_populate_recordset(NULL::book_files, former.files) AS file
), kept AS (
    INSERT INTO replaced_forms (audiobook_id, key, files, file_size, files_revision)
    SELECT book.id, :key, (
               SELECT coalesce(jsonb_agg(to_jsonb(file) ORDER BY index), '[]')
               FROM book_files AS file WHERE file.audiobook_id = book.id
           ), coalesce(book.file_size, 0), book.files_revision
    FROM audiobooks AS book JOIN former ON former.audiobook_id = book.id
    WHERE CAST(:key AS text) IS NOT NULL
    ON CONFLICT (key) DO NOTHING
), gone AS (
    DELETE FROM book_files AS old USING former
    WHERE old.audiobook_id = former.audiobook_id AND old.index NOT IN (SELECT index FROM files)
), mended AS (
    DELETE FROM file_faults USING former WHERE file_faults.audiobook_id = former.audiobook_id
), settled AS (
    DELETE FROM conversions USING former WHERE conversions.audiobook_id = former.audiobook_id
), filed AS (
    INSERT INTO book_files SELECT * FROM files
    ON CONFLICT (audiobook_id, index) DO UPDATE
    SET name = excluded.name, size = excluded.size, sha256 = excluded.sha256, sound_sha256 = excluded.sound_sha256,
        duration_seconds = excluded.duration_seconds, chapters = excluded.chapters
)
UPDATE audiobooks
SET library_path = :path, file_size = former.file_size, files_revision = former.files_revision, form = 'original',
    updated_at = now()
FROM former WHERE audiobooks.id = former.audiobook_id

-- name: take
-- Reads what is kept of former files.
-- returns: id, audiobook_id
SELECT id, audiobook_id FROM replaced_forms WHERE id = ANY(CAST(:ids AS bigint[]))

-- name: lock_to_drop
-- Locks what is kept of former files, but of those that are being put back.
-- returns: id, key
SELECT id, key FROM replaced_forms WHERE id = ANY(CAST(:ids AS bigint[])) ORDER BY id FOR UPDATE SKIP LOCKED

-- name: forget
-- Forgets what is kept of former files.
DELETE FROM replaced_forms WHERE id = ANY(CAST(:ids AS bigint[]))

-- name: find_old
-- Finds former files that were replaced long ago.
-- returns: id
SELECT id FROM replaced_forms WHERE trashed_at < clock_timestamp() - CAST(:kept AS interval) ORDER BY id LIMIT :most
