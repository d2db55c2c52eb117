-- name: count_facets
-- Counts the books of the library by everything that they can be picked by, the most frequent values first, and how many
-- books and seconds there are. A language counts whatever its region or script: nobody looks for books of one alone.
-- returns: facet, value, books, values
WITH filed AS MATERIALIZED (
    SELECT authors, narrators, series, language, source, duration_seconds FROM audiobooks
    WHERE library_path IS NOT NULL
), valued AS (
    SELECT 'author' AS facet, unnest(authors) AS value FROM filed
    UNION ALL SELECT 'narrator', unnest(narrators) FROM filed
    UNION ALL SELECT 'series', series FROM filed WHERE series IS NOT NULL
    UNION ALL SELECT 'language', split_part(language, '-', 1) FROM filed WHERE language IS NOT NULL
    UNION ALL SELECT 'source', source FROM filed
), counted AS (
    SELECT facet, value, count(*) AS books FROM valued GROUP BY facet, value
), ranked AS (
    SELECT facet, value, books, count(*) OVER (PARTITION BY facet) AS values,
           row_number() OVER (PARTITION BY facet ORDER BY books DESC, value) AS place
    FROM counted
)
SELECT facet, value, books, values FROM ranked WHERE place <= :most
UNION ALL SELECT 'books', NULL, 0, count(*) FROM filed
UNION ALL SELECT 'seconds', NULL, 0, coalesce(sum(duration_seconds), 0)::bigint FROM filed
ORDER BY books DESC, value
