-- name: title_of_author
-- Finds an author of whom a book is in the library.
-- returns: title
SELECT CAST(:value AS text) AS title FROM audiobooks
WHERE library_path IS NOT NULL AND authors @> ARRAY[CAST(:value AS text)] LIMIT 1

-- name: title_of_series
-- Finds a series of which a book is in the library.
-- returns: title
SELECT series AS title FROM audiobooks WHERE library_path IS NOT NULL AND series = :value LIMIT 1

-- name: title_of_book
-- Finds what a book of the library is called.
-- returns: title
SELECT coalesce(title, 'ohdio') AS title FROM audiobooks
WHERE library_path IS NOT NULL AND id = CAST(:value AS bigint)

-- name: title_of_follow
-- Finds what a follow is called; never by its link, which may hold a secret.
-- returns: title
SELECT coalesce(title, 'ohdio') AS title FROM follows WHERE id = CAST(:value AS bigint)

-- name: add
-- Adds a feed, unless its listener has too many.
-- returns: id, made_at
INSERT INTO listening_feeds (key, listener_id, scope, value, title)
SELECT :key, :listener_id, :scope, :value, :title
WHERE (SELECT count(*) FROM listening_feeds WHERE listener_id = :listener_id AND revoked_at IS NULL) < :most
RETURNING id, made_at

-- name: list_feeds
-- Lists the feeds that are not revoked, the newest first; of one listener, or of all.
-- returns: id, scope, about, title, listener_id, listener, made_at, used_at
SELECT feed.id, scope, value AS about, title, listener_id, listener.name AS listener, made_at, used_at
FROM listening_feeds AS feed JOIN listeners AS listener ON listener.id = listener_id
WHERE revoked_at IS NULL AND coalesce(listener_id = CAST(:listener_id AS bigint), true)
ORDER BY feed.id DESC

-- name: revoke
-- Revokes a feed; of one listener, or of anybody.
-- returns: title
UPDATE listening_feeds SET revoked_at = now()
WHERE id = :id AND revoked_at IS NULL AND coalesce(listener_id = CAST(:listener_id AS bigint), true)
RETURNING coalesce(title, '') AS title

-- name: forget
-- Forgets feeds that were revoked before the newest of those: who asks for one is told that there is none.
DELETE FROM listening_feeds WHERE id IN (
    SELECT id FROM listening_feeds WHERE revoked_at IS NOT NULL ORDER BY revoked_at DESC, id DESC OFFSET :most
)
