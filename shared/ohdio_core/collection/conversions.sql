-- name: order
-- Orders that a book in the library becomes another form; whoever is at an earlier order of it notices.
-- returns: audiobook_id
WITH book AS (
    UPDATE audiobooks SET form = :form, updated_at = now() WHERE id = :id AND library_path IS NOT NULL RETURNING id
)
INSERT INTO conversions AS known (audiobook_id, form) SELECT id, :form FROM book
ON CONFLICT (audiobook_id) DO UPDATE
SET form = excluded.form, ordered_at = clock_timestamp(), is_paused = false, attempts = 0,
    seconds_done = CASE WHEN known.form = excluded.form THEN known.seconds_done ELSE 0 END,
    lease_until = CASE WHEN known.holder IS NULL THEN NULL ELSE known.lease_until END,
    wait_reason = NULL, wait_message = NULL, failed_at = NULL, error = NULL, error_message = NULL, remedy = DEFAULT
RETURNING audiobook_id

-- name: convert_filed
-- Orders that a book that is being filed becomes another form.
INSERT INTO conversions AS known (audiobook_id, form) VALUES (:id, :form)
ON CONFLICT (audiobook_id) DO UPDATE
SET form = excluded.form, ordered_at = clock_timestamp(), is_paused = false, attempts = 0, seconds_done = 0,
    lease_until = CASE WHEN known.holder IS NULL THEN NULL ELSE known.lease_until END,
    wait_reason = NULL, wait_message = NULL, failed_at = NULL, error = NULL, error_message = NULL, remedy = DEFAULT

-- name: set_paused
-- Pauses a conversion, or lets it go on; one that has failed is tried anew.
-- returns: audiobook_id
UPDATE conversions
SET is_paused = :is_paused, wait_reason = NULL, wait_message = NULL,
    attempts = CASE WHEN CAST(:is_paused AS boolean) THEN attempts ELSE 0 END,
    lease_until = CASE WHEN holder IS NULL THEN NULL ELSE lease_until END,
    failed_at = CASE WHEN CAST(:is_paused AS boolean) THEN failed_at END,
    error = CASE WHEN CAST(:is_paused AS boolean) THEN error END,
    error_message = CASE WHEN CAST(:is_paused AS boolean) THEN error_message END,
    remedy = CASE WHEN CAST(:is_paused AS boolean) THEN remedy ELSE 'retry' END
WHERE audiobook_id = :id AND (NOT CAST(:is_paused AS boolean) OR failed_at IS NULL) RETURNING audiobook_id

-- name: cancel
-- Cancels a conversion.
-- returns: audiobook_id
DELETE FROM conversions WHERE audiobook_id = :id RETURNING audiobook_id

-- name: retry_failed
-- Tries those again that something helps, some of them in the order of their ids; what somebody has settled meanwhile is
-- left as it is.
-- returns: audiobook_id
WITH chosen AS MATERIALIZED ({some_failed})
UPDATE conversions AS failed
SET is_paused = false, attempts = 0, lease_until = NULL, wait_reason = NULL, wait_message = NULL,
    failed_at = NULL, error = NULL, error_message = NULL, remedy = DEFAULT
FROM chosen WHERE failed.audiobook_id = chosen.audiobook_id AND failed_at IS NOT NULL
RETURNING failed.audiobook_id

-- name: put_away_failed
-- Puts those away that something helps, some of them in the order of their ids.
-- returns: audiobook_id
WITH chosen AS MATERIALIZED ({some_failed})
DELETE FROM conversions AS failed
USING chosen WHERE failed.audiobook_id = chosen.audiobook_id AND failed_at IS NOT NULL
RETURNING failed.audiobook_id

-- name: some_failed
-- Locks the first that failed, and that something helps, beyond a book.
SELECT audiobook_id FROM conversions
WHERE failed_at IS NOT NULL AND remedy = :remedy AND audiobook_id > :beyond
ORDER BY audiobook_id LIMIT :most FOR UPDATE

-- name: find_ordered
-- Finds those of these books that are to be converted.
-- returns: audiobook_id
SELECT audiobook_id FROM conversions WHERE audiobook_id = ANY(CAST(:ids AS bigint[])) AND failed_at IS NULL

-- name: take
-- Takes the conversion that is next of those that nobody is at. A book that is being fetched or tagged waits.
-- returns: audiobook_id, form, attempts
UPDATE conversions
SET holder = :holder, lease_until = clock_timestamp() + CAST(:lease AS interval), attempts = attempts + 1,
    wait_reason = NULL, wait_message = NULL
WHERE audiobook_id = (
    SELECT due.audiobook_id FROM conversions AS due
    WHERE failed_at IS NULL AND NOT is_paused
      AND (holder = :holder OR lease_until IS NULL OR lease_until < clock_timestamp())
      AND NOT EXISTS (
          SELECT FROM queue_items AS item WHERE item.audiobook_id = due.audiobook_id AND item.status <> 'completed'
      )
    -- What is only joined takes seconds.
    ORDER BY due.form LIKE 'm4b-%', ordered_at, due.audiobook_id LIMIT 1 FOR UPDATE OF due SKIP LOCKED
)
RETURNING audiobook_id, form, attempts

-- name: renew
-- Renews the lease of its holder, and notes how far it is.
-- returns: audiobook_id
UPDATE conversions
SET lease_until = clock_timestamp() + CAST(:lease AS interval), seconds_done = :done,
    seconds_total = coalesce(CAST(:total AS float8), seconds_total),
    attempts = CASE WHEN CAST(:has_moved AS boolean) THEN 1 ELSE attempts END
WHERE audiobook_id = :id AND holder = :holder AND form = :form AND failed_at IS NULL AND NOT is_paused
RETURNING audiobook_id

-- name: release
-- Leaves a conversion that its holder was at until it ended, or was to pause; that costs no attempt.
UPDATE conversions SET holder = NULL, lease_until = NULL, attempts = greatest(0, attempts - 1)
WHERE audiobook_id = :id AND holder = :holder

-- name: wait_for
-- Leaves a conversion alone for a while, and says why.
UPDATE conversions
SET holder = NULL, lease_until = clock_timestamp() + CAST(:wait AS interval), attempts = greatest(0, attempts - 1),
    wait_reason = :reason, wait_message = CAST(:message AS jsonb)
WHERE audiobook_id = :id AND holder = :holder AND form = :form

-- name: fail
-- Ends a conversion that cannot be done.
-- returns: audiobook_id
UPDATE conversions
SET failed_at = clock_timestamp(), error = :reason, error_message = CAST(:message AS jsonb), remedy = :remedy,
    holder = NULL, lease_until = NULL
WHERE audiobook_id = :id AND holder = :holder AND form = :form RETURNING audiobook_id

-- name: tell
-- Tells those who are to be told that a book needs a person.
SELECT tell_channels(
    'needs_person', id, coalesce(title, host_of(url)), CAST(:reason AS text), CAST(:message AS jsonb)
)
FROM audiobooks WHERE id = :id

-- name: hold
-- Finds a book that may be converted now, as it was seen; its rows are locked.
-- returns: id
SELECT book.id FROM audiobooks AS book JOIN conversions AS conversion ON conversion.audiobook_id = book.id
WHERE book.id = :id AND revision = :revision AND files_revision = :files_revision AND library_path = :path
  AND holder = :holder AND conversion.form = :form AND failed_at IS NULL AND NOT is_paused
  AND NOT EXISTS (
      SELECT FROM queue_items AS item WHERE item.audiobook_id = book.id AND item.status <> 'completed'
  )
FOR UPDATE OF conversion

-- name: complete
-- Ends a conversion, keeps what is known of the files that lie in the trash now, and forgets why the book was not so.
-- returns: audiobook_id
WITH done AS (
    DELETE FROM conversions WHERE audiobook_id = :id AND holder = :holder AND form = :form RETURNING audiobook_id
), kept AS (
    INSERT INTO replaced_forms (audiobook_id, key, files, file_size, files_revision)
    SELECT book.id, :key, (
               SELECT coalesce(jsonb_agg(to_jsonb(file) ORDER BY index), '[]')
               FROM book_files AS file WHERE file.audiobook_id = book.id
           ), coalesce(file_size, 0), files_revision
    FROM audiobooks AS book JOIN done ON done.audiobook_id = book.id
    WHERE CAST(:key AS text) IS NOT NULL
    ON CONFLICT (key) DO NOTHING
), noted AS (
    UPDATE audiobooks SET note = source_note, note_message = source_note_message
    WHERE id = :id AND CAST(note_message AS text) LIKE '%"book_form.%'
)
SELECT audiobook_id FROM done

-- name: note_speed
-- Remembers how fast a machine encodes.
INSERT INTO encoding_speeds AS known (host, speed) VALUES (:host, :speed)
ON CONFLICT (host) DO UPDATE SET speed = (coalesce(known.speed, excluded.speed) + excluded.speed) / 2

-- name: is_speed_wanted
-- Finds out whether somebody has asked how fast machines encode, and this one is not known.
-- returns: is_wanted
SELECT EXISTS (SELECT FROM encoding_speeds WHERE host = '')
   AND NOT EXISTS (SELECT FROM encoding_speeds WHERE host = :host AND speed IS NOT NULL) AS is_wanted

-- name: read_speed
-- Reads how fast the slowest machine encodes of those that have a downloader now, else of all.
-- returns: speed
SELECT speed FROM encoding_speeds
WHERE speed IS NOT NULL
ORDER BY host NOT IN (SELECT host FROM workers WHERE service = 'downloader'), speed LIMIT 1

-- name: ask_for_speed
-- Asks how fast machines encode.
INSERT INTO encoding_speeds (host) VALUES ('') ON CONFLICT DO NOTHING
