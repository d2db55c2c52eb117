-- name: find_latest
-- Finds the complete books that were filed last.
-- returns: source, url, external_id, library_path
SELECT source, url, external_id, library_path FROM audiobooks
WHERE library_path IS NOT NULL
ORDER BY id DESC LIMIT :most
