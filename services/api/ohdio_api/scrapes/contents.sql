-- name: read_contents
-- Sums up the books that scans found.
-- returns: id, books, seconds, bytes, expected_bytes, removable, held
WITH usual AS MATERIALIZED ({usual})
SELECT scan.id, sums.*
FROM unnest(CAST(:ids AS bigint[])) AS scan (id) CROSS JOIN LATERAL (
    SELECT count(*) AS books, coalesce(sum(book.duration_seconds), 0) AS seconds,
           coalesce(sum(coalesce(book.file_size, item.bytes_total, parts.bytes)), 0)::bigint AS bytes,
           coalesce(sum(coalesce(book.file_size, weighed.bytes)), 0)::bigint AS expected_bytes,
           count(*) FILTER (WHERE find.is_new AND item.status <> 'completed') AS removable,
           count(*) FILTER (WHERE item.status = 'paused' AND item.wait_reason IS NOT NULL) AS held
    FROM (SELECT audiobook_id, is_new FROM scrape_books WHERE scrape_id = scan.id LIMIT :most) AS find
    JOIN audiobooks AS book ON book.id = find.audiobook_id
    LEFT JOIN queue_items AS item ON item.audiobook_id = book.id AND item.deleted_at IS NULL
    CROSS JOIN LATERAL (SELECT {weight} AS bytes) AS weighed
    LEFT JOIN LATERAL (
        SELECT sum(part.size) AS bytes FROM book_parts AS part
        WHERE part.audiobook_id = book.id AND book.file_size IS NULL AND item.bytes_total IS NULL
    ) AS parts ON true
) AS sums

-- name: find_added
-- Finds the items that a scan added, and that are not complete.
-- returns: id
SELECT item.id FROM scrape_books AS find JOIN queue_items AS item ON item.audiobook_id = find.audiobook_id
WHERE find.scrape_id = :id AND find.is_new AND item.status <> 'completed' AND item.deleted_at IS NULL
ORDER BY item.id
