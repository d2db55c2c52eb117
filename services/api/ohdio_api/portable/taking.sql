-- name: add_unwanted
-- Adds marks of books that scans and follows leave out, but for those that are there.
-- returns: id
INSERT INTO unwanted_books (source, external_id, url)
SELECT DISTINCT ON (source, external_id) source, external_id, url
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS row (source text, external_id text, url text)
ORDER BY source, external_id
ON CONFLICT DO NOTHING RETURNING id

-- name: add_positions
-- Writes positions of one listener, but for those that are older than what is here.
-- returns: seconds
INSERT INTO positions AS stored (listener_id, source, external_id, seconds, revision, updated_at)
SELECT DISTINCT ON (source, external_id) CAST(:listener_id AS bigint), source, external_id, seconds, 1,
       least(updated_at, now())
FROM jsonb_to_recordset(CAST(:rows AS jsonb))
    AS row (source text, external_id text, seconds float8, updated_at timestamptz)
ORDER BY source, external_id, updated_at DESC
ON CONFLICT (listener_id, source, external_id) DO UPDATE
SET seconds = excluded.seconds, revision = stored.revision + 1, updated_at = excluded.updated_at
WHERE stored.updated_at < excluded.updated_at
RETURNING seconds
