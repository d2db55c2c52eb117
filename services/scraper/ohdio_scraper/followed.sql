-- name: load
-- Reads a follow when a check of it begins.
-- returns: url, source, external_id, politeness_key, address, title, is_feed, take, newest, from_day, keep_newest, filters, has_begun, has_left, most_per_check, most_bytes, priority, check_every, validators, quiet_for, skipped_hours, created_at, form, as_show, hold, speeds_before
SELECT url, source, external_id, politeness_key, address, title, is_feed, take, newest, from_day, keep_newest, filters, has_begun, has_left,
       most_per_check, most_bytes, priority, check_every, validators, quiet_for, skipped_hours, created_at, form, as_show, hold,
       speeds_before
FROM follows WHERE id = :id
