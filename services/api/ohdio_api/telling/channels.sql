-- name: add
-- Adds a channel.
-- returns: id
INSERT INTO channels (kind, address, secret, events, language)
VALUES (:kind, :address, :secret, CAST(:events AS text[]), :language) RETURNING id

-- name: list_channels
-- Lists channels, with what is on its way to each and what was last wrong.
-- returns: id, kind, address, secret, events, language, made_at, delivered_at, waiting, given_up, error, error_message
SELECT channel.id, kind, address, secret, events, language, channel.made_at,
       (SELECT max(delivered_at) FROM deliveries WHERE channel_id = channel.id) AS delivered_at,
       (SELECT count(*) FROM deliveries WHERE channel_id = channel.id AND next_attempt_at IS NOT NULL) AS waiting,
       (SELECT count(*) FROM deliveries
        WHERE channel_id = channel.id AND next_attempt_at IS NULL AND delivered_at IS NULL) AS given_up,
       last.error, last.error_message
FROM channels AS channel
LEFT JOIN LATERAL (
    SELECT error, error_message FROM deliveries WHERE channel_id = channel.id AND attempts > 0
    ORDER BY id DESC LIMIT 1
) AS last ON true
WHERE coalesce(channel.id = CAST(:id AS bigint), true)
ORDER BY channel.id

-- name: remove
-- Removes a channel, with what is on its way to it.
-- returns: kind
DELETE FROM channels WHERE id = :id RETURNING kind

-- name: list_deliveries
-- Lists the newest messages to each of some channels.
-- returns: channel_id, key, notices, made_at, attempts, next_attempt_at, delivered_at, error, error_message
SELECT channel_id, key, jsonb_array_length(body) AS notices, made_at, attempts, next_attempt_at, delivered_at, error,
       error_message
FROM unnest(CAST(:ids AS bigint[])) AS channel (id) CROSS JOIN LATERAL (
    SELECT * FROM deliveries WHERE channel_id = channel.id ORDER BY id DESC LIMIT :most
) AS last
ORDER BY channel_id, last.id DESC

-- name: retry
-- Makes what has not arrived due at once, with as many attempts as if it were new; those that were made stay counted.
-- returns: id
UPDATE deliveries SET next_attempt_at = now(), attempts_before = attempts
WHERE channel_id = :id AND delivered_at IS NULL RETURNING id
