-- name: lock
-- Waits until nobody else recognises books of a listing, until the commit: what a key stands for is stored then.
-- returns: locked
SELECT pg_advisory_xact_lock(hashtextextended('book_signs ' || :listing, 0)) AS locked

-- name: find_known
-- Finds those of these books that are known under their own id or URL, wanted or unwanted.
-- returns: url
SELECT named.url
FROM unnest(CAST(:urls AS text[]), CAST(:sources AS text[]), CAST(:external_ids AS text[]))
    AS named (url, source, external_id)
WHERE EXISTS (SELECT FROM audiobooks AS book WHERE book.url = named.url)
   OR EXISTS (
        SELECT FROM audiobooks AS book WHERE book.source = named.source AND book.external_id = named.external_id
   )
   OR EXISTS (SELECT FROM unwanted_books AS mark WHERE mark.url = named.url)
   OR EXISTS (
        SELECT FROM unwanted_books AS mark WHERE mark.source = named.source AND mark.external_id = named.external_id
   )

-- name: find_by_key
-- Finds the ids and URLs that are stored with these match keys.
-- returns: source, sign, external_id, url
SELECT source, sign, external_id, url FROM book_signs
WHERE (source, sign) IN (SELECT * FROM unnest(CAST(:sources AS text[]), CAST(:signs AS text[])))

-- name: store
-- Stores the match keys of books, one of each kind: a length that differs at each look would make ever more of them.
INSERT INTO book_signs (source, sign, external_id, url)
SELECT source, sign, external_id, url
FROM unnest(
    CAST(:sources AS text[]), CAST(:signs AS text[]), CAST(:external_ids AS text[]), CAST(:urls AS text[])
) AS named (source, sign, external_id, url)
WHERE NOT EXISTS (
    SELECT FROM book_signs AS known
    WHERE known.source = named.source AND known.external_id = named.external_id
      AND split_part(known.sign, '-', 1) = split_part(named.sign, '-', 1)
)
ORDER BY source, sign
ON CONFLICT (source, sign) DO NOTHING

-- name: delete_former
-- Deletes the keys that books of earlier versions had, as more is known of them now.
DELETE FROM book_signs WHERE sign LIKE 'former-%' AND (source, external_id) IN (
    SELECT * FROM unnest(CAST(:sources AS text[]), CAST(:external_ids AS text[]))
)
