-- name: read_hold
-- Locks a held follow, and reads how far it is: also of the folder that it is compared with, unless that has ended.
-- returns: hold, lease_token, import_id, step
SELECT hold, lease_token, import.id AS import_id, import.step
FROM follows AS follow LEFT JOIN folder_imports AS import ON import.follow_id = follow.id AND import.ended_at IS NULL
WHERE follow.id = :id AND hold IN ('unread', 'read') FOR UPDATE OF follow

-- name: decide
-- Writes down what becomes of a held follow, and what is taken of what is missing, if that is said. Its next check, a minute later
-- at most, goes on with it if nobody else does.
-- returns: id
UPDATE follows
SET hold = :hold, updated_at = now(),
    next_attempt_at = CASE WHEN next_attempt_at IS NOT NULL THEN least(next_attempt_at, now() + interval '1 minute') END,
    take = coalesce(:take, take),
    newest = CASE WHEN CAST(:take AS text) IS NULL THEN newest ELSE :newest END,
    from_day = CASE WHEN CAST(:take AS text) IS NULL THEN from_day ELSE CAST(:from_day AS date) END
WHERE id = :id AND hold IS NOT NULL RETURNING id

-- name: lock_decided
-- Locks a held follow of which it is decided what becomes of it.
-- returns: hold
SELECT hold FROM follows WHERE id = :id AND hold IN ('confirmed', 'ending') FOR UPDATE

-- name: find_untaken
-- Finds some of what a held follow has added and nobody has let begin, but for what is taken from its folder; and whether
-- somebody else wants it: a scan, another follow, a person by its link.
-- returns: id, is_wanted
SELECT book.id,
       is_spared OR EXISTS (SELECT FROM scrape_books AS find WHERE find.audiobook_id = book.id)
       OR EXISTS (
           SELECT FROM followed_books AS other JOIN follows AS whose ON whose.id = other.follow_id
           WHERE other.external_id = met.external_id AND other.follow_id <> met.follow_id
             AND whose.source = follow.source AND whose.hold IS NULL AND other.newness IS NOT NULL
       ) AS is_wanted
FROM follows AS follow
JOIN followed_books AS met ON met.follow_id = follow.id
JOIN audiobooks AS book ON book.id = met.audiobook_id
JOIN queue_items AS item ON item.audiobook_id = book.id
WHERE follow.id = :id AND follow.hold IS NOT NULL AND item.status = 'paused' AND book.library_path IS NULL
  AND NOT EXISTS (
      SELECT FROM found_books AS found JOIN folder_imports AS import ON import.id = import_id
      WHERE import.follow_id = follow.id AND found.audiobook_id = book.id AND found.is_wanted
  )
ORDER BY book.id LIMIT :most

-- name: lift
-- Begins a confirmed follow as if it were new, but that what appeared since it was ordered is new; books that are known
-- are left as they are.
WITH lifted AS (
    UPDATE follows SET hold = NULL, has_begun = false, has_left = false, validators = NULL WHERE id = :id RETURNING id
)
DELETE FROM followed_books WHERE follow_id IN (SELECT id FROM lifted)

-- name: make_due
-- Has it begin at once, unless it is paused or being looked at.
UPDATE follows SET {requeued} WHERE id = :id AND status IN ('queued', 'failed')
