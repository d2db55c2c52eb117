-- name: read_books
-- Reads the books of a follow's listing that are wanted, and whether the library has them; the newest first.
-- returns: id, title, authors, seconds, published, is_there
SELECT book.id, book.title, book.authors,
       coalesce(book.duration_seconds, (SELECT CASE WHEN bool_and(duration_seconds IS NOT NULL) THEN sum(duration_seconds) END
                                        FROM book_parts WHERE audiobook_id = book.id)) AS seconds,
       met.published, library_path IS NOT NULL AND (item.id IS NULL OR item.status = 'completed') AS is_there
FROM (
    SELECT audiobook_id, published, newness FROM followed_books WHERE follow_id = :id AND newness IS NOT NULL
    UNION
    SELECT listed.id, published, newness
    FROM followed_books JOIN follows AS follow ON follow.id = follow_id
    JOIN audiobooks AS listed ON listed.source = follow.source AND listed.external_id = followed_books.external_id
    WHERE follow_id = :id AND newness IS NOT NULL
) AS met
JOIN audiobooks AS book ON book.id = met.audiobook_id
LEFT JOIN queue_items AS item ON item.audiobook_id = book.id
ORDER BY met.published DESC NULLS LAST, met.newness DESC, book.id

-- name: read_found
-- Reads what was found in the folder that a held follow is compared with; where a book was found twice, what is surest first.
-- returns: id, place, verdict, seconds, audiobook_id, reason, message
SELECT found.id, place, verdict, seconds, audiobook_id, reason, message
FROM found_books AS found
WHERE import_id = :import
ORDER BY CASE verdict WHEN 'have' THEN 0 WHEN 'known' THEN 1 ELSE 2 END, found.id

-- name: read_step
-- Reads how far a held follow is, and of the folder that it was compared with last.
-- returns: hold, error, error_message, import_id, path, is_moved, step, ended_at, import_error, import_message, is_held,
-- was_interrupted, has_downloader, is_describing
SELECT follow.hold, follow.error, follow.error_message, import.id AS import_id, import.path, import.is_moved, import.step,
       import.ended_at, import.error AS import_error, import.error_message AS import_message,
       import.holder IS NOT NULL AND import.lease_until > clock_timestamp() AS is_held,
       import.holder IS NOT NULL AND import.lease_until <= clock_timestamp() AS was_interrupted,
       EXISTS (
           SELECT FROM workers WHERE service = 'downloader' AND beat_at > clock_timestamp() - interval '15 s'
       ) AS has_downloader,
       EXISTS (
           SELECT FROM followed_books AS met JOIN extractions AS description ON description.id = met.audiobook_id
           WHERE met.follow_id = follow.id AND description.status IN ('queued', 'processing')
             AND description.setbacks = 0
       ) AS is_describing
FROM follows AS follow
LEFT JOIN LATERAL (
    SELECT * FROM folder_imports WHERE follow_id = follow.id ORDER BY id DESC LIMIT 1
) AS import ON true
WHERE follow.id = :id AND follow.hold IN ('unread', 'read')
