-- name: find_arrivals
-- Finds the books that were filed within a day, the last one first.
-- returns: id
SELECT book.id
FROM (
    SELECT about_id, max(ended_at) AS ended_at
    FROM (
        SELECT about_id, ended_at, stage, outcome FROM runs
        WHERE ended_at > now() - interval '1 day' ORDER BY ended_at DESC LIMIT :runs
    ) AS newest
    WHERE stage = 'downloads' AND outcome = 'completed'
    GROUP BY about_id
) AS run
JOIN audiobooks AS book ON book.id = run.about_id AND book.library_path IS NOT NULL
ORDER BY run.ended_at DESC LIMIT :most
