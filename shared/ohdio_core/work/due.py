"""Which rows may start, and in which order those of one site do: the only definition of both.

Among sites ``ohdio_core.domain.admission.choose`` decides.
"""

from __future__ import annotations

#: SQL: the sites that are left alone for now, by politeness key.
CLOSED_SITES = "SELECT politeness_key FROM hosts WHERE closed_until > clock_timestamp()"


def is_due(row: str) -> str:
    """Return the SQL condition that a row of this name or alias may start; an index knows those that may."""
    return f"{row}.status = 'queued' AND {row}.is_ready AND {row}.next_attempt_at IS NULL"


def by_urgency(row: str) -> str:
    """Return what follows ``ORDER BY`` for the rows of one site."""
    return f"{row}.priority DESC, {row}.id"
