-- name: renew
-- Renews leases, writes progress, and reads what is to stop. Rows that somebody else has locked are left for the next beat.
-- returns: id, is_held, is_renewed, stop, speed_limit
WITH beat AS (
    SELECT * FROM unnest(CAST(:ids AS bigint[]), CAST(:tokens AS uuid[]), CAST(:progress AS bigint[]){arrays})
        AS beat (id, token, progress{names})
), locked AS (
    SELECT row.id FROM {table} AS row JOIN beat ON beat.id = row.id AND beat.token = row.lease_token
    ORDER BY row.id FOR NO KEY UPDATE OF row SKIP LOCKED
), renewed AS (
    UPDATE {table} AS row
    SET lease_until = clock_timestamp() + CAST(:lease AS interval), progress = beat.progress{assignments}
    FROM beat JOIN locked ON locked.id = beat.id WHERE row.id = beat.id
    RETURNING row.id
)
SELECT beat.id, row.lease_token IS NOT DISTINCT FROM beat.token AS is_held,
       renewed.id IS NOT NULL AS is_renewed,
       coalesce(row.stop_requested, {stop_of_all}) AS stop,
       {speed_limit} AS speed_limit
FROM beat LEFT JOIN {table} AS row ON row.id = beat.id LEFT JOIN renewed ON renewed.id = beat.id
