-- name: find_scanned
-- Finds which of some listings there are scans of.
-- returns: source, external_id
SELECT DISTINCT scan.source, scan.external_id
FROM unnest(CAST(:sources AS text[]), CAST(:ids AS text[])) AS listing (source, external_id)
JOIN scrapes AS scan USING (source, external_id)
