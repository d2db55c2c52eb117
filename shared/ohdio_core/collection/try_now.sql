-- name: find_at_failing_sites
-- Finds queued items whose site is left alone as it fails, or that of their description.
-- returns: id
SELECT item.id
FROM queue_items AS item
LEFT JOIN extractions AS description ON description.id = item.audiobook_id AND NOT item.is_ready
JOIN hosts ON hosts.politeness_key = coalesce(description.politeness_key, item.politeness_key)
WHERE item.id = ANY(:ids) AND item.deleted_at IS NULL AND item.status = 'queued' AND {fails}
ORDER BY item.id

-- name: describe_now
-- Makes descriptions due at once that queued items wait for, with all their attempts.
-- returns: id
UPDATE extractions AS description SET {requeued}
FROM queue_items AS item
WHERE item.id = ANY(:ids) AND item.deleted_at IS NULL AND item.status = 'queued' AND NOT item.is_ready
  AND description.id = item.audiobook_id
  AND description.status = 'queued' AND description.next_attempt_at IS NOT NULL
RETURNING item.id

-- name: open_sites
-- Ends the closing of sites that items wait for: the next work of each tries whether it works again. A pause that a site has asked
-- for itself goes on.
WITH closed AS (
    SELECT politeness_key, asked_until > clock_timestamp() AS is_asked, greatest(asked_until, clock_timestamp()) AS opens_at
    FROM hosts
    WHERE {fails} AND politeness_key IN (
        SELECT coalesce(description.politeness_key, item.politeness_key)
        FROM queue_items AS item
        LEFT JOIN extractions AS description ON description.id = item.audiobook_id AND NOT item.is_ready
        WHERE item.id = ANY(:ids)
    )
    ORDER BY politeness_key FOR UPDATE
)
UPDATE hosts SET closed_until = opens_at,
    closed_reason = CASE WHEN is_asked THEN :asked_reason ELSE closed_reason END,
    closed_message = CASE WHEN is_asked THEN CAST(:asked_message AS jsonb) ELSE closed_message END
FROM closed WHERE hosts.politeness_key = closed.politeness_key
