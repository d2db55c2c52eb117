-- name: hold
-- Keeps a follow from being ended or checked by another until the commit; finds none once the lease is lost. Until the check
-- has come to its end the listing has no validators, so that the next one reads all of it.
-- returns: id
UPDATE follows SET validators = NULL, has_left = true WHERE id = :id AND lease_token = :token RETURNING id

-- name: note_success
-- Notes what a check found out, in the transaction that ends it.
UPDATE follows SET has_begun = hold IS NULL, hold = CASE hold WHEN 'unread' THEN 'read' ELSE hold END, has_left = :has_left, checked_at = now(), title = coalesce(:title, title), is_feed = :is_feed,
       note = :note,
       note_message = CAST(:note_message AS jsonb), validators = CAST(:validators AS jsonb),
       address = :address, quiet_for = :quiet_for, skipped_hours = :skipped_hours,
       found_at = CASE WHEN CAST(:has_added AS boolean) THEN now() ELSE found_at END
WHERE id = :id

-- name: note_unchanged
-- Notes that a listing is as it was.
UPDATE follows SET checked_at = now(), address = :address WHERE id = :id

-- name: note_failure
-- Notes that there was a check, though it failed.
UPDATE follows SET checked_at = now() WHERE id = :id
