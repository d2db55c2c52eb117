-- name: record_filed
-- Writes where a book was filed, in the transaction that completes its queue item; what was noted of one that had been
-- filed before stays.
-- returns: mended
WITH files AS (
    SELECT * FROM jsonb_to_recordset(CAST(:files AS jsonb)) AS file (
        index int, name text, size bigint, sha256 text, duration_seconds float8, chapters jsonb,
        sound_sha256 text
    )
), gone AS (
    DELETE FROM book_files AS old
    WHERE audiobook_id = :id AND NOT EXISTS (SELECT FROM files WHERE files.index = old.index)
), mended AS (
    DELETE FROM file_faults WHERE audiobook_id = :id RETURNING name
), known AS (
    INSERT INTO book_files AS known (audiobook_id, index, name, size, sha256, duration_seconds, chapters, sound_sha256)
    SELECT :id, index, name, size, sha256, duration_seconds, nullif(chapters, 'null'), sound_sha256 FROM files
    ON CONFLICT (audiobook_id, index) DO UPDATE
    SET name = excluded.name, size = excluded.size, sha256 = excluded.sha256,
        duration_seconds = excluded.duration_seconds, chapters = coalesce(excluded.chapters, known.chapters),
        -- New tags do not change it; in another file is another sound.
        sound_sha256 = coalesce(
            excluded.sound_sha256, CASE WHEN excluded.name = known.name THEN known.sound_sha256 END
        )
), filed AS (
    UPDATE queue_items
    SET stage = 'done', is_refetch = false, is_overlong = false, bytes_total = progress,
        parts_done = coalesce(parts_total, parts_done)
    WHERE audiobook_id = :id
), recorded AS (
    -- With the book: were it only looked for now and then, a disk that goes right after the first book, and before the
    -- next start, would leave its bare place as a new library.
    {record_library}
)
UPDATE audiobooks
SET library_path = :path, filed_at = coalesce(filed_at, now()), file_size = :size, files_revision = :revision,
    updated_at = now(),
    note = CASE WHEN CAST(:is_known AS boolean) THEN note
                ELSE nullif(concat_ws(' ', source_note, CAST(:note AS text)), '') END,
    -- As ohdio_core.sentences writes them: both together, or the one that there is.
    note_message = CASE
        WHEN CAST(:is_known AS boolean) THEN note_message
        WHEN source_note IS NULL THEN CAST(:note_message AS jsonb)
        WHEN CAST(:note AS text) IS NULL THEN source_note_message
        ELSE jsonb_build_object('id', 'together', 'values', jsonb_build_object(
            'first', coalesce(source_note_message, jsonb_build_object(
                'id', 'legacy', 'values', jsonb_build_object('text', source_note)
            )),
            'second', CAST(:note_message AS jsonb)
        ))
    END
WHERE id = :id RETURNING (SELECT count(*) FROM mended) AS mended
