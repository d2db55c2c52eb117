-- name: find_feed
-- Finds the feed of a secret, also a revoked one.
-- returns: id, scope, value, title, revoked_at, fingerprint, changed_at, is_noted
SELECT id, scope, value, title, revoked_at, fingerprint, changed_at,
       coalesce(used_at > now() - interval '1 hour', false) AS is_noted
FROM listening_feeds WHERE key = :key

-- name: note_use
-- Keeps when an app used a feed.
UPDATE listening_feeds SET used_at = now() WHERE id = :id

-- name: note_change
-- Keeps that the books of a feed are others than when somebody last asked for it.
-- returns: changed_at
UPDATE listening_feeds SET fingerprint = :fingerprint, changed_at = now() WHERE id = :id RETURNING changed_at

-- name: find_books
-- Finds the books of a feed, the one that was filed last first, each with what changes when anything of it does.
-- returns: id, state
SELECT id, concat_ws(' ', extract(epoch FROM updated_at), revision, files_revision, file_size) AS state
FROM audiobooks AS book WHERE library_path IS NOT NULL AND {scope}
ORDER BY coalesce(filed_at, created_at) DESC, id DESC

-- name: has_book
-- Tells whether a book is one of a feed.
-- returns: is_one
SELECT EXISTS (SELECT FROM audiobooks AS book WHERE library_path IS NOT NULL AND book.id = :id AND {scope}) AS is_one

-- name: read_books
-- Reads what a feed tells of these books, of their files and of their parts.
-- returns: id, source, url, external_id, title, authors, narrators, translators, description, language, series, series_position, show, filed_at, appeared_on, library_path, files, parts
SELECT id, source, url, external_id, title, authors, narrators, translators, description, language, series, series_position,
       show,
       coalesce(filed_at, created_at) AS filed_at, CASE WHEN episode_of IS NOT NULL THEN published_on END AS appeared_on, library_path,
       (SELECT coalesce(jsonb_agg(jsonb_build_array(
            name, size, duration_seconds, coalesce(jsonb_array_length(chapters), 0) > 0
        ) ORDER BY index), '[]') FROM book_files WHERE audiobook_id = book.id) AS files,
       (SELECT coalesce(jsonb_agg(jsonb_build_array(
            title, duration_seconds, coalesce(jsonb_array_length(extras -> 'chapters'), 0) > 0
        ) ORDER BY index), '[]') FROM book_parts WHERE audiobook_id = book.id) AS parts
FROM audiobooks AS book WHERE id = ANY(CAST(:ids AS bigint[])) AND library_path IS NOT NULL

-- name: find_chapters
-- Finds the chapters of a part: those of its file, and those that its source listed.
-- returns: filed, listed
SELECT (SELECT chapters FROM book_files WHERE audiobook_id = :id AND index = :index) AS filed,
       (SELECT extras -> 'chapters' FROM book_parts WHERE audiobook_id = :id AND index = :index) AS listed
