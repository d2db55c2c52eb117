-- name: record_page
-- Writes what a page of a listing brought, and where to go on; only for the scan that holds the lease, or has just ended,
-- and not once it is cancelled: whoever takes out what it added must find all of it.
-- returns: title, found, new, known, skipped, unwanted
UPDATE scrapes SET cursor = :cursor, title = coalesce(:title, title), progress = progress + 1,
       found = found + :found, new = new + :new, known = known + :known, skipped = skipped + :skipped,
       unwanted = unwanted + :unwanted, updated_at = now(), note = coalesce(:note, note),
       note_message = CASE WHEN CAST(:note AS text) IS NULL THEN note_message
                           ELSE CAST(:note_message AS jsonb) END,
       left_out_messages = left_out_messages || CAST(:left_out_messages AS jsonb),
       left_out = (
           SELECT coalesce(jsonb_object_agg(what, entries), '{}')
           FROM (
               SELECT what, sum(entries::integer) AS entries
               FROM (
                   SELECT * FROM jsonb_each_text(left_out)
                   UNION ALL SELECT * FROM jsonb_each_text(CAST(:left_out AS jsonb))
               ) AS each (what, entries)
               GROUP BY what
           ) AS counted
       )
WHERE id = :id AND (lease_token = :token OR status = 'completed') AND stop_requested IS DISTINCT FROM 'cancel'
RETURNING title, found, new, known, skipped, unwanted

-- name: is_cancelled
-- Finds out whether a scan is asked to stop for good.
-- returns: is_cancelled
SELECT EXISTS (SELECT FROM scrapes WHERE id = :id AND lease_token = :token AND stop_requested = 'cancel') AS is_cancelled
