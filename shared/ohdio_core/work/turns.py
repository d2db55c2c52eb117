"""Recording when sites were served, so that the one that waited longest is next."""

from __future__ import annotations


def mark_served(rows: str) -> str:
    """Return two CTEs, ``free`` and ``served``, that set when the sites of a CTE's rows were served; takes ``stage``.

    Turns that another transaction has locked are left out: nobody waits here, and a turn too early does no harm.
    """
    return f"""
        free AS (
            SELECT politeness_key FROM turns
            WHERE stage = :stage AND politeness_key IN (SELECT politeness_key FROM {rows})
            FOR NO KEY UPDATE SKIP LOCKED
        ), served AS (
            UPDATE turns SET served_at = clock_timestamp()
            WHERE stage = :stage AND politeness_key IN (SELECT politeness_key FROM free)
        )
    """
