-- name: keep
-- Keeps all that is known of a book that is about to be deleted with its files.
INSERT INTO trashed_books (audiobook_id, source, external_id, url, title, authors, file_size, removal, reason, reason_message, record)
SELECT book.id, source, external_id, url, title, authors, coalesce(file_size, 0), :removal, :reason,
       CAST(:reason_message AS jsonb), jsonb_build_object(
    'book', to_jsonb(book) - 'words',
    'parts', (SELECT coalesce(jsonb_agg(to_jsonb(part) ORDER BY index), '[]')
              FROM book_parts AS part WHERE audiobook_id = book.id),
    'files', (SELECT coalesce(jsonb_agg(to_jsonb(file) ORDER BY index), '[]')
              FROM book_files AS file WHERE audiobook_id = book.id),
    'scans', (SELECT coalesce(jsonb_agg(to_jsonb(find)), '[]') FROM scrape_books AS find WHERE audiobook_id = book.id),
    'item', (SELECT item FROM removed_items AS removed WHERE removed.audiobook_id = book.id)
)
FROM audiobooks AS book WHERE book.id = :id
ON CONFLICT (source, external_id) DO UPDATE
SET audiobook_id = excluded.audiobook_id, url = excluded.url, title = excluded.title, authors = excluded.authors,
    file_size = excluded.file_size, removal = excluded.removal, trashed_at = now(), reason = excluded.reason,
    reason_message = excluded.reason_message, record = excluded.record

-- name: find_kept
-- Finds what is kept of books that have just been added, as they were asked for again.
-- returns: id, kept
SELECT book.id, kept.audiobook_id AS kept
FROM audiobooks AS book JOIN trashed_books AS kept
  ON kept.url = book.url OR (kept.source = book.source AND kept.external_id = book.external_id)
WHERE book.id = ANY(CAST(:ids AS bigint[])) AND library_path IS NULL AND jsonb_array_length(record -> 'parts') > 0
ORDER BY kept.audiobook_id FOR UPDATE OF kept

-- name: find_removed
-- Finds the books that one order has deleted.
-- returns: audiobook_id
SELECT audiobook_id FROM trashed_books WHERE removal = :removal ORDER BY audiobook_id

-- name: lock
-- Locks what is kept of these books.
-- returns: audiobook_id
SELECT audiobook_id FROM trashed_books WHERE audiobook_id = ANY(CAST(:ids AS bigint[])) ORDER BY audiobook_id FOR UPDATE

-- name: insert_book
-- Inserts the row of a deleted book again, with its id, unless the book has another one by now.
-- returns: id
INSERT INTO audiobooks (id, url, source, external_id)
SELECT audiobook_id, url, source, external_id FROM trashed_books WHERE audiobook_id = :id
ON CONFLICT DO NOTHING RETURNING id

-- name: fill_book
-- Fills the row of a book from what is kept of it; columns that are newer than that stay as they are.
UPDATE audiobooks AS row SET ({columns}) = (SELECT {columns} FROM jsonb_populate_record(row, kept.record -> 'book'))
FROM trashed_books AS kept WHERE row.id = :id AND kept.audiobook_id = :kept

-- name: fill_parts
-- Inserts what is kept of the parts of a book.
INSERT INTO book_parts (audiobook_id, {columns})
SELECT :id, {columns}
FROM jsonb_populate_recordset(
    NULL::book_parts, (SELECT record -> 'parts' FROM trashed_books WHERE trashed_books.audiobook_id = :kept)
)
ON CONFLICT DO NOTHING

-- name: fill_files
-- Inserts what is kept of the files of a book.
INSERT INTO book_files (audiobook_id, {columns})
SELECT :id, {columns}
FROM jsonb_populate_recordset(
    NULL::book_files, (SELECT record -> 'files' FROM trashed_books WHERE trashed_books.audiobook_id = :kept)
)
ON CONFLICT DO NOTHING

-- name: fill_scans
-- Records again which scans had found a book, but for those that are gone.
INSERT INTO scrape_books (scrape_id, audiobook_id, is_new, found_at)
SELECT find.scrape_id, :id, find.is_new, find.found_at
FROM trashed_books AS kept, jsonb_populate_recordset(NULL::scrape_books, kept.record -> 'scans') AS find
JOIN scrapes ON scrapes.id = find.scrape_id
WHERE kept.audiobook_id = :kept ON CONFLICT DO NOTHING

-- name: insert_item
-- Inserts the queue item of a deleted book again, with its id.
INSERT INTO queue_items (id, audiobook_id, politeness_key)
SELECT CAST(record -> 'item' ->> 'id' AS bigint), audiobook_id, record -> 'item' ->> 'politeness_key'
FROM trashed_books WHERE audiobook_id = :id AND jsonb_typeof(record -> 'item') = 'object'
ON CONFLICT DO NOTHING

-- name: fill_item
-- Fills the queue item of a book from what is kept of it.
-- returns: id
UPDATE queue_items AS row
SET ({columns}) = (SELECT {columns} FROM jsonb_populate_record(row, kept.record -> 'item')), updated_at = now()
FROM trashed_books AS kept
WHERE kept.audiobook_id = :id AND row.audiobook_id = :id AND row.id = CAST(kept.record -> 'item' ->> 'id' AS bigint)
RETURNING row.id

-- name: make_due
-- Makes books due for download without a description: their files are in the trash.
UPDATE queue_items AS item
SET is_ready = true, stage = 'waiting', updated_at = now(),
    parts_total = (SELECT count(*) FROM book_parts AS part WHERE part.audiobook_id = item.audiobook_id)
WHERE audiobook_id = ANY(CAST(:ids AS bigint[]))

-- name: forget
-- Forgets what is kept of these books.
DELETE FROM trashed_books WHERE audiobook_id = ANY(CAST(:ids AS bigint[]))

-- name: take
-- Takes what is kept of these deleted books, to forget it.
-- returns: audiobook_id, source, url, external_id
SELECT audiobook_id, source, url, external_id FROM trashed_books
WHERE audiobook_id = ANY(CAST(:ids AS bigint[])) FOR UPDATE SKIP LOCKED
