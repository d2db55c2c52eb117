-- name: lock_dead
-- Locks the rows of workers that fell silent, and reads what their endings are decided by. By now(), not the clock: a
-- transaction that hung in an outage must not see its end.
-- returns: id, worker_id, has_moved, stop_requested, attempts, max_attempts, setbacks, error, error_message, title, url,
--     seconds, bytes, host, trace_id
SELECT row.id, row.worker_id, row.progress > row.best_progress AS has_moved, row.stop_requested,
       row.attempts, row.max_attempts, row.setbacks, row.error, row.error_message, about.title, about.url,
       round(extract(epoch FROM clock_timestamp() - row.started_at), 2)::float AS seconds,
       {received} AS bytes, workers.host, row.trace_id
FROM {table} AS row JOIN {about} AS about ON about.id = row.{about_id} LEFT JOIN workers ON workers.id = row.worker_id
WHERE row.status = 'processing' AND row.lease_token IS NOT NULL
  AND (:even_if_live OR row.lease_until < now())
ORDER BY row.id LIMIT {most} FOR UPDATE OF row SKIP LOCKED

-- name: end_runs
-- Writes endings of one transition into rows that this transaction holds, and records them.
WITH ended AS (
    UPDATE {table} AS row
    SET {at_rest} attempts = ending.attempts, best_progress = greatest(row.best_progress, row.progress),
        error = ending.error, error_message = ending.error_message,
        wait_reason = ending.wait_reason, wait_message = ending.wait_message, {transition}
    FROM unnest(
        CAST(:ids AS bigint[]), CAST(:attempts AS integer[]), CAST(:delays AS interval[]),
        CAST(:errors AS text[]), CAST(:error_messages AS jsonb[]),
        CAST(:wait_reasons AS text[]), CAST(:wait_messages AS jsonb[]),
        CAST(:numbers AS integer[]), CAST(:bytes AS bigint[]), CAST(:hosts AS text[]), CAST(:workers AS uuid[]),
        CAST(:reasons AS text[]), CAST(:messages AS jsonb[])
    ) AS ending (
        id, attempts, delay, error, error_message, wait_reason, wait_message,
        attempt, bytes, host, worker_id, reason, message
    )
    WHERE row.id = ending.id
    RETURNING row.{about_id} AS about_id, row.started_at AS began_at, CAST(:outcome AS text) AS outcome,
        false AS may_repeat, ending.attempt, ending.bytes, ending.host, ending.worker_id, ending.reason, ending.message
), {record}
SELECT FROM ended

-- name: promote
-- Makes rows whose time has come due, so that the index of due rows finds them.
-- returns: id
WITH due AS (
    SELECT id FROM {table} AS row
    -- By a query of its own, whose one value the index can be read up to.
    WHERE status = 'queued' AND next_attempt_at <= (SELECT clock_timestamp()) AND NOT {is_overlong}
    ORDER BY next_attempt_at LIMIT {most} FOR UPDATE SKIP LOCKED
)
UPDATE {table} AS row SET next_attempt_at = NULL, updated_at = now()
FROM due WHERE row.id = due.id RETURNING row.id

-- name: promote_overlong
-- Makes as many rows due that outlived their time as slots are left that such may hold; the one that waited longest first.
-- returns: id
WITH due AS (
    SELECT id FROM {table} AS row
    WHERE {is_overlong} AND status = 'queued' AND next_attempt_at <= (SELECT clock_timestamp())
    ORDER BY next_attempt_at
    LIMIT greatest(0, :most - (
        SELECT count(*) FROM {table} AS row
        WHERE {is_overlong} AND (status = 'processing' OR (status = 'queued' AND next_attempt_at IS NULL))
    ))
    FOR UPDATE SKIP LOCKED
)
UPDATE {table} AS row SET next_attempt_at = NULL, updated_at = now()
FROM due WHERE row.id = due.id RETURNING row.id

-- name: take_lost
-- Finds the admitted rows whose message is lost, and notes that it is sent again: those that a later message has overtaken,
-- and no more of the others than threads are idle.
-- returns: id
WITH busy AS (
    SELECT count(*) AS threads FROM {table} WHERE status = 'processing' AND lease_token IS NOT NULL
), live AS (
    SELECT coalesce(sum(threads), 0) AS threads FROM workers
    WHERE service = :service AND beat_at > clock_timestamp() - CAST(:lease AS interval)
), waiting AS (
    SELECT id, urgency(priority, rank) AS urgency, sent_at, row_number() OVER (ORDER BY sent_at NULLS FIRST, id) AS place
    FROM {table}
    WHERE status = 'processing' AND lease_token IS NULL
      AND coalesce(sent_at, '-infinity') < clock_timestamp() - CAST(:resend_after AS interval)
), lost AS (
    SELECT row.id FROM {table} AS row JOIN waiting ON waiting.id = row.id, busy, live
    WHERE row.status = 'processing' AND row.lease_token IS NULL AND live.threads > 0
      AND (waiting.place <= live.threads - busy.threads OR EXISTS (
          -- A more urgent one may have been taken at the call of any message.
          SELECT FROM {table} AS taken
          WHERE taken.status = 'processing' AND taken.lease_token IS NOT NULL
            AND taken.admitted_at > waiting.sent_at + CAST(:resend_after AS interval)
            AND urgency(taken.priority, taken.rank) <= waiting.urgency
      ))
    ORDER BY row.id LIMIT {most} FOR UPDATE OF row SKIP LOCKED
)
UPDATE {table} AS row SET sent_at = clock_timestamp()
FROM lost WHERE row.id = lost.id RETURNING row.id
