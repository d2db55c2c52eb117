-- name: oldest
-- Reads how long that row has been due which is next of its site: the longest of all sites, 0 where none is due. The index
-- of due rows finds the next one of a site at once, and it was written last when it became due.
-- returns: seconds
SELECT coalesce(max(extract(epoch FROM clock_timestamp() - next.updated_at)), 0)::float AS seconds
FROM turns CROSS JOIN LATERAL (
    SELECT updated_at FROM {table} AS row
    WHERE row.politeness_key = turns.politeness_key AND {is_due}
    ORDER BY {by_urgency} LIMIT 1
) AS next
WHERE turns.stage = :stage AND turns.ready_priority IS NOT NULL

-- name: closed_sites
-- Counts the sites that are left alone for now.
-- returns: count
SELECT count(*) FROM hosts WHERE closed_until > clock_timestamp()
