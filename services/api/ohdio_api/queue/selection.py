"""Some of the queue's items: those of certain scans and books."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Query
from sqlalchemy import ColumnElement, text, true

from ohdio_api.paging import IN_DIGITS
from ohdio_core.db.models import QueueItem
from ohdio_core.schemas.body import MAX_ID

_Id = Annotated[int, Query(ge=1, le=MAX_ID), IN_DIGITS]

# One set, not two conditions: PostgreSQL would read the whole queue to answer an OR.
_SELECTED = """
    SELECT audiobook_id FROM scrape_books WHERE scrape_id = ANY(CAST(:scrapes AS bigint[]))
    UNION SELECT unnest(CAST(:audiobooks AS bigint[]))
"""
#: SQL: whether ``row``, of the queue, is one of a selection that names any.
IS_SELECTED = f"row.audiobook_id IN ({_SELECTED})"


@dataclass(frozen=True, slots=True)
class Selection:
    """The items of the books that these scans have found, and of these books; of all, when none is named."""

    scrapes: tuple[int, ...]
    audiobooks: tuple[int, ...]

    @property
    def is_all(self) -> bool:
        """Return whether it is the whole queue."""
        return not self.scrapes and not self.audiobooks

    def condition(self) -> ColumnElement[bool]:
        """Return the condition that a row of ``queue_items`` is one of them."""
        if self.is_all:
            return true()
        return QueueItem.audiobook_id.in_(text(_SELECTED).bindparams(**self.parameters()))

    def parameters(self) -> dict[str, object]:
        """Return what ``IS_SELECTED`` takes."""
        return {"scrapes": list(self.scrapes), "audiobooks": list(self.audiobooks)}


#: The whole queue.
EVERYTHING = Selection((), ())


async def read_selection(
    scrape: Annotated[list[_Id] | None, Query(max_length=500, description="Books that these scans have found.")] = None,
    audiobook: Annotated[list[_Id] | None, Query(max_length=500, description="These books.")] = None,
) -> Selection:
    """Read it from a request."""
    return Selection(tuple(scrape or ()), tuple(audiobook or ()))
