-- name: insert
-- Inserts a follow; or finds the one of that listing.
-- returns: id, is_new, has_ended, is_ending
WITH inserted AS (
    INSERT INTO follows (
        id, url, source, external_id, politeness_key, take, newest, from_day, filters, most_per_check, most_bytes, priority,
        check_every, keep_newest, keep_for, form, speed_limit_kb, as_show, hold, trace_id
    )
    VALUES (
        coalesce(CAST(:id AS bigint), nextval(pg_get_serial_sequence('follows', 'id'))), :url, :source, :external_id, :key, :take, :newest, :from_day, CAST(:filters AS jsonb), :most_per_check, :most_bytes,
        :priority, :check_every, :keep_newest, :keep_for, :form, :speed, :as_show, :hold, :trace
    )
    ON CONFLICT (source, external_id) DO UPDATE SET updated_at = follows.updated_at
    RETURNING id, xmax = 0 AS is_new, status = 'failed' AS has_ended, coalesce(hold = 'ending', false) AS is_ending
)
SELECT id, is_new, has_ended, is_ending FROM inserted

-- name: check_now
-- Makes a follow due at once, with all its attempts; not one that is paused or being looked at.
-- returns: id
UPDATE follows SET {requeued} WHERE id = :id AND status IN ('queued', 'failed') RETURNING id

-- name: find_unmet
-- Finds those of these books that a follow has not met.
-- returns: external_id
SELECT external_id FROM unnest(CAST(:external_ids AS text[])) AS named (external_id)
WHERE NOT EXISTS (
    SELECT FROM followed_books AS met WHERE met.follow_id = :id AND met.external_id = named.external_id
)

-- name: find_known
-- Finds those of these books that there are audiobooks of, by URL or id.
-- returns: url
SELECT named.url
FROM unnest(CAST(:urls AS text[]), CAST(:sources AS text[]), CAST(:external_ids AS text[]))
    AS named (url, source, external_id)
WHERE EXISTS (SELECT FROM audiobooks AS book WHERE book.url = named.url)
   OR EXISTS (
        SELECT FROM audiobooks AS book WHERE book.source = named.source AND book.external_id = named.external_id
   )

-- name: note_met
-- Records that a follow has met books that it did not want.
INSERT INTO followed_books (follow_id, external_id)
SELECT :id, external_id FROM unnest(CAST(:external_ids AS text[])) AS met (external_id)
ON CONFLICT (follow_id, external_id) DO NOTHING

-- name: note_wanted
-- Records that a follow has met books that it wanted, which of them it added, and how new each is.
INSERT INTO followed_books (follow_id, external_id, audiobook_id, published, newness)
SELECT :id, external_id, audiobook_id, published, newness
FROM unnest(
    CAST(:external_ids AS text[]), CAST(:audiobooks AS bigint[]), CAST(:published AS timestamptz[]),
    CAST(:numbers AS bigint[])
) AS met (external_id, audiobook_id, published, newness)
ON CONFLICT (follow_id, external_id) DO UPDATE
SET audiobook_id = coalesce(excluded.audiobook_id, followed_books.audiobook_id), published = excluded.published,
    newness = excluded.newness

-- name: forget_met
-- Forgets that a follow has met these books, so that its next check does.
DELETE FROM followed_books WHERE follow_id = :id AND external_id = ANY(:external_ids) AND audiobook_id IS NULL

-- name: sum_bytes
-- Sums up the audio of what a follow has added: what is filed, and what is to come as far as its source tells.
-- returns: bytes
SELECT coalesce(sum(coalesce(book.file_size, announced.bytes, 0)), 0)::bigint AS bytes
FROM followed_books AS met JOIN audiobooks AS book ON book.id = met.audiobook_id
LEFT JOIN LATERAL (
    SELECT sum(part.size) AS bytes FROM book_parts AS part WHERE part.audiobook_id = book.id
) AS announced ON true
WHERE met.follow_id = :id

-- name: lock_speed
-- Locks a follow, and reads how fast its books come and whether some may still come as fast as it said before.
-- returns: speed_limit_kb, is_to_pass_on
SELECT speed_limit_kb, speeds_before <> '{}' AS is_to_pass_on FROM follows WHERE id = :id FOR UPDATE

-- name: find_former
-- Finds queue items of books that a follow has added and that are to come as fast as it said before, as nobody has set their own.
-- returns: id
SELECT item.id FROM follows AS follow
JOIN followed_books AS met ON met.follow_id = follow.id
JOIN queue_items AS item ON item.audiobook_id = met.audiobook_id
WHERE follow.id = :id AND array_position(follow.speeds_before, item.speed_limit_kb) IS NOT NULL
  AND item.status <> 'completed' AND item.deleted_at IS NULL
ORDER BY item.id LIMIT :most

-- name: find_failed
-- Finds queue items of a follow's books that have failed.
-- returns: id
SELECT item.id FROM followed_books AS met JOIN queue_items AS item ON item.audiobook_id = met.audiobook_id
WHERE met.follow_id = :id AND item.status = 'failed' AND item.deleted_at IS NULL
ORDER BY item.id LIMIT :most
