-- name: running
-- What has a worker is being processed, which the indexes of that are for: no more rows are read than there are slots.
-- returns: worker_id, admitted_at, title
SELECT worker_id, admitted_at, coalesce(books.title, books.url) AS title
FROM queue_items JOIN audiobooks AS books ON books.id = audiobook_id
WHERE status = 'processing' AND worker_id IS NOT NULL
UNION ALL
SELECT worker_id, admitted_at, coalesce(books.title, books.url)
FROM extractions JOIN audiobooks AS books USING (id)
WHERE status = 'processing' AND worker_id IS NOT NULL
UNION ALL
SELECT worker_id, admitted_at, coalesce(title, url)
FROM scrapes WHERE status = 'processing' AND worker_id IS NOT NULL
UNION ALL
SELECT worker_id, admitted_at, coalesce(title, url)
FROM follows WHERE status = 'processing' AND worker_id IS NOT NULL
ORDER BY admitted_at
