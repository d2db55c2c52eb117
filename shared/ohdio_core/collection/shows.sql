-- name: note_show
-- Writes of which show these books of a follow are filed as episodes, but for those that are in the library. The show keeps the name
-- that its first episode had; the follow remembers it, so that none of its books is looked at for it.
WITH named AS (UPDATE follows SET show = :show WHERE id = :id AND show IS NULL)
UPDATE audiobooks SET episode_of = coalesce((SELECT show FROM follows WHERE id = :id), :show)
WHERE id = ANY(CAST(:ids AS bigint[])) AND library_path IS NULL

-- name: note_followed_show
-- Writes of which followed show these books are episodes, as it lists them; what is in the library stays as it is.
UPDATE audiobooks AS book SET episode_of = coalesce(follow.show, follow.title)
FROM followed_books AS met JOIN follows AS follow ON follow.id = met.follow_id
WHERE book.id = ANY(CAST(:ids AS bigint[])) AND book.library_path IS NULL AND book.episode_of IS NULL
  AND met.external_id = book.external_id AND follow.source = book.source AND coalesce(follow.as_show, follow.is_feed)

-- name: find_addresses
-- Finds where followed listings are that have moved for good.
-- returns: id, address
SELECT id, address FROM follows WHERE address IS NOT NULL

-- name: name_listed_show
-- Names the show that a listing is followed as, if it is; it keeps that name from then on. A follow that was not checked yet has no
-- name of its own. A feed that is called the same, and has an item of the same guid, is one show with it: what tells items of feeds
-- apart within one stands behind the dash.
-- returns: show
WITH followed AS (
    SELECT id, show, coalesce(title, :title) AS title FROM follows AS follow
    WHERE coalesce(as_show, is_feed OR :is_feed) AND (
        source = :source AND external_id = :external_id OR id = ANY(CAST(:moved AS bigint[]))
        OR :is_feed AND source = :source AND title = :title AND EXISTS (
            SELECT FROM followed_books AS met JOIN unnest(CAST(:listed AS text[])) AS item
            ON split_part(met.external_id, '-', 2) = split_part(item, '-', 2)
            WHERE met.follow_id = follow.id
        )
    )
    ORDER BY source = :source AND external_id = :external_id DESC, id = ANY(CAST(:moved AS bigint[])) DESC, id LIMIT 1
), named AS (
    UPDATE follows SET show = followed.title FROM followed WHERE follows.id = followed.id AND follows.show IS NULL
    RETURNING follows.show
)
SELECT coalesce((SELECT show FROM named), show) AS show FROM followed

-- name: note_listed_show
-- Writes of which show these books are episodes; what is in the library stays as it is.
UPDATE audiobooks SET episode_of = :show WHERE id = ANY(CAST(:ids AS bigint[])) AND library_path IS NULL
