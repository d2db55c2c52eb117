-- name: bound_leases
-- Bounds leases and times of sending that lie further ahead than can have been meant.
WITH held AS (
    SELECT id FROM {table}
    WHERE status = 'processing' AND (lease_until > clock_timestamp() + 2 * CAST(:lease AS interval)
                                     OR greatest(admitted_at, sent_at) > clock_timestamp())
    ORDER BY id FOR UPDATE SKIP LOCKED
)
UPDATE {table} AS row
SET lease_until = lease_until - greatest(lease_until - clock_timestamp() - CAST(:lease AS interval), '0'),
    admitted_at = admitted_at - greatest(admitted_at - clock_timestamp(), '0'),
    sent_at = sent_at - greatest(sent_at - clock_timestamp(), '0')
FROM held WHERE row.id = held.id

-- name: bound_waits
-- Moves waits back by as much as their rows were written ahead.
WITH ahead AS (
    SELECT id FROM {table}
    WHERE status = 'queued' AND next_attempt_at > (SELECT clock_timestamp() + CAST(:usual AS interval))
      AND (updated_at > clock_timestamp() OR next_attempt_at > clock_timestamp() + CAST(:longest AS interval))
    ORDER BY id FOR UPDATE SKIP LOCKED
)
UPDATE {table} AS row
SET next_attempt_at = least(
        next_attempt_at - greatest(updated_at - clock_timestamp(), '0'),
        clock_timestamp() + CAST(:longest AS interval)
    ), updated_at = now()
FROM ahead WHERE row.id = ahead.id
