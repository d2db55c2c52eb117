-- name: place
-- Counts the books of a follow, from the newest one on.
row_number() OVER (PARTITION BY follow.id ORDER BY met.published DESC NULLS LAST, met.newness DESC, book.id)

-- name: find_outlived
-- Finds books that their follows no longer keep. What counts is what a follow itself has added, what is in the library, and
-- what nobody else has brought or asked for: a scan, another follow, a person by its link. Of these the newest stay, by
-- date, then by the order of their listing; what is dated is newer than what is not. A follow that is paused or has ended
-- keeps all. Left out is what runs or waits, and what somebody is in the middle of.
-- returns: follow_id, follow, keep_newest, keep_for, nth, is_beyond, id, source, external_id, url, library_path
WITH own AS (
    SELECT follow.id AS follow_id, coalesce(follow.title, follow.url) AS follow, keep_newest, keep_for,
           book.id, book.source, book.external_id, book.url, library_path, duration_seconds,
           -- Of what was filed before that was written down, no earlier than it can have been.
           coalesce(book.filed_at, book.updated_at) AS filed_at,
           {nth} AS nth
    FROM follows AS follow
    JOIN followed_books AS met ON met.follow_id = follow.id
    JOIN audiobooks AS book ON book.id = met.audiobook_id
    WHERE {chosen} AND (keep_newest IS NOT NULL OR keep_for IS NOT NULL)
      AND follow.status IN ('queued', 'processing') AND follow.stop_requested IS DISTINCT FROM 'pause'
      AND library_path IS NOT NULL AND NOT is_spared
      AND NOT EXISTS (SELECT FROM scrape_books AS find WHERE find.audiobook_id = book.id)
      AND NOT EXISTS (
          SELECT FROM followed_books AS other JOIN follows AS whose ON whose.id = other.follow_id
          WHERE other.external_id = met.external_id AND other.follow_id <> met.follow_id
            AND whose.source = follow.source AND other.newness IS NOT NULL
      )
)
SELECT follow_id, follow, keep_newest, keep_for, nth, coalesce(nth > keep_newest, false) AS is_beyond,
       id, source, external_id, url, library_path
FROM own
WHERE (nth > keep_newest OR filed_at < clock_timestamp() - keep_for)
  AND id <> ALL(CAST(:passed AS bigint[]))
  AND NOT EXISTS (
      SELECT FROM queue_items AS item
      WHERE item.audiobook_id = own.id AND (item.status <> 'completed' OR lease_token IS NOT NULL)
  )
  AND NOT EXISTS (
      SELECT FROM extractions AS description
      WHERE description.id = own.id AND description.status IN ('queued', 'processing')
  )
  AND NOT EXISTS (
      SELECT FROM positions AS position
      WHERE position.source = own.source AND position.external_id = own.external_id
        AND seconds > 0 AND seconds < coalesce(duration_seconds, 'Infinity') - :ending
  )
ORDER BY follow_id, nth DESC LIMIT :most
