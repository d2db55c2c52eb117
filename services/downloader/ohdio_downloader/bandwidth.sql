-- name: lock
-- Locks the shares, so that processes divide the limit one after the other.
SELECT pg_advisory_xact_lock(:lock)

-- name: read_others
-- Reads what the other processes that download have of the limit, and could make use of. Those that fell silent have nothing.
-- returns: transfers, wanted, share
SELECT transfers, wanted, share FROM transfer_shares
WHERE id <> :id AND told_at > clock_timestamp() - CAST(:lease AS interval)

-- name: write_share
-- Writes what a process has of the limit.
INSERT INTO transfer_shares (id, transfers, wanted, share) VALUES (:id, :transfers, :wanted, :share)
ON CONFLICT (id) DO UPDATE
SET transfers = excluded.transfers, wanted = excluded.wanted, share = excluded.share, told_at = clock_timestamp()

-- name: give_back
-- Deletes what a process has of the limit, and forgets those that ended without doing so.
DELETE FROM transfer_shares WHERE id = :id OR told_at < clock_timestamp() - interval '1 day'
