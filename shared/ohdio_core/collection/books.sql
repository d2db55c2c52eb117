-- name: stored_book
-- What a book is made of, with its parts and match keys.
book.id, url, source, external_id, title, authors, narrators, description, publisher, published_year, genre,
audience, page_count, language, series, series_position, show, cover_url, duration_seconds, source_note,
source_note_message, library_path, revision, files_revision, edited,
published_on, isbn, asin, form, translators, episode_of,
(SELECT coalesce(jsonb_agg(to_jsonb(part) ORDER BY part.index), '[]')
 FROM book_parts AS part WHERE part.audiobook_id = book.id) AS parts,
ARRAY(SELECT sign FROM book_signs AS known
      WHERE known.source = book.source AND known.external_id = book.external_id) AS signs

-- name: load_to_describe
-- Reads books that are being described, and what their listing said of them.
-- returns: id, url, source, external_id, title, authors, narrators, description, publisher, published_year, genre,
--     audience, page_count, language, series, series_position, show, cover_url, duration_seconds, source_note,
--     source_note_message, library_path, revision, files_revision, edited, published_on, isbn, asin, form,
--     translators, episode_of,
--     parts, signs, listed, is_judged
SELECT {stored_book}, listed, filters IS NOT NULL AS is_judged
FROM audiobooks AS book JOIN extractions AS extraction ON extraction.id = book.id
WHERE book.id = ANY(CAST(:ids AS bigint[]))

-- name: load
-- Reads a book.
-- returns: id, url, source, external_id, title, authors, narrators, description, publisher, published_year, genre,
--     audience, page_count, language, series, series_position, show, cover_url, duration_seconds, source_note,
--     source_note_message, library_path, revision, files_revision, edited, published_on, isbn, asin, form,
--     translators, episode_of,
--     parts, signs
SELECT {stored_book} FROM audiobooks AS book WHERE book.id = :id

-- name: load_filed
-- Reads books that are filed, after one.
-- returns: id, url, source, external_id, title, authors, narrators, description, publisher, published_year, genre,
--     audience, page_count, language, series, series_position, show, cover_url, duration_seconds, source_note,
--     source_note_message, library_path, revision, files_revision, edited, published_on, isbn, asin, form,
--     translators, episode_of, parts, signs
SELECT {stored_book} FROM audiobooks AS book
WHERE book.id > :last AND library_path IS NOT NULL ORDER BY book.id LIMIT :most

-- name: load_queued
-- Reads the book of a queue item whose run has begun, and what it weighs beside those that began before it.
-- returns: id, url, source, external_id, title, authors, narrators, description, publisher, published_year, genre,
--     audience, page_count, language, series, series_position, show, cover_url, duration_seconds, source_note,
--     source_note_message, library_path, revision, files_revision, edited, published_on, isbn, asin, form,
--     translators, episode_of,
--     parts, signs, is_refetch, is_kept_anyway, speed_limit, has_faults,
--     whole, to_come, copy, is_waived, others_whole, others_to_come, others_copy
SELECT {stored_book}, is_refetch, is_kept_anyway, speed_limit_kb * 1000::bigint AS speed_limit,
       EXISTS (SELECT FROM file_faults WHERE file_faults.audiobook_id = book.id) AS has_faults, room.*
FROM queue_items AS item JOIN audiobooks AS book ON book.id = item.audiobook_id
LEFT JOIN LATERAL ({weigh_claimed}) AS room ON true WHERE item.id = :id

-- name: save_details
-- Writes descriptions, and their parts in place of the old ones. The planner cannot know how few books there are, and
-- would read the whole table for a join alone.
WITH described AS (
    SELECT * FROM jsonb_to_recordset(CAST(:books AS jsonb)) AS book (
        id bigint, title text, authors text[], narrators text[], description text, publisher text,
        published_year int, genre text, audience text, page_count int, language text, series text,
        series_position text, show text, cover_url text, duration_seconds float8, source_note text,
        source_note_message jsonb, published_on date, isbn text, asin text, translators text[]
    )
), parts AS (
    SELECT * FROM jsonb_to_recordset(CAST(:parts AS jsonb)) AS part (
        audiobook_id bigint, index int, external_id text, title text, duration_seconds float8, url text,
        size bigint, extras jsonb
    )
), gone AS (
    DELETE FROM book_parts AS old WHERE audiobook_id = ANY(CAST(:ids AS bigint[])) AND NOT EXISTS (
        SELECT FROM parts WHERE parts.audiobook_id = old.audiobook_id AND parts.index = old.index
    )
), saved AS (
    INSERT INTO book_parts (audiobook_id, index, external_id, title, duration_seconds, url, size, extras)
    SELECT * FROM parts
    ON CONFLICT (audiobook_id, index) DO UPDATE
    SET external_id = excluded.external_id, title = excluded.title, duration_seconds = excluded.duration_seconds,
        url = excluded.url, size = excluded.size, extras = excluded.extras
)
UPDATE audiobooks AS row
SET title = {title}, authors = {authors}, narrators = {narrators},
    description = {description}, publisher = described.publisher,
    published_year = {published_year}, genre = {genre}, audience = {audience},
    page_count = described.page_count, language = described.language, series = {series},
    series_position = {series_position}, show = described.show, cover_url = described.cover_url,
    duration_seconds = described.duration_seconds, source_note = described.source_note,
    source_note_message = described.source_note_message, published_on = {published_on},
    isbn = {isbn}, asin = {asin}, translators = {translators},
    -- Of a complete book the note says more, until it is downloaded again.
    (note, note_message) = (
        SELECT CASE WHEN is_kept THEN row.note ELSE described.source_note END,
               CASE WHEN is_kept THEN row.note_message ELSE described.source_note_message END
        FROM (SELECT row.library_path IS NOT NULL AND row.note IS NOT NULL) AS decided (is_kept)
    ),
    updated_at = now()
FROM described WHERE row.id = described.id AND row.id = ANY(CAST(:ids AS bigint[]))
