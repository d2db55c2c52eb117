-- name: know
-- Writes down chores that nobody has done yet: they are due.
INSERT INTO schedules (name, due_at) SELECT unnest(CAST(:names AS text[])), clock_timestamp() ON CONFLICT DO NOTHING

-- name: take
-- Takes the chore that has been due for the longest time, until its lease ends. What a clock that was ahead has put off is due.
-- returns: name, due_at
UPDATE schedules SET due_at = clock_timestamp() + CAST(:lease AS interval)
WHERE name = (
    SELECT known.name
    FROM unnest(CAST(:names AS text[]), CAST(:intervals AS interval[])) AS chore (name, every)
    JOIN schedules AS known ON known.name = chore.name
    WHERE known.due_at <= clock_timestamp() OR known.due_at > clock_timestamp() + greatest(every, CAST(:lease AS interval))
    ORDER BY known.due_at, known.name LIMIT 1 FOR UPDATE OF known SKIP LOCKED
)
RETURNING name, due_at

-- name: put_off
-- Renews the lease of a chore, or ends it until it comes round again; nothing where another process has it by now.
-- returns: due_at
UPDATE schedules SET due_at = clock_timestamp() + CAST(:by AS interval)
WHERE name = :name AND due_at = :until RETURNING due_at
