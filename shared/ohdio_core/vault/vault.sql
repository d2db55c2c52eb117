-- name: read_naming
-- Reads the key by which names are made, encrypted.
-- returns: sealed
SELECT sealed FROM naming_key

-- name: add_naming
-- Adds that key, unless another process was faster.
INSERT INTO naming_key (sealed) VALUES (:sealed) ON CONFLICT DO NOTHING

-- name: open_address
-- Reads a listing's address, and that of something that it names, encrypted.
-- returns: listing, address
SELECT listing.sealed AS listing, address.sealed AS address
FROM private_listings AS listing
LEFT JOIN private_addresses AS address ON address.follow = listing.id AND address.name = :name
WHERE listing.id = :follow

-- name: read_listing
-- Reads what of a listing is no secret.
-- returns: host, identity
SELECT host, identity FROM private_listings WHERE id = :id

-- name: admit
-- Inserts a listing under a number of the follows; or finds it.
-- returns: id, is_new, sealed_before
INSERT INTO private_listings (id, identity, host, sealed)
VALUES (nextval(pg_get_serial_sequence('follows', 'id')), :identity, :host, :sealed)
ON CONFLICT (identity) DO UPDATE SET identity = excluded.identity
RETURNING id, xmax = 0 AS is_new, sealed AS sealed_before

-- name: replace_listing
-- Puts another address in the place of a listing's own.
UPDATE private_listings SET sealed = :sealed, host = :host WHERE id = :id

-- name: forget
-- Forgets listings that nobody follows, and of whose books none is on its way.
DELETE FROM private_listings AS listing
WHERE NOT EXISTS (SELECT FROM follows AS follow WHERE follow.id = listing.id)
  AND NOT EXISTS (
    SELECT FROM audiobooks AS book JOIN queue_items AS item ON item.audiobook_id = book.id
    WHERE book.source = 'private' AND starts_with(book.url, 'private:' || listing.id || '/') AND item.status <> 'completed'
  )

-- name: read_sealed
-- Reads what is encrypted, and what may be plain of columns that have either.
-- returns: kind, id, name, sealed, may_be_plain
SELECT 'naming' AS kind, 1 AS id, '' AS name, sealed, false AS may_be_plain FROM naming_key WHERE CAST(:is_all AS boolean)
UNION ALL SELECT 'listing', id, '', sealed, false FROM private_listings WHERE CAST(:is_all AS boolean)
UNION ALL SELECT 'address', follow, name, sealed, false FROM private_addresses WHERE CAST(:is_all AS boolean)
UNION ALL SELECT 'channel', id, 'address', address, true FROM channels
UNION ALL SELECT 'channel', id, 'secret', secret, true FROM channels WHERE secret IS NOT NULL

-- name: seal_again
-- Puts what was encrypted anew in its place, unless that has changed meanwhile.
WITH naming AS (UPDATE naming_key SET sealed = CAST(:sealed AS text) WHERE CAST(:kind AS text) = 'naming' AND sealed = CAST(:before AS text)),
listing AS (UPDATE private_listings SET sealed = CAST(:sealed AS text) WHERE CAST(:kind AS text) = 'listing' AND id = :id AND sealed = CAST(:before AS text)),
address AS (
    UPDATE private_addresses SET sealed = CAST(:sealed AS text)
    WHERE CAST(:kind AS text) = 'address' AND follow = :id AND name = :name AND sealed = CAST(:before AS text)
)
UPDATE channels
SET address = CASE WHEN CAST(:name AS text) = 'address' AND address = CAST(:before AS text) THEN CAST(:sealed AS text) ELSE address END,
    secret = CASE WHEN CAST(:name AS text) = 'secret' AND secret = CAST(:before AS text) THEN CAST(:sealed AS text) ELSE secret END
WHERE CAST(:kind AS text) = 'channel' AND id = :id
