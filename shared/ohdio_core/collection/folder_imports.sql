-- name: begin
-- Begins to read a folder, in the place of an import that has come to rest. What a held follow was compared with waits
-- for a person as long as it takes: it is in nobody's way, and only that follow replaces it. A folder whose follow has a listing that
-- cannot be read gives way to another, as that may never be. Of two that begin at one moment the second finds that
-- another one is being read.
-- returns: id
WITH former AS (
    UPDATE folder_imports AS import SET ended_at = clock_timestamp()
    WHERE ended_at IS NULL AND CASE
        WHEN EXISTS (SELECT FROM follows WHERE follows.id = import.follow_id AND hold IS NOT NULL)
        THEN import.follow_id = CAST(:follow AS bigint) OR EXISTS (
            SELECT FROM follows WHERE follows.id = import.follow_id AND hold = 'unread' AND error IS NOT NULL
        )
        ELSE step = 'read' END
    RETURNING id
)
INSERT INTO folder_imports (path, is_moved, follow_id)
SELECT :path, :is_moved, :follow WHERE NOT EXISTS (
    SELECT FROM folder_imports WHERE ended_at IS NULL AND step <> 'read' AND id NOT IN (SELECT id FROM former)
)
ON CONFLICT ((ended_at IS NULL)) WHERE ended_at IS NULL AND step = 'reading' DO NOTHING
RETURNING id

-- name: find_shown
-- Finds the import that people are shown: the last one, but for those whose follow waits to be confirmed.
-- returns: id
SELECT max(id) AS id FROM folder_imports AS import WHERE NOT (ended_at IS NULL AND {waits})

-- name: end
-- Ends the import that there is; what waits for a follow to be confirmed ends with that.
-- returns: id
UPDATE folder_imports AS import SET ended_at = clock_timestamp()
WHERE ended_at IS NULL AND NOT {waits} RETURNING id

-- name: want
-- Orders found books of one import to be taken.
-- returns: id
WITH wanted AS (
    UPDATE found_books AS found SET is_wanted = true, reason = NULL, message = NULL
    FROM folder_imports AS import
    WHERE import.id = :import AND import.id = import_id AND import.ended_at IS NULL AND import.step <> 'reading'
      AND taken_at IS NULL
      AND CASE WHEN CAST(:ids AS bigint[]) IS NULL THEN verdict = ANY(CAST(:verdicts AS text[]))
               ELSE found.id = ANY(CAST(:ids AS bigint[])) AND verdict IN ('known', 'new', 'unsure') END
    RETURNING found.id, import_id
), filing AS (
    UPDATE folder_imports SET step = 'filing' WHERE id IN (SELECT import_id FROM wanted)
)
SELECT id FROM wanted

-- name: take
-- Takes the first import that is under way, where no process is at one. What a follow is compared with is read once its
-- listing was, and its books are described; what could not be described is not waited for.
-- returns: id, path, is_moved, step, follow_id
UPDATE folder_imports
SET holder = :holder, lease_until = clock_timestamp() + CAST(:lease AS interval), error = NULL, error_message = NULL
WHERE id = (
    SELECT id FROM folder_imports AS import
    WHERE ended_at IS NULL AND step <> 'read'
      AND (holder = :holder OR lease_until IS NULL OR lease_until < clock_timestamp())
      AND NOT EXISTS (
          SELECT FROM folder_imports AS other
          WHERE other.ended_at IS NULL AND other.holder <> :holder AND other.lease_until >= clock_timestamp()
      )
      AND NOT EXISTS (SELECT FROM follows WHERE follows.id = import.follow_id AND hold = 'unread')
      AND (step = 'filing' OR NOT EXISTS (
          SELECT FROM followed_books AS met JOIN extractions AS description ON description.id = met.audiobook_id
          WHERE met.follow_id = import.follow_id AND description.status IN ('queued', 'processing')
            AND description.setbacks = 0
      ))
    ORDER BY id LIMIT 1 FOR UPDATE
)
RETURNING id, path, is_moved, step, follow_id

-- name: renew
-- Renews the lease of its holder.
-- returns: id
UPDATE folder_imports SET lease_until = clock_timestamp() + CAST(:lease AS interval)
WHERE id = :id AND holder = :holder AND ended_at IS NULL RETURNING id

-- name: begin_reading
-- Forgets what was read of the folder before.
DELETE FROM found_books WHERE import_id IN (SELECT id FROM folder_imports WHERE id = :id AND holder = :holder)

-- name: add_found
-- Records what was found.
INSERT INTO found_books (
    import_id, place, verdict, title, authors, seconds, bytes, files, others, facts, audiobook_id, reason, message
)
SELECT import.id, found.*
FROM folder_imports AS import, jsonb_to_recordset(CAST(:found AS jsonb)) AS found (
    place text, verdict text, title text, authors text[], seconds float8, bytes bigint, files text[], others text[],
    facts jsonb, audiobook_id bigint, reason text, message jsonb
)
WHERE import.id = :id AND holder = :holder

-- name: rest
-- Waits for what a person wants, unless more is wanted already.
UPDATE folder_imports SET step = 'read', holder = NULL, lease_until = NULL
WHERE id = :id AND holder = :holder AND ended_at IS NULL AND NOT EXISTS (
    SELECT FROM found_books WHERE import_id = :id AND is_wanted AND taken_at IS NULL AND reason IS NULL
)

-- name: wait_for
-- Leaves an import alone for a while, and says why.
UPDATE folder_imports
SET holder = NULL, lease_until = clock_timestamp() + CAST(:wait AS interval),
    error = :error, error_message = CAST(:message AS jsonb)
WHERE id = :id AND holder = :holder AND ended_at IS NULL

-- name: fail
-- Ends an import whose folder cannot be read.
UPDATE folder_imports SET ended_at = clock_timestamp(), error = :error, error_message = CAST(:message AS jsonb)
WHERE id = :id AND holder = :holder AND ended_at IS NULL

-- name: next_wanted
-- Finds the next book that is to be taken.
-- returns: id, place, verdict, title, authors, seconds, bytes, files, others, facts, audiobook_id, reason, message
SELECT found.id, place, verdict, title, authors, seconds, bytes, files, others, facts, audiobook_id, reason, message
FROM found_books AS found JOIN folder_imports AS import ON import.id = import_id
WHERE import.id = :id AND holder = :holder AND is_wanted AND taken_at IS NULL AND reason IS NULL
ORDER BY found.id LIMIT 1

-- name: note_taken
-- Records that a book was taken.
UPDATE found_books SET taken_at = clock_timestamp(), audiobook_id = :book WHERE id = :id

-- name: note_refused
-- Records why a book was not taken.
UPDATE found_books SET reason = :reason, message = CAST(:message AS jsonb) WHERE id = :id

-- name: known_books
-- Reads all books, as far as something is known again by it; of the listing of a follow alone, where one is named.
-- returns: id, source, url, external_id, title, authors, seconds, isbn, asin, parts, library_path, is_there
SELECT book.id, source, book.url, external_id, title, authors,
       coalesce(book.duration_seconds, (SELECT sum(duration_seconds) FROM book_files WHERE audiobook_id = book.id),
                (SELECT CASE WHEN bool_and(duration_seconds IS NOT NULL) THEN sum(duration_seconds) END
                 FROM book_parts WHERE audiobook_id = book.id)) AS seconds,
       isbn, asin, (SELECT count(*) FROM book_parts WHERE audiobook_id = book.id) AS parts, library_path,
       library_path IS NOT NULL AND (item.id IS NULL OR item.status = 'completed') AS is_there
FROM audiobooks AS book LEFT JOIN queue_items AS item ON item.audiobook_id = book.id
WHERE CAST(:follow AS bigint) IS NULL OR book.id IN (
    SELECT audiobook_id FROM followed_books AS met WHERE met.follow_id = :follow
    UNION ALL
    SELECT listed.id FROM followed_books AS met JOIN follows AS follow ON follow.id = met.follow_id
    JOIN audiobooks AS listed ON listed.source = follow.source AND listed.external_id = met.external_id
    WHERE met.follow_id = :follow
)

-- name: insert_own
-- Inserts a book of a person's own; where it is there already, only its parts and where it is are written.
-- returns: id
WITH described AS (
    SELECT * FROM jsonb_to_record(CAST(:described AS jsonb)) AS book (
        title text, authors text[], narrators text[], translators text[], series text, series_position text, published_year int,
        publisher text, genre text, language text, isbn text, asin text, description text, seconds float8,
        library_path text, bytes bigint, parts jsonb
    )
), book AS (
    INSERT INTO audiobooks (
        url, source, external_id, title, authors, narrators, translators, series, series_position, published_year,
        publisher, genre, language, isbn, asin, description, duration_seconds, library_path, file_size
    )
    SELECT 'own:' || CAST(:external_id AS text), 'own', :external_id, title, coalesce(authors, '{}'),
           coalesce(narrators, '{}'), coalesce(translators, '{}'), series, series_position,
           published_year, publisher, genre, language, isbn, asin, description, seconds, library_path, bytes
    FROM described
    ON CONFLICT (source, external_id) DO UPDATE SET library_path = excluded.library_path, updated_at = now()
    RETURNING id
), parts AS (
    INSERT INTO book_parts (audiobook_id, index, external_id, title, duration_seconds)
    SELECT book.id, part.index, part.name, part.title, part.seconds
    FROM book, described, jsonb_to_recordset(described.parts) AS part (index int, name text, title text, seconds float8)
    ON CONFLICT (audiobook_id, index) DO NOTHING
)
SELECT id FROM book
