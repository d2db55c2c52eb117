-- name: begin
-- Begins to verify books, unless a verification is under way.
-- returns: id
INSERT INTO verifications (q, books, books_total)
SELECT :q, CAST(:books AS bigint[]), count(*)
FROM audiobooks AS book LEFT JOIN queue_items AS item ON item.audiobook_id = book.id
WHERE library_path IS NOT NULL AND (item.id IS NULL OR item.status = 'completed')
  AND (CAST(:books AS bigint[]) IS NULL OR book.id = ANY(CAST(:books AS bigint[])))
ON CONFLICT DO NOTHING RETURNING id

-- name: begin_if_due
-- Begins to verify all books, where all were last verified, or begun to be, long enough ago.
-- returns: id
INSERT INTO verifications (books_total)
SELECT count(*) FROM audiobooks AS book LEFT JOIN queue_items AS item ON item.audiobook_id = book.id
WHERE library_path IS NOT NULL AND (item.id IS NULL OR item.status = 'completed')
HAVING NOT EXISTS (
    SELECT FROM verifications
    WHERE ended_at IS NULL OR (books IS NULL AND began_at > clock_timestamp() - CAST(:every AS interval))
)
ON CONFLICT DO NOTHING RETURNING id

-- name: stop
-- Ends the verification that is under way; whoever is at it notices within seconds.
-- returns: id
UPDATE verifications SET ended_at = clock_timestamp(), wait_reason = NULL, wait_message = NULL
WHERE ended_at IS NULL RETURNING id

-- name: take
-- Takes the verification that is under way, where nobody is at it.
-- returns: id, books
UPDATE verifications SET holder = :holder, lease_until = clock_timestamp() + CAST(:lease AS interval)
WHERE ended_at IS NULL AND (holder = :holder OR lease_until IS NULL OR lease_until < clock_timestamp())
RETURNING id, books

-- name: renew
-- Renews the lease of its holder.
-- returns: id
UPDATE verifications
SET lease_until = clock_timestamp() + CAST(:lease AS interval), wait_reason = NULL, wait_message = NULL
WHERE id = :id AND holder = :holder AND ended_at IS NULL RETURNING id

-- name: wait_for
-- Leaves a verification alone for a while, and says why.
UPDATE verifications
SET holder = NULL, lease_until = clock_timestamp() + CAST(:wait AS interval),
    wait_reason = :reason, wait_message = CAST(:message AS jsonb)
WHERE id = :id AND holder = :holder AND ended_at IS NULL

-- name: complete
-- Ends a verification that has looked at everything.
UPDATE verifications
SET ended_at = clock_timestamp(), is_complete = true, wait_reason = NULL, wait_message = NULL
WHERE id = :id AND holder = :holder AND ended_at IS NULL

-- name: read_next
-- Reads the next book, with the files of it that were not looked at yet. What is being fetched or tagged is left out.
-- returns: id, source, url, external_id, library_path, filed_at, files
SELECT book.id, source, book.url, external_id, library_path, filed_at,
       (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'index', index, 'name', name, 'size', size, 'sha256', sha256, 'sound_sha256', sound_sha256,
            'duration_seconds', file.duration_seconds
        ) ORDER BY index), '[]')
        FROM book_files AS file
        WHERE audiobook_id = book.id AND (book.id > last_book OR index > last_file)) AS files
FROM verifications AS verification
JOIN audiobooks AS book ON book.id > last_book OR (book.id = last_book AND last_file < 2147483647)
LEFT JOIN queue_items AS item ON item.audiobook_id = book.id
WHERE verification.id = :id AND holder = :holder
  AND library_path IS NOT NULL AND (item.id IS NULL OR item.status = 'completed')
  AND (CAST(:books AS bigint[]) IS NULL OR book.id = ANY(CAST(:books AS bigint[])))
ORDER BY book.id LIMIT 1

-- name: note_file
-- Records that a file was looked at.
-- returns: id
UPDATE verifications
SET last_book = :book, last_file = :index, files_done = files_done + 1, bytes_done = bytes_done + :size,
    edited = edited + :edited
WHERE id = :id AND holder = :holder AND ended_at IS NULL RETURNING id

-- name: note_book
-- Records that a book was looked at, and forgets faults of files that it has no more.
-- returns: id, forgotten
WITH gone AS (
    DELETE FROM file_faults WHERE audiobook_id = :book
    AND name NOT IN (SELECT name FROM book_files WHERE audiobook_id = :book) RETURNING name
)
UPDATE verifications SET last_book = :book, last_file = :last, books_done = books_done + 1
WHERE id = :id AND holder = :holder AND ended_at IS NULL RETURNING id, (SELECT count(*) FROM gone) AS forgotten

-- name: note_fault
-- Records what is wrong with a file, unless it was filed anew, and returns whether it is the first fault of its book.
-- returns: is_first
INSERT INTO file_faults AS known (audiobook_id, name, kind)
SELECT audiobook_id, name, :kind FROM book_files
WHERE audiobook_id = :book AND name = :name AND sha256 = :sha256
ON CONFLICT (audiobook_id, name) DO UPDATE SET kind = excluded.kind
RETURNING (SELECT count(*) FROM file_faults WHERE audiobook_id = :book) = 0 AS is_first

-- name: tell
-- Tells those who are to be told that a book needs a person.
SELECT tell_channels(
    'needs_person', id, coalesce(title, host_of(url)), CAST(:reason AS text), CAST(:message AS jsonb)
)
FROM audiobooks WHERE id = :book

-- name: clear_fault
-- Forgets what was wrong with a file.
-- returns: name
DELETE FROM file_faults WHERE audiobook_id = :book AND name = :name RETURNING name

-- name: adopt
-- Takes a file as it is now for what was filed.
UPDATE book_files
SET size = :size, sha256 = :sha256, sound_sha256 = coalesce(CAST(:sound AS text), sound_sha256)
WHERE audiobook_id = :book AND index = :index AND sha256 = :filed
