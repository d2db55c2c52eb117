-- name: count_by_status
-- Counts the queue's items by status: kept by triggers, which know nothing of tombstones; those are always still processing.
-- returns: status, items
SELECT status, sum(items)::bigint AS items
FROM (
    SELECT status, items FROM queue_counts
    UNION ALL
    SELECT status, -1 FROM queue_items WHERE status = 'processing' AND deleted_at IS NOT NULL
) AS changes GROUP BY status

-- name: read_overview
-- Reads at once what is asked of the whole, without a look at every row. What books weighed lately tells what those will
-- weigh of which nothing is known yet.
-- returns: is_paused, max_concurrent_downloads, workers, counts, speed, remaining, usual, trash_books, trash_bytes, held_items,
-- held_bytes, closed_sites, has_faults, failed_conversions, hours
SELECT control.is_paused, control.max_concurrent_downloads,
       (
           SELECT coalesce(jsonb_agg(jsonb_build_array(service, processes, threads) ORDER BY service), '[]')
           FROM (
               SELECT service, count(*) AS processes, sum(threads) AS threads FROM workers
               WHERE beat_at > clock_timestamp() - CAST(:lease AS interval) GROUP BY service
           ) AS live
       ) AS workers,
       (
           SELECT coalesce(jsonb_object_agg(status, items), '{}') FROM ({counts}) AS counted
       ) AS counts,
       running.speed, running.remaining,
       CASE WHEN running.speed > 0 THEN coalesce(
           (
               SELECT avg(progress) FILTER (WHERE progress > 0)
               FROM (SELECT progress FROM queue_items WHERE status = 'completed' ORDER BY id DESC LIMIT 100) AS lately
           ), running.usual
       ) END AS usual,
       trash.books AS trash_books, trash.bytes AS trash_bytes, held.items AS held_items, held.bytes AS held_bytes,
       (
           SELECT coalesce(jsonb_agg(jsonb_build_array(politeness_key, closed_until, closed_reason, closed_message)), '[]')
           FROM (
               SELECT politeness_key, closed_until, closed_reason, closed_message FROM hosts
               WHERE closed_until > clock_timestamp() ORDER BY politeness_key LIMIT {most_sites}
           ) AS closed
       ) AS closed_sites,
       EXISTS (SELECT FROM file_faults) AS has_faults,
       (
           SELECT count(*) FROM (SELECT FROM conversions WHERE failed_at IS NOT NULL LIMIT {most_failed}) AS failed
       ) AS failed_conversions,
       {hours} AS hours
FROM queue_control AS control
CROSS JOIN (
    -- Of those whose worker is heard: what has fallen silent receives nothing.
    SELECT coalesce(sum(bytes_per_second) FILTER (WHERE coalesce(lease_until > clock_timestamp(), true)), 0) AS speed,
           coalesce(sum(greatest(bytes_total - progress, 0)) FILTER (WHERE deleted_at IS NULL), 0)::bigint AS remaining,
           avg(bytes_total) AS usual
    FROM queue_items WHERE status = 'processing'
) AS running
CROSS JOIN (
    SELECT count(*) AS books, coalesce(sum(file_size), 0)::bigint AS bytes FROM trashed_books
) AS trash
CROSS JOIN (
    SELECT count(*) AS items, coalesce(sum(greatest(0, bytes_total - progress)), 0)::bigint AS bytes
    FROM (
        SELECT bytes_total, progress FROM queue_items
        WHERE status = 'paused' AND wait_reason IS NOT NULL AND deleted_at IS NULL LIMIT {most_held}
    ) AS counted
) AS held
