-- name: read_capacity
-- Reads pause and limit, and what live workers there are.
-- returns: is_paused, max_concurrent_downloads, downloaders, threads, describers
SELECT is_paused, max_concurrent_downloads, live.downloaders, live.threads, live.describers
FROM queue_control, (
    SELECT count(*) FILTER (WHERE service = :downloader) AS downloaders,
           coalesce(sum(threads) FILTER (WHERE service = :downloader), 0) AS threads,
           count(*) FILTER (WHERE service = :describer) AS describers
    FROM workers WHERE beat_at > clock_timestamp() - CAST(:lease AS interval)
) AS live
