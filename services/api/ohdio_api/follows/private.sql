-- name: move_back
-- Forgets where a private listing had moved, and by what it would be known as unchanged.
-- returns: id
UPDATE follows SET address = NULL, validators = NULL, politeness_key = :key
WHERE id = :id AND source = 'private' RETURNING id
