-- name: keep
-- Keeps addresses of what private listings name, each under a name of its own; one that is there stays.
INSERT INTO private_addresses (follow, name, sealed)
SELECT follow, name, sealed
FROM unnest(CAST(:follows AS bigint[]), CAST(:names AS text[]), CAST(:sealed AS text[])) AS kept (follow, name, sealed)
WHERE EXISTS (SELECT FROM private_listings AS listing WHERE listing.id = kept.follow)
ORDER BY follow, name
ON CONFLICT (follow, name) DO NOTHING
