-- name: find_spoken_for
-- Reads what names in the trash what is no deleted book: former files of books, and what is to be deleted for good.
-- returns: key
SELECT key FROM replaced_forms UNION SELECT key FROM trash_drops

-- name: find_due
-- Finds what is to be deleted for good now.
-- returns: key
SELECT key FROM trash_drops WHERE due_at <= clock_timestamp() ORDER BY due_at, key LIMIT :most
