-- name: take_next
-- Takes the row that admission would choose for the slot that this transaction has freed, and claims it at once. None, when
-- nothing is due, or when admission is to decide: more slots are held than allowed, ``turns`` is out of date about a site,
-- or a site is to be tried again.
-- returns: id, lease_token, attempts, max_attempts, progress, best_progress, setbacks, headway, politeness_key,
--     is_batched, is_overlong, waits_for_person, trace_id, waited
WITH held AS MATERIALIZED (
    SELECT politeness_key, count(*) AS slots FROM {table} WHERE status = 'processing' GROUP BY 1
), room AS MATERIALIZED (
    SELECT FROM ({capacity}) AS capacity
    WHERE NOT is_paused AND NOT is_outside_hours AND (SELECT coalesce(sum(slots), 0) FROM held) < least(most, threads)
), upcoming AS MATERIALIZED (
    {upcoming}
), ready AS MATERIALIZED (
    SELECT turns.politeness_key, served_at, ready_priority, coalesce(closings, 0) > 0 AS is_doubtful
    FROM turns LEFT JOIN hosts ON hosts.politeness_key = turns.politeness_key
    WHERE stage = :stage AND ready_priority IS NOT NULL
      AND (closed_until IS NULL OR closed_until <= clock_timestamp()) AND EXISTS (SELECT FROM room)
    ORDER BY ready_priority DESC, served_at NULLS FIRST, opened_at
    LIMIT 1 + (SELECT count(*) FROM held) + (SELECT count(DISTINCT politeness_key) FROM upcoming)
), due AS MATERIALIZED (
    SELECT ready.*, best.id, best.urgency, best.place, coalesce(upcoming.first < best.id, false) AS is_early
    FROM ready LEFT JOIN LATERAL (
        SELECT row.id, urgency(row.priority, row.rank) AS urgency, row_number() OVER (ORDER BY {by_urgency}) AS place
        FROM {table} AS row
        WHERE row.politeness_key = ready.politeness_key AND {is_due}
        ORDER BY {by_urgency}
        -- The best ones may just be taken by other runs that end.
        LIMIT 8
    ) AS best ON true LEFT JOIN upcoming
        ON upcoming.politeness_key = ready.politeness_key AND upcoming.urgency = best.urgency
), started AS (
    SELECT row.id, row.politeness_key, row.updated_at
    FROM due JOIN {table} AS row ON row.id = due.id
        LEFT JOIN held ON held.politeness_key = due.politeness_key
    -- The planner cannot know how few they are, and would read the whole queue for the join alone.
    WHERE row.id = ANY(ARRAY(SELECT id FROM due)) AND NOT due.is_early
      AND {is_due}
      AND NOT EXISTS (
        SELECT FROM due WHERE is_doubtful OR id IS NULL OR (place = 1 AND urgency < ready_priority)
      )
    ORDER BY due.urgency DESC, coalesce(held.slots, 0) + due.place, due.served_at NULLS FIRST, due.id
    LIMIT 1
    FOR UPDATE OF row SKIP LOCKED
), {mark_served}
UPDATE {table} AS row
SET {passed_on}
FROM started WHERE row.id = started.id
RETURNING {claim}, extract(epoch FROM clock_timestamp() - started.updated_at)::float AS waited
