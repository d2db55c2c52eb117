-- name: read_ready_sites
-- Reads the first sites by urgency and turn, each with its best due rows. A site that waits for an earlier row, which is
-- about to become due, keeps no other one from its turn.
-- returns: politeness_key, served_at, ready_priority, id, urgency, is_early
WITH upcoming AS MATERIALIZED ({upcoming})
SELECT ready.politeness_key, ready.served_at, ready.ready_priority, due.id, due.urgency,
       upcoming.first < due.id AS is_early
FROM (
    SELECT politeness_key, served_at, ready_priority FROM turns
    WHERE stage = :stage AND ready_priority IS NOT NULL AND politeness_key NOT IN ({closed_sites})
    ORDER BY ready_priority DESC, served_at NULLS FIRST, opened_at
    LIMIT :most + (SELECT count(DISTINCT politeness_key) FROM upcoming)
) AS ready LEFT JOIN LATERAL (
    SELECT row.id, urgency(row.priority, row.rank) AS urgency FROM {table} AS row
    WHERE row.politeness_key = ready.politeness_key AND {is_due}
    ORDER BY {by_urgency}
    LIMIT :free
) AS due ON true LEFT JOIN upcoming
    ON upcoming.politeness_key = ready.politeness_key AND upcoming.urgency = due.urgency

-- name: count_held
-- Counts the slots that each site holds.
-- returns: politeness_key, slots
SELECT politeness_key, count(*) AS slots FROM {table} WHERE status = 'processing' GROUP BY 1

-- name: read_best_among
-- Reads the best due rows of each site among some rows.
-- returns: id, politeness_key, urgency, served_at
SELECT due.id, due.politeness_key, due.urgency, turns.served_at
FROM (
    SELECT row.id, row.politeness_key, urgency(row.priority, row.rank) AS urgency,
           row_number() OVER (PARTITION BY row.politeness_key ORDER BY {by_urgency}) AS place
    FROM {table} AS row
    WHERE {is_among} AND {is_due} AND row.politeness_key NOT IN ({closed_sites})
) AS due LEFT JOIN turns ON turns.stage = :stage AND turns.politeness_key = due.politeness_key
WHERE due.place <= :count
