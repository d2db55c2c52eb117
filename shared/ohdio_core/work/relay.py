"""Passing a slot on: a run that ends takes the next row in the transaction that writes its end.

Where every slot has a thread of its own, the thread that has just become free need not wait for an
admission, a message and a claim. The number of slots held never changes, so the control row is not
locked. Exceptions (more slots held than allowed, a site about which ``turns`` is out of date, a site
that is to be tried again) are left to admission, which is woken by every end anyway.
"""

from __future__ import annotations

from uuid import UUID

from ohdio_core.db.session import UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.work.capacity import parameters_of
from ohdio_core.work.claim import Claim, claimed_columns
from ohdio_core.work.due import by_urgency, is_due
from ohdio_core.work.outcome import Again, Outcome, PutBack
from ohdio_core.work.stages import Stage
from ohdio_core.work.timing import Timing
from ohdio_core.work.transitions import PASSED_ON
from ohdio_core.work.turns import mark_served

_SPARE = 8  #: rows read of each site: the best ones may just be taken by other runs that end


def passes_slot_on(stage: Stage, outcome: Outcome) -> bool:
    """Return whether a run with this outcome passes its slot on.

    Not when its slot was asked for, nor when others are in line for it; nor when the work is put off, as on a full
    disk: that would be said of row after row, as fast as they can be read.
    """
    is_put_off = isinstance(outcome, PutBack) or (isinstance(outcome, Again) and not outcome.costs_attempt)
    return stage.slots.are_passed_on and not is_put_off


def take_next(work: UnitOfWork, stage: Stage, *, worker_id: UUID, timing: Timing) -> Claim | None:
    """Take the row that admission would choose for the slot that this transaction has freed.

    Only for a stage whose slots are people's limit, after a ``finish`` that was heard.

    Returns:
        None when nothing is due, or admission is to decide.
    """
    row = work.execute(
        sql(
            f"""
            WITH held AS MATERIALIZED (
                SELECT politeness_key, count(*) AS slots FROM {stage.table} WHERE status = 'processing' GROUP BY 1
            ), room AS MATERIALIZED (
                SELECT FROM ({stage.slots.query}) AS capacity
                WHERE NOT is_paused AND (SELECT coalesce(sum(slots), 0) FROM held) < least(most, threads)
            ), upcoming AS MATERIALIZED ({stage.upcoming}
            ), ready AS MATERIALIZED (
                SELECT turns.politeness_key, served_at, ready_priority, coalesce(closings, 0) > 0 AS is_doubtful
                FROM turns LEFT JOIN hosts ON hosts.politeness_key = turns.politeness_key
                WHERE stage = :stage AND ready_priority IS NOT NULL
                  AND (closed_until IS NULL OR closed_until <= clock_timestamp()) AND EXISTS (SELECT FROM room)
                ORDER BY ready_priority DESC, served_at NULLS FIRST, opened_at
                LIMIT 1 + (SELECT count(*) FROM held) + (SELECT count(DISTINCT politeness_key) FROM upcoming)
            ), due AS MATERIALIZED (
                SELECT ready.*, row.id, row.priority, row.place,
                       coalesce(upcoming.first < row.id, false) AS is_early
                FROM ready LEFT JOIN LATERAL (
                    SELECT id, priority, row_number() OVER (ORDER BY {by_urgency("due")}) AS place
                    FROM {stage.table} AS due
                    WHERE due.politeness_key = ready.politeness_key
                      AND {is_due("due")}
                    ORDER BY {by_urgency("due")}
                    LIMIT {_SPARE}
                ) AS row ON true LEFT JOIN upcoming
                    ON upcoming.politeness_key = ready.politeness_key AND upcoming.priority = row.priority
            ), best AS (
                SELECT row.id, row.politeness_key
                FROM due JOIN {stage.table} AS row ON row.id = due.id
                    LEFT JOIN held ON held.politeness_key = due.politeness_key
                -- The planner cannot know how few they are, and would read the whole queue for the join alone.
                WHERE row.id = ANY(ARRAY(SELECT id FROM due)) AND NOT due.is_early
                  AND {is_due("row")}
                  AND NOT EXISTS (
                    SELECT FROM due WHERE is_doubtful OR id IS NULL OR (place = 1 AND priority < ready_priority)
                  )
                ORDER BY due.priority DESC, coalesce(held.slots, 0) + due.place, due.served_at NULLS FIRST, due.id
                LIMIT 1
                FOR UPDATE OF row SKIP LOCKED
            ), {mark_served("best")}
            UPDATE {stage.table} AS row
            SET {PASSED_ON.assignments}
            FROM best WHERE row.id = best.id
            RETURNING {claimed_columns(stage)}
            """
        ),
        {**parameters_of(stage.service, timing), "stage": stage.name, "worker": worker_id},
    ).one_or_none()
    if row is None:
        return None
    work.changed(stage.topic, row[0])
    return Claim(*row)
