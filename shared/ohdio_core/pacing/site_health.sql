-- name: record_failure
-- Counts a failure of a site, and closes it when they are too many; never for a shorter time than it is closed for.
WITH closing AS (SELECT clock_timestamp() + CAST(:closing AS interval) AS ends_at)
UPDATE hosts SET failures = :failures, failed_items = :items, closings = :closings, is_tried = false,
       closed_until = CASE WHEN ends_at IS NULL OR (closed_until > ends_at AND NOT is_tried)
           THEN closed_until ELSE ends_at END,
       closed_reason = CASE WHEN ends_at IS NULL OR (closed_until > ends_at AND NOT is_tried)
           THEN closed_reason ELSE {reason} END,
       closed_message = CASE WHEN ends_at IS NULL OR (closed_until > ends_at AND NOT is_tried)
           THEN closed_message ELSE {message} END
FROM closing WHERE politeness_key = :key

-- name: record_success
-- Forgets the failures of a site, and opens it if they had closed it; not within a pause that it has asked for.
UPDATE hosts SET failures = 0, failed_items = '{}', closings = 0, is_tried = false,
       closed_until = CASE WHEN closings = 0 THEN closed_until
           WHEN asked_until > clock_timestamp() THEN asked_until END,
       closed_reason = CASE WHEN closings = 0 THEN closed_reason
           WHEN asked_until > clock_timestamp() THEN :asked_reason END,
       closed_message = CASE WHEN closings = 0 THEN closed_message
           WHEN asked_until > clock_timestamp() THEN CAST(:asked_message AS jsonb) END
WHERE politeness_key = :key AND failures > 0

-- name: bound_closings
-- Shortens closings that lie further ahead than any can: they were written when the clock was ahead.
WITH closed AS (
    SELECT politeness_key, is_tried,
           CASE WHEN asked_until > clock_timestamp() AND NOT is_tried
               THEN least(asked_until, clock_timestamp() + CAST(:retry_after AS interval)) END AS asked,
           -- Not while it keeps to what it asked for itself, before or since it failed.
           closings > 0 AND coalesce(closed_reason LIKE '% is failing; %', true) AS is_failing
    FROM hosts WHERE closed_until > clock_timestamp() + CAST(:trial AS interval)
    ORDER BY politeness_key FOR UPDATE SKIP LOCKED
), bounded AS (
    SELECT politeness_key, is_failing AND NOT is_tried AS is_failing, asked, greatest(asked, clock_timestamp() + CASE
        WHEN is_tried THEN CAST(:trial AS interval)
        WHEN is_failing THEN CAST(:closing AS interval)
        ELSE CAST(:retry_after AS interval) END) AS latest
    FROM closed
)
UPDATE hosts SET closed_until = latest, asked_until = asked,
    closed_reason = CASE WHEN is_failing THEN {reason} ELSE closed_reason END,
    closed_message = CASE WHEN is_failing THEN {message} ELSE closed_message END
FROM bounded WHERE hosts.politeness_key = bounded.politeness_key AND closed_until > latest
