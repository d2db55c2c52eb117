-- name: is_due
-- Whether ``row`` may start; an index knows those that may.
row.status = 'queued' AND row.is_ready AND row.next_attempt_at IS NULL

-- name: by_urgency
-- The order in which the due rows of one site start. Among sites ``ohdio_core.domain.admission.choose`` decides.
urgency(row.priority, row.rank) DESC, row.id

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
row.needs_person AS waits_for_person, row.trace_id

-- name: record
-- A CTE that writes down how runs ended, from the columns of the CTE ``ended``. One that may repeat the last one, and ended
-- for the same reason, is counted with that: what waits is tried every half minute. For all others nothing is looked up.
-- One without an outcome is not written down.
recorded AS (
    INSERT INTO runs AS run (
        id, stage, about_id, outcome, began_at, ended_at, seconds, attempt, bytes, host, worker_id, reason, message
    )
    SELECT coalesce(repeated.id, nextval('runs_id_seq')), '{stage}', about_id, outcome,
           began_at, clock_timestamp(), greatest(0, extract(epoch FROM clock_timestamp() - began_at)),
           attempt, bytes, host, worker_id, reason, message
    FROM ended LEFT JOIN LATERAL (
        SELECT id FROM (
            SELECT id, outcome, message FROM runs
            WHERE ended.may_repeat AND stage = '{stage}' AND runs.about_id = ended.about_id ORDER BY id DESC LIMIT 1
        ) AS last
        WHERE last.outcome = ended.outcome AND last.message -> 'id' IS NOT DISTINCT FROM ended.message -> 'id'
    ) AS repeated ON true
    WHERE ended.outcome IS NOT NULL
    ON CONFLICT (stage, about_id, id) DO UPDATE
    SET times = run.times + 1, ended_at = excluded.ended_at, seconds = run.seconds + excluded.seconds,
        attempt = excluded.attempt, bytes = run.bytes + excluded.bytes, host = excluded.host,
        worker_id = excluded.worker_id, reason = excluded.reason, message = excluded.message
)
