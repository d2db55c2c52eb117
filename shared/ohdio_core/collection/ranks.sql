-- name: read_ends
-- Reads the lowest and the highest rank that any item has.
-- returns: lowest, highest
SELECT min(rank) AS lowest, max(rank) AS highest FROM queue_items WHERE rank IS NOT NULL

-- name: read_ranks
-- Reads the ranks of items that wait.
-- returns: id, rank
SELECT id, rank FROM queue_items WHERE id = ANY(:ids) AND {is_rankable}

-- name: write_ranks
-- Writes the ranks of items, where they have others.
-- returns: id
UPDATE queue_items SET rank = given.rank, updated_at = now()
FROM unnest(CAST(:ids AS bigint[]), CAST(:ranks AS bigint[])) AS given (id, rank)
WHERE queue_items.id = given.id AND queue_items.rank IS DISTINCT FROM given.rank
RETURNING queue_items.id

-- name: pass_on_ranks
-- Writes the ranks of items to the descriptions that they wait for.
UPDATE extractions SET rank = item.rank
FROM queue_items AS item
WHERE item.id = ANY(:ids) AND extractions.id = item.audiobook_id
  AND extractions.status IN ('queued', 'processing') AND extractions.rank IS DISTINCT FROM item.rank

-- name: clear_ranks
-- Takes ranks back.
-- returns: id
UPDATE queue_items SET rank = NULL, updated_at = now()
WHERE id = ANY(:ids) AND rank IS NOT NULL AND deleted_at IS NULL RETURNING id
