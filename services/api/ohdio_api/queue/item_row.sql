-- name: read_hours
-- Reads when the download hours begin, outside of them.
SELECT {begin} AS begin FROM queue_control

-- name: read_chances
-- Reads whether downloads are paused, and whether anybody lives who downloads, and who describes: once for all rows.
SELECT to_jsonb(ARRAY[
    control.is_paused,
    EXISTS (SELECT FROM workers WHERE service = :downloader AND beat_at > clock_timestamp() - CAST(:lease AS interval)),
    EXISTS (SELECT FROM workers WHERE service = :describer AND beat_at > clock_timestamp() - CAST(:lease AS interval))
])::text AS chances
FROM queue_control AS control
