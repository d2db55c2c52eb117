-- name: found
-- Reads audiobooks with what says whether anything was made of them.
SELECT book.id, book.url, book.source, book.title, book.library_path, item.id AS item_id,
       coalesce(item.priority, 5) AS priority, coalesce(item.progress, 0) AS progress,
       (item.lease_token IS NOT NULL OR extraction.lease_token IS NOT NULL) AS is_held
FROM audiobooks AS book
LEFT JOIN queue_items AS item ON item.audiobook_id = book.id
LEFT JOIN extractions AS extraction ON extraction.id = book.id

-- name: read_book
-- Reads one audiobook.
-- returns: id, url, source, title, library_path, item_id, priority, progress, is_held
{found} WHERE book.id = :id

-- name: read_books
-- Reads the next audiobooks that may be none. What has files is a book; so is one with a fragment of its own, whatever is
-- at the address before it.
-- returns: id, url, source, title, library_path, item_id, priority, progress, is_held
{found}
WHERE book.id > :last AND book.source = ANY(:sources) AND book.library_path IS NULL
  AND strpos(book.url, '#item=') = 0 AND strpos(book.url, '#book') = 0
ORDER BY book.id LIMIT :most
