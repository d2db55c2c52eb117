-- name: read_failures
-- Counts what could not be converted by what helps, up to a bound, with the titles of the newest, and why the last one was
-- not.
-- returns: remedy, books, titles, error, error_message
SELECT known.remedy, counted.books, newest.titles, newest.error, newest.error_message
FROM unnest(CAST(:remedies AS text[])) AS known (remedy)
CROSS JOIN LATERAL (
    SELECT count(*) AS books
    FROM (
        SELECT FROM conversions WHERE failed_at IS NOT NULL AND conversions.remedy = known.remedy LIMIT :most_counted
    ) AS found
) AS counted
CROSS JOIN LATERAL (
    SELECT array_agg(coalesce(title, url) ORDER BY failed_at DESC, audiobook_id DESC) AS titles,
           (array_agg(error ORDER BY failed_at DESC, audiobook_id DESC))[1] AS error,
           (array_agg(error_message ORDER BY failed_at DESC, audiobook_id DESC))[1] AS error_message
    FROM (
        SELECT audiobook_id, failed_at, error, error_message FROM conversions
        WHERE failed_at IS NOT NULL AND conversions.remedy = known.remedy
        ORDER BY failed_at DESC, audiobook_id DESC LIMIT :most
    ) AS last JOIN audiobooks AS book ON book.id = last.audiobook_id
) AS newest
WHERE counted.books > 0
