-- name: find_spoken_for
-- Finds those of some names in the trash that are of no deleted book: of former files of books, and of what is to be
-- deleted for good.
-- returns: key
SELECT key FROM replaced_forms WHERE key = ANY(CAST(:keys AS text[]))
UNION SELECT key FROM trash_drops WHERE key = ANY(CAST(:keys AS text[]))

-- name: find_all_spoken_for
-- Reads all of these.
-- returns: key
SELECT key FROM replaced_forms UNION SELECT key FROM trash_drops

-- name: find_due
-- Finds what is to be deleted for good now.
-- returns: key
SELECT key FROM trash_drops WHERE due_at <= clock_timestamp() ORDER BY due_at, key LIMIT :most
