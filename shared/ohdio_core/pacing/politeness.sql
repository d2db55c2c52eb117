-- name: lock_turn
-- Locks a site's row, and reads for how many seconds it is closed, and in how many its next request may go out.
-- returns: closed_reason, closed_message, closed_for, wait
SELECT closed_reason, closed_message,
    -- While one item tries a failing site, its own requests go out.
    CASE WHEN NOT is_tried THEN extract(epoch FROM closed_until - clock_timestamp())::float END AS closed_for,
    -- A slot further ahead than any is given was given when the clock was ahead.
    CASE WHEN next_slot_at <= clock_timestamp() + CAST(:furthest AS interval)
        THEN greatest(0, extract(epoch FROM next_slot_at - clock_timestamp())) ELSE 0 END::float AS wait
FROM hosts WHERE politeness_key = :key FOR UPDATE

-- name: take_turn
-- Takes the next slot of a site, and puts the one after it an interval later.
UPDATE hosts SET next_slot_at = CAST(:interval AS interval) + greatest(clock_timestamp(),
    CASE WHEN next_slot_at <= clock_timestamp() + CAST(:furthest AS interval) THEN next_slot_at END)
WHERE politeness_key = :key

-- name: close
-- Closes a site to all requests for the time that it named.
INSERT INTO hosts (politeness_key, closed_until, asked_until, closed_reason, closed_message)
SELECT :key, ends_at, ends_at, :reason, CAST(:message AS jsonb)
FROM (SELECT clock_timestamp() + CAST(:duration AS interval) AS ends_at) AS asked
ON CONFLICT (politeness_key) DO UPDATE
SET closed_until = CASE WHEN hosts.is_tried THEN excluded.closed_until
        ELSE greatest(hosts.closed_until, excluded.closed_until) END,
    -- It named its time itself, so no success may open it sooner.
    closings = CASE WHEN NOT hosts.is_tried AND hosts.closed_until >= excluded.closed_until
        THEN hosts.closings ELSE 0 END,
    asked_until = greatest(hosts.asked_until, excluded.asked_until), is_tried = false,
    -- What it is closed for longest is said.
    closed_reason = CASE WHEN NOT hosts.is_tried AND hosts.closed_until > excluded.closed_until
        THEN hosts.closed_reason ELSE excluded.closed_reason END,
    closed_message = CASE WHEN NOT hosts.is_tried AND hosts.closed_until > excluded.closed_until
        THEN hosts.closed_message ELSE excluded.closed_message END
