-- name: take_old
-- Takes some of what is kept of books that were deleted long ago, to forget it.
-- returns: audiobook_id, source, url, external_id
SELECT audiobook_id, source, url, external_id FROM trashed_books
WHERE trashed_at < clock_timestamp() - CAST(:kept AS interval)
ORDER BY trashed_at, audiobook_id LIMIT :most FOR UPDATE SKIP LOCKED

-- name: find_kept
-- Reads which books the trash keeps.
-- returns: source, url, external_id
SELECT source, url, external_id FROM trashed_books

-- name: is_kept
-- Finds out whether the trash keeps a book.
-- returns: is_kept
SELECT EXISTS (SELECT FROM trashed_books WHERE source = :source AND external_id = :external_id) AS is_kept

-- name: find_filed
-- Finds the book that is in the library by what is known of it.
-- returns: id
SELECT id FROM audiobooks WHERE source = :source AND external_id = :external_id AND library_path IS NOT NULL FOR UPDATE
