-- name: asked
-- What people ask of running work that decides where its row goes.
CASE WHEN stop_requested IN ('pause', 'cancel') THEN stop_requested END

-- name: end_run
-- Writes the end of a run, and records it. Nothing is written when the row is another's by now, or when something else has
-- been asked of it than the end was decided by.
-- returns: is_tombstone, has_failed
WITH ended AS (
    UPDATE {table}
    SET {at_rest} attempts = :attempts, setbacks = :setbacks, progress = :progress,
        best_progress = greatest(best_progress, :progress), needs_person = :needs_person,
        error = :error, error_message = CAST(:error_message AS jsonb),
        wait_reason = :wait_reason, wait_message = CAST(:wait_message AS jsonb),
        {transition}
    WHERE id = :id AND lease_token = :token AND {asked} IS NOT DISTINCT FROM :asked
    RETURNING {about_id} AS about_id, started_at AS began_at, {is_tombstone} AS is_tombstone, politeness_key,
        CAST(:outcome AS text) AS outcome, CAST(:may_repeat AS boolean) AS may_repeat,
        CAST(:attempt AS integer) AS attempt, CAST(:bytes AS bigint) AS bytes, CAST(:host AS text) AS host,
        CAST(:worker AS uuid) AS worker_id, CAST(:reason AS text) AS reason, CAST(:message AS jsonb) AS message
), {record}
SELECT is_tombstone, coalesce((
    SELECT failures > 0 FROM hosts WHERE hosts.politeness_key = ended.politeness_key
), false) AS has_failed
FROM ended

-- name: read_asked
-- Reads what is asked of a run, and holds it until the commit.
-- returns: asked
SELECT {asked} AS asked FROM {table} WHERE id = :id AND lease_token = :token FOR UPDATE

-- name: complete_batch
-- Completes the rows of a batch, but for those whose lease was lost or that somebody asked to stop.
-- returns: id
WITH held AS (
    SELECT row.id FROM {table} AS row
    JOIN unnest(CAST(:ids AS bigint[]), CAST(:tokens AS uuid[])) AS mine (id, token)
        ON mine.id = row.id AND mine.token = row.lease_token
    -- The planner cannot know how few they are.
    WHERE row.id = ANY(CAST(:ids AS bigint[])) AND row.stop_requested IS NULL
    ORDER BY row.id FOR UPDATE OF row
)
UPDATE {table} AS row
SET {at_rest} {completed}, {no_sentences}
FROM held WHERE row.id = held.id
RETURNING row.id
