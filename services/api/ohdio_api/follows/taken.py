"""What a follow takes of what was there before: as clients say it, and as it is stored."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from ohdio_core.db.follow_models import Follow
from ohdio_core.domain.following import Take
from ohdio_core.schemas.follows import Taken


class StoredTake(NamedTuple):
    """The columns that say it."""

    take: Take
    newest: int | None = None
    from_day: date | None = None


def stored_take(taken: Taken) -> StoredTake:
    """Return how it is stored."""
    if isinstance(taken, int):
        return StoredTake(Take.NEWEST, newest=taken)
    if isinstance(taken, date):
        return StoredTake(Take.NEW, from_day=taken)
    return StoredTake(Take(taken))


def shown_take(follow: Follow) -> Taken:
    """Return it as clients see it."""
    if follow.newest is not None:
        return follow.newest
    if follow.from_day is not None:
        return follow.from_day
    return "everything" if follow.take == Take.EVERYTHING else "new"
