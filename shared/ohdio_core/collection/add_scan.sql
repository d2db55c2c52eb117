-- name: add
-- Begins a scan, unless one of the same listing is under way.
-- returns: id
INSERT INTO scrapes (url, source, external_id, politeness_key, priority, filters, brings_back, form, speed_limit_kb,
                     trace_id)
VALUES (:url, :source, :external_id, :key, :priority, CAST(:filters AS jsonb), :brings_back, :form, :speed, :trace)
ON CONFLICT (source, external_id) WHERE status IN ('queued', 'processing') DO NOTHING
RETURNING id

-- name: find_under_way
-- Finds the scan of a listing that is under way.
-- returns: id
SELECT id FROM scrapes
WHERE source = :source AND external_id = :external_id AND status IN ('queued', 'processing')

-- name: want_again
-- Goes on with a scan that is just being cancelled.
UPDATE scrapes SET stop_requested = NULL WHERE id = :id AND stop_requested = 'cancel'

-- name: lock
-- Reads a scan that was not dismissed, for a change.
-- returns: url, status
SELECT url, status FROM scrapes WHERE id = :id AND NOT is_dismissed FOR UPDATE

-- name: requeue
-- Requeues a scan, unless another one of the same listing is under way.
-- returns: id
UPDATE scrapes SET {requeued}
WHERE id = :id AND NOT EXISTS (
    SELECT FROM scrapes AS other WHERE other.source = scrapes.source
    AND other.external_id = scrapes.external_id AND other.status IN ('queued', 'processing')
)
RETURNING id
