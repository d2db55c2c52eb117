-- name: usual
-- What complete books have weighed lately: a second of sound, 128 kbit/s where none tells, and a whole book.
SELECT coalesce(
           sum(file_size) FILTER (WHERE duration_seconds > 0) / nullif(
               sum(duration_seconds) FILTER (WHERE duration_seconds > 0 AND file_size > 0), 0
           ), 16000
       )::float AS second, avg(file_size)::float AS book
FROM (
    SELECT book.file_size, book.duration_seconds
    FROM queue_items AS item JOIN audiobooks AS book ON book.id = item.audiobook_id
    WHERE item.status = 'completed' ORDER BY item.id DESC LIMIT 100
) AS lately

-- name: weight
-- The bytes of the whole book of ``item``: what its download has found out, else what its parts are said to have, by their
-- length where nobody says it; null where nothing tells. Wrong lengths are no reason to exceed what JSON can say.
-- "usual" is asked by subqueries, so that it is not read at all for books whose bytes are known.
(
    SELECT CASE WHEN told.bytes IS NOT NULL THEN least(told.bytes, 9007199254740992)::bigint END
    FROM (SELECT coalesce(
        item.bytes_total,
        (
            SELECT CASE WHEN bool_and(coalesce(part.size, part.duration_seconds) IS NOT NULL)
                THEN sum(coalesce(part.size, part.duration_seconds * (SELECT second FROM usual))) END
            FROM book_parts AS part WHERE part.audiobook_id = book.id
        ),
        book.duration_seconds * (SELECT second FROM usual),
        (SELECT book FROM usual)
    ) AS bytes) AS told
)

-- name: copy
-- The bytes that ``item`` takes a second time while its parts are joined: they stay until the one file is whole.
-- A single part is only given another name, and what may be encoded is filed in its parts first.
CASE WHEN coalesce(book.form, CAST(:form AS text)) IN ('m4b', 'mp3')
      AND EXISTS (SELECT FROM book_parts AS part WHERE part.audiobook_id = book.id AND part.index > 0)
    THEN weighed.bytes ELSE 0 END

-- name: read_in_order
-- Reads the items that are due, and those that are held, in the order of their start, without looking at all that wait.
-- returns: id, whole, to_come, copy, is_held, is_waived
WITH usual AS MATERIALIZED ({usual}), wanting AS MATERIALIZED (
    (
        SELECT * FROM queue_items WHERE status = 'queued' ORDER BY -urgency(priority, rank), id LIMIT :most
    ) UNION ALL (
        SELECT * FROM queue_items WHERE status = 'paused' AND wait_reason IS NOT NULL
        ORDER BY urgency(priority, rank) DESC, id LIMIT :most
    )
)
SELECT item.id, weighed.bytes AS whole, greatest(0, weighed.bytes - item.progress) AS to_come, {copy} AS copy,
       item.status = 'paused' AS is_held, item.room_waived_at IS NOT NULL AS is_waived
FROM wanting AS item JOIN audiobooks AS book ON book.id = item.audiobook_id
CROSS JOIN LATERAL (SELECT {weight} AS bytes) AS weighed
WHERE item.deleted_at IS NULL AND item.is_ready AND item.next_attempt_at IS NULL
ORDER BY urgency(item.priority, item.rank) DESC, item.id

-- name: weigh_running
-- Weighs the books that hold a slot; what nobody can weigh counts for nothing.
-- returns: whole, to_come, copy
WITH usual AS MATERIALIZED ({usual})
SELECT coalesce(sum(weighed.bytes), 0)::bigint AS whole,
       coalesce(sum(greatest(0, weighed.bytes - item.progress)), 0)::bigint AS to_come,
       coalesce(sum({copy}), 0)::bigint AS copy
FROM queue_items AS item JOIN audiobooks AS book ON book.id = item.audiobook_id
CROSS JOIN LATERAL (SELECT {weight} AS bytes) AS weighed
WHERE item.status = 'processing'

-- name: weigh_claimed
-- Weighs an item whose run has begun, and those whose runs have begun before: of two that begin together one is the first.
-- returns: whole, to_come, copy, is_waived, others_whole, others_to_come, others_copy
WITH usual AS MATERIALIZED ({usual}), running AS MATERIALIZED (
    SELECT item.id, item.started_at, item.room_waived_at, weighed.bytes AS whole,
           greatest(0, weighed.bytes - item.progress) AS to_come, {copy} AS copy
    FROM queue_items AS item JOIN audiobooks AS book ON book.id = item.audiobook_id
    CROSS JOIN LATERAL (SELECT {weight} AS bytes) AS weighed
    WHERE item.status = 'processing' AND item.lease_token IS NOT NULL
)
SELECT mine.whole, mine.to_come, mine.copy, mine.room_waived_at IS NOT NULL AS is_waived,
       others.whole AS others_whole, others.to_come AS others_to_come, others.copy AS others_copy
FROM running AS mine CROSS JOIN LATERAL (
    SELECT sum(whole)::bigint AS whole, sum(to_come)::bigint AS to_come, sum(copy)::bigint AS copy FROM running
    WHERE (running.started_at, running.id) < (mine.started_at, mine.id)
) AS others
WHERE mine.id = :id

-- name: hold
-- Holds items that are due.
-- returns: id
UPDATE queue_items AS item
SET {paused}, wait_reason = held.reason, wait_message = held.message, bytes_total = held.bytes
FROM unnest(
    CAST(:ids AS bigint[]), CAST(:bytes AS bigint[]), CAST(:reasons AS text[]), CAST(:messages AS jsonb[])
) AS held (id, bytes, reason, message)
WHERE item.id = held.id AND item.status = 'queued' AND item.is_ready AND item.next_attempt_at IS NULL
  AND item.room_waived_at IS NULL
RETURNING item.id

-- name: release
-- Queues items again that are held.
-- returns: id
UPDATE queue_items SET {resumed}
WHERE id = ANY(:ids) AND status = 'paused' AND wait_reason IS NOT NULL AND deleted_at IS NULL
RETURNING id
