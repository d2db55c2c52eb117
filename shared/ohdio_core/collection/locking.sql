-- name: lock_descriptions_of_known
-- Locks the descriptions of those of these books that are known, by URL or by the id within the source.
SELECT FROM extractions WHERE id IN (
    SELECT book.id
    FROM unnest(CAST(:urls AS text[]), CAST(:sources AS text[]), CAST(:external_ids AS text[]))
        AS named (url, source, external_id)
    JOIN audiobooks AS book
      ON book.url = named.url OR (book.source = named.source AND book.external_id = named.external_id)
)
ORDER BY id FOR UPDATE
