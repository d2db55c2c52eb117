-- name: find_due
-- Finds the schedules whose time has come. What was missed while no process ran is due once, and so is what a clock that
-- was ahead has put off. Most ticks find none.
-- returns: name
SELECT name
FROM unnest(CAST(:names AS text[]), CAST(:intervals AS interval[])) AS schedule (name, every)
WHERE NOT EXISTS (
    SELECT FROM schedules AS known
    WHERE known.name = schedule.name AND known.due_at > clock_timestamp()
      AND known.due_at <= clock_timestamp() + every
)

-- name: take_due
-- Takes a schedule whose time has come, and writes when it comes again. Where another process is at one, none is due here.
-- returns: name
INSERT INTO schedules (name, due_at)
SELECT name, clock_timestamp() + every
FROM unnest(CAST(:names AS text[]), CAST(:intervals AS interval[])) AS schedule (name, every)
WHERE (SELECT pg_try_advisory_xact_lock(:lock))
ON CONFLICT (name) DO UPDATE SET due_at = excluded.due_at
WHERE schedules.due_at <= clock_timestamp() OR schedules.due_at > excluded.due_at
RETURNING name
