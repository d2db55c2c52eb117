-- name: look
-- Reads, without locking anything, what says whether an admission is worthwhile.
-- returns: most, threads, is_paused, is_outside_hours, held, unexplained, overlong, due
SELECT capacity.most, capacity.threads, capacity.is_paused, capacity.is_outside_hours,
       held.held, held.unexplained, held.overlong,
       CASE WHEN capacity.is_outside_hours THEN EXISTS (SELECT FROM {table} AS row WHERE {runs_any_time} AND {is_due})
           ELSE EXISTS (SELECT FROM turns WHERE stage = :stage AND ready_priority IS NOT NULL) END AS due
FROM ({capacity}) AS capacity, (
    SELECT count(*) AS held,
           count(*) FILTER (WHERE lease_token IS NULL AND admitted_at IS NULL) AS unexplained,
           count(*) FILTER (WHERE {is_overlong} AND lease_token IS NOT NULL AND stop_requested IS NULL) AS overlong
    FROM {table} AS row WHERE status = 'processing'
) AS held

-- name: start
-- Admits the chosen rows. Who changes one may wait for its site's turn, which we may hold: so nobody waits here.
-- returns: id, politeness_key, is_batched, waited
WITH chosen AS (
    SELECT id, updated_at FROM {table} AS row WHERE id = ANY(:ids) AND {is_due} FOR UPDATE SKIP LOCKED
), started AS (
    UPDATE {table} AS row SET {admitted} WHERE id IN (SELECT id FROM chosen)
    RETURNING id, politeness_key, {may_be_batched} AS is_batched
), {mark_served}
-- A row that is due was written last when it became so.
SELECT started.*, extract(epoch FROM clock_timestamp() - updated_at)::float AS waited
FROM started JOIN chosen ON chosen.id = started.id

-- name: read_slots
-- Reads the capacity, and who holds a slot.
-- returns: most, threads, is_paused, is_outside_hours, id, politeness_key, urgency, is_running, is_stopping, is_overlong, is_unexplained
SELECT capacity.most, capacity.threads, capacity.is_paused, capacity.is_outside_hours, row.id, row.politeness_key,
       urgency(row.priority, row.rank) AS urgency,
       row.lease_token IS NOT NULL AS is_running, row.stop_requested IS NOT NULL AS is_stopping,
       {is_overlong} AS is_overlong,
       row.lease_token IS NULL AND row.admitted_at IS NULL AS is_unexplained
FROM ({capacity}) AS capacity LEFT JOIN {table} AS row ON row.status = 'processing'

-- name: read_any_time
-- Reads the best due rows that a person wants outside of the hours, too.
-- returns: id, politeness_key, urgency
SELECT row.id, row.politeness_key, urgency(row.priority, row.rank) AS urgency FROM {table} AS row
WHERE {runs_any_time} AND {is_due} AND row.politeness_key NOT IN ({closed_sites})
ORDER BY {by_urgency} LIMIT :most

-- name: requeue_unexplained
-- Takes back the slots of rows that nobody admitted.
UPDATE {table} SET {withdrawn}
WHERE id = ANY(:ids) AND status = 'processing' AND lease_token IS NULL AND admitted_at IS NULL

-- name: withdraw
-- Takes back the slots of rows that nobody has claimed.
-- returns: id
UPDATE {table} SET {withdrawn}
WHERE id = ANY(:ids) AND status = 'processing' AND lease_token IS NULL
RETURNING id

-- name: ask_to_stop
-- Requests running rows to stop, unless that is requested already.
UPDATE {table} SET stop_requested = :reason, updated_at = now()
WHERE id = ANY(:ids) AND lease_token IS NOT NULL AND stop_requested IS NULL

-- name: lock_turns
-- Locks those of these sites' turns that nobody else holds.
-- returns: politeness_key
SELECT politeness_key FROM turns WHERE stage = :stage AND politeness_key = ANY(:keys) FOR UPDATE SKIP LOCKED

-- name: refresh_urgencies
-- Sets the ``ready_priority`` of sites to the urgency of their best due row, or to null where none is due.
UPDATE turns SET ready_priority = (
    SELECT urgency(row.priority, row.rank) FROM {table} AS row
    WHERE row.politeness_key = turns.politeness_key AND {is_due}
    ORDER BY {by_urgency} LIMIT 1
)
WHERE stage = :stage AND politeness_key = ANY(:keys)
