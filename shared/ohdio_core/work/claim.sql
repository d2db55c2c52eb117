-- name: claim_row
-- Claims the row that a message named, or a more urgent admitted one in its place; none, if that row is not admitted.
-- returns: id, lease_token, attempts, max_attempts, progress, best_progress, setbacks, headway, politeness_key,
--     is_batched, is_overlong, waits_for_person, trace_id, site_closings
WITH best AS (
    SELECT row.id, row.politeness_key FROM {table} AS named JOIN {table} AS row
        ON row.id = named.id OR urgency(row.priority, row.rank) > urgency(named.priority, named.rank)
    WHERE named.id = :id AND named.status = 'processing'
      AND named.lease_token IS NULL AND named.admitted_at IS NOT NULL
      AND {is_admitted}
    ORDER BY urgency(row.priority, row.rank) DESC
    LIMIT 1
    FOR UPDATE OF row SKIP LOCKED
)
UPDATE {table} AS row
SET {claimed}
FROM best LEFT JOIN hosts ON hosts.politeness_key = best.politeness_key WHERE row.id = best.id
RETURNING {claim}, coalesce(hosts.closings, 0) AS site_closings

-- name: claim_batch
-- Claims further rows of a site that may be worked on together; none while anything more urgent is admitted.
-- returns: id, lease_token, attempts, max_attempts, progress, best_progress, setbacks, headway, politeness_key,
--     is_batched, is_overlong, waits_for_person, trace_id
WITH batch AS (
    SELECT row.id FROM {table} AS row
    WHERE {is_admitted} AND row.politeness_key = :key AND {may_be_batched}
      AND NOT EXISTS (
        SELECT FROM {table} AS other
        WHERE other.status = 'processing' AND other.lease_token IS NULL
          AND other.admitted_at IS NOT NULL
          AND urgency(other.priority, other.rank) > urgency(row.priority, row.rank)
      )
    ORDER BY {by_urgency}
    LIMIT :most
    FOR UPDATE SKIP LOCKED
)
UPDATE {table} AS row SET {claimed} FROM batch WHERE row.id = batch.id
RETURNING {claim}

-- name: find_rest
-- Finds the most urgent row of a site that a batch has left over.
-- returns: id
SELECT row.id FROM {table} AS row
WHERE {is_admitted} AND row.politeness_key = :key AND {may_be_batched}
ORDER BY {by_urgency} LIMIT 1

-- name: is_held
-- Whether a row is still a claim's.
-- returns: exists
SELECT EXISTS (
    SELECT FROM {table} WHERE id = :id AND lease_token = :token AND lease_until > clock_timestamp()
)
