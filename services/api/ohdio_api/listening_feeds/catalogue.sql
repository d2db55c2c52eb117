-- name: find_newest
-- Finds the books of a page of a catalogue, or of an author: the one that was filed last first, as they are indexed.
-- returns: id
SELECT id FROM audiobooks AS book
WHERE library_path IS NOT NULL AND {scope}
  AND (CAST(:author AS text) IS NULL OR authors @> ARRAY[CAST(:author AS text)])
ORDER BY coalesce(filed_at, created_at) DESC, id DESC
LIMIT :most OFFSET :beyond

-- name: find_of_series
-- Finds the books of a page of a series, in its order.
-- returns: id
SELECT id FROM audiobooks AS book
WHERE library_path IS NOT NULL AND series = :series AND {scope}
  AND (CAST(:author AS text) IS NULL OR authors @> ARRAY[CAST(:author AS text)])
ORDER BY CAST(substring(series_position FROM '^\d{1,9}') AS int), coalesce(filed_at, created_at) DESC, id DESC
LIMIT :most OFFSET :beyond

-- name: find_authors
-- Finds the authors of the books of a catalogue, and how many books each has.
-- returns: name, books
SELECT name, count(*) AS books
FROM audiobooks AS book CROSS JOIN unnest(authors) AS name
WHERE library_path IS NOT NULL AND {scope}
GROUP BY name ORDER BY lower(name), name LIMIT :most OFFSET :beyond

-- name: find_series
-- Finds the series of the books of a catalogue, and how many books each has.
-- returns: name, books
SELECT series AS name, count(*) AS books FROM audiobooks AS book
WHERE library_path IS NOT NULL AND series IS NOT NULL AND {scope}
GROUP BY series ORDER BY lower(series), series LIMIT :most OFFSET :beyond
