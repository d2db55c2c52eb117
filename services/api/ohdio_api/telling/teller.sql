-- name: find_gathering
-- Finds channels with notices, since when the first of these waits, and whether anybody is told at all.
-- returns: id, kind, first_at
SELECT channel.id, kind, min(notice.at) AS first_at
FROM channels AS channel LEFT JOIN notices AS notice ON notice.channel_id = channel.id
GROUP BY channel.id, kind

-- name: gather
-- Puts notices of a channel on their way: all into one message, or each into its own. What another gateway takes at this
-- moment is left to it.
-- returns: id
WITH taken AS (
    DELETE FROM notices WHERE id IN (
        SELECT id FROM notices WHERE channel_id = :id ORDER BY id LIMIT :most FOR UPDATE SKIP LOCKED
    )
    RETURNING id, event, audiobook_id, title, reason, message, at
), told AS (
    SELECT id, jsonb_build_object(
        'event', event, 'audiobook_id', audiobook_id, 'title', title, 'reason', reason, 'message', message, 'at', at
    ) AS told FROM taken
), bodies AS (
    SELECT min(id) AS first, jsonb_agg(told ORDER BY id) AS body FROM told
    GROUP BY CASE WHEN CAST(:is_one_each AS boolean) THEN id END
)
INSERT INTO deliveries (channel_id, body) SELECT :id, body FROM bodies ORDER BY first RETURNING id

-- name: claim
-- Takes the first due message, in quiet hours none to people, and counts an attempt. Until the lease ends nobody else takes it; a process that dies in
-- between leaves it to be sent again, under the same key.
-- returns: id, key, body, attempts, attempts_before, channel_id, kind, address, secret, language
UPDATE deliveries AS taken SET attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => :lease)
FROM channels AS channel
WHERE channel.id = taken.channel_id AND taken.id = (
    SELECT due.id FROM deliveries AS due JOIN channels AS its ON its.id = due.channel_id
    WHERE next_attempt_at <= now() AND NOT (CAST(:is_quiet AS boolean) AND its.kind = 'apprise')
    ORDER BY next_attempt_at, due.id LIMIT 1 FOR UPDATE OF due SKIP LOCKED
)
RETURNING taken.id, taken.key, taken.body, taken.attempts, taken.attempts_before, channel.id AS channel_id, channel.kind,
          channel.address, channel.secret, channel.language

-- name: note_delivered
-- Notes that a message has arrived.
UPDATE deliveries SET delivered_at = now(), next_attempt_at = NULL, error = NULL, error_message = NULL WHERE id = :id

-- name: note_failed
-- Notes why a message has not arrived, and when it is tried again, if ever.
UPDATE deliveries SET error = :error, error_message = CAST(:message AS jsonb),
       next_attempt_at = CASE WHEN CAST(:is_last AS boolean) THEN NULL ELSE now() + make_interval(secs => :wait) END
WHERE id = :id

-- name: postpone
-- Postpones what else goes to a channel as well: who does not answer one message holds up no other channel.
UPDATE deliveries SET next_attempt_at = now() + make_interval(secs => :wait)
WHERE channel_id = :channel_id AND id <> :id AND next_attempt_at <= now()

-- name: forget
-- Forgets what has arrived, or was given up, a while ago.
DELETE FROM deliveries WHERE next_attempt_at IS NULL AND coalesce(delivered_at, made_at) < now() - interval '30 days'
