-- name: forget_old
-- Forgets some of the runs that ended long ago: no transaction is to be a long one.
DELETE FROM runs WHERE (stage, about_id, id) IN (
    SELECT stage, about_id, id FROM runs WHERE ended_at < clock_timestamp() - CAST(:age AS interval)
    ORDER BY ended_at LIMIT :most
)

-- name: forget_surplus
-- Forgets all but the newest runs of each piece of work that has had some lately.
WITH lately AS (
    SELECT DISTINCT stage, about_id FROM runs WHERE ended_at > clock_timestamp() - CAST(:lately AS interval)
)
DELETE FROM runs USING lately CROSS JOIN LATERAL (
    SELECT id FROM runs AS kept WHERE kept.stage = lately.stage AND kept.about_id = lately.about_id
    ORDER BY id DESC OFFSET :kept LIMIT 1
) AS surplus
WHERE runs.stage = lately.stage AND runs.about_id = lately.about_id AND runs.id <= surplus.id
