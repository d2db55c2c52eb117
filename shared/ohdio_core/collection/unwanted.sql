-- name: mark
-- Marks books as unwanted, and records which scans had found them.
WITH marked AS (
    INSERT INTO unwanted_books (source, external_id, url)
    SELECT source, external_id, url FROM audiobooks WHERE id = ANY(CAST(:ids AS bigint[]))
    -- One order for all, so that nobody waits for one another in a circle.
    ORDER BY source, external_id
    ON CONFLICT (source, external_id) DO UPDATE SET url = excluded.url
    RETURNING id, source, external_id
)
INSERT INTO unwanted_finds (scrape_id, unwanted_id)
SELECT find.scrape_id, marked.id FROM marked
JOIN audiobooks AS book ON book.source = marked.source AND book.external_id = marked.external_id
JOIN scrape_books AS find ON find.audiobook_id = book.id
ON CONFLICT DO NOTHING

-- name: unmark
-- Deletes the marks of books that somebody asked for.
DELETE FROM unwanted_books USING audiobooks AS book
WHERE book.id = ANY(CAST(:ids AS bigint[])) AND (
    unwanted_books.url = book.url
    OR (unwanted_books.source = book.source AND unwanted_books.external_id = book.external_id)
)

-- name: find
-- Finds the marks of books, by address or by the id within the source.
-- returns: url, id
SELECT named.url, mark.id
FROM unnest(CAST(:urls AS text[]), CAST(:sources AS text[]), CAST(:external_ids AS text[]))
    AS named (url, source, external_id)
JOIN unwanted_books AS mark
  ON mark.url = named.url OR (mark.source = named.source AND mark.external_id = named.external_id)

-- name: note_find
-- Records that a scan met these marks.
INSERT INTO unwanted_finds (scrape_id, unwanted_id)
SELECT :scrape, id FROM (
    -- Locked, as the foreign key would refuse one whose removal is committed between both looks.
    SELECT id FROM unwanted_books WHERE id = ANY(CAST(:marks AS bigint[])) ORDER BY id FOR KEY SHARE
) AS mark
ON CONFLICT DO NOTHING

-- name: count_finds
-- Counts the unwanted books that any scan of a listing has met.
-- returns: count
SELECT count(DISTINCT unwanted_id) FROM unwanted_finds AS find JOIN scrapes AS scan ON scan.id = find.scrape_id
WHERE scan.source = :source AND scan.external_id = :external_id
