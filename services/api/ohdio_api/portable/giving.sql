-- name: read_met
-- Reads what follows have met, whether each has begun, and what its show is called; of one that is held, as it will begin. None that
-- is being ended.
-- returns: id, has_begun, show, met
SELECT id, has_begun AND hold IS NULL AS has_begun, left(show, :longest) AS show,
       (SELECT coalesce(array_agg(external_id ORDER BY external_id), '{}') FROM followed_books
        WHERE follow_id = follows.id AND hold IS NULL) AS met
FROM follows WHERE id = ANY(CAST(:ids AS bigint[])) AND hold IS DISTINCT FROM 'ending'

-- name: read_unwanted
-- Reads what scans and follows leave out.
-- returns: source, external_id, url
SELECT source, external_id, url FROM unwanted_books ORDER BY source, external_id

-- name: read_positions
-- Reads how far listeners are.
-- returns: listener, source, external_id, seconds, updated_at
SELECT listener.name AS listener, source, external_id, seconds, updated_at
FROM positions JOIN listeners AS listener ON listener.id = listener_id
ORDER BY listener_id, source, external_id
