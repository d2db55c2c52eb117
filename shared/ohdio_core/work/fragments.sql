-- name: is_due
-- Whether ``row`` may start; an index knows those that may.
row.status = 'queued' AND row.is_ready AND row.next_attempt_at IS NULL

-- name: by_urgency
-- The order in which the due rows of one site start. Among sites ``ohdio_core.domain.admission.choose`` decides.
row.priority DESC, row.id

-- name: is_admitted
-- Whether ``row`` has a slot, and nobody has claimed it.
row.status = 'processing' AND row.lease_token IS NULL AND row.admitted_at IS NOT NULL

-- name: closed_sites
-- The sites that are left alone for now.
SELECT politeness_key FROM hosts WHERE closed_until > clock_timestamp()

-- name: mark_served
-- Two CTEs that set when the sites of the rows ``started`` were served, so that the one that waited longest is next. Turns
-- that another transaction has locked are left out: nobody waits here, and a turn too early does no harm.
free AS (
    SELECT politeness_key FROM turns
    WHERE stage = :stage AND politeness_key IN (SELECT politeness_key FROM started)
    FOR NO KEY UPDATE SKIP LOCKED
), served AS (
    UPDATE turns SET served_at = clock_timestamp()
    WHERE stage = :stage AND politeness_key IN (SELECT politeness_key FROM free)
)

-- name: claim
-- The first fields of a ``Claim``, in their order, of ``row`` that has just been claimed.
row.id, row.lease_token, row.attempts, row.max_attempts, row.progress, row.best_progress, row.setbacks,
{headway} AS headway, row.politeness_key, {is_batched} AS is_batched, {is_overlong} AS is_overlong,
row.needs_person AS waits_for_person
