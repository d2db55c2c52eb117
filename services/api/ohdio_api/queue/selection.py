"""Some of the queue's items: those of certain scans and books."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Query
from sqlalchemy import ColumnElement, or_, select, true

from ohdio_api.paging import MAX_ID
from ohdio_core.db.models import QueueItem, ScrapeBook

_Id = Annotated[int, Query(ge=1, le=MAX_ID)]


@dataclass(frozen=True, slots=True)
class Selection:
    """The items of the books that these scans have found, and of these books; of all, when none is named."""

    scrapes: tuple[int, ...]
    audiobooks: tuple[int, ...]

    def condition(self) -> ColumnElement[bool]:
        """Whether a row of ``queue_items`` is one of them."""
        if not self.scrapes and not self.audiobooks:
            return true()
        found = select(ScrapeBook.audiobook_id).where(ScrapeBook.scrape_id.in_(self.scrapes))
        return or_(QueueItem.audiobook_id.in_(found), QueueItem.audiobook_id.in_(self.audiobooks))


def read_selection(
    scrape: Annotated[list[_Id] | None, Query(max_length=500, description="Books that these scans have found.")] = None,
    audiobook: Annotated[list[_Id] | None, Query(max_length=500, description="These books.")] = None,
) -> Selection:
    """Read it from a request."""
    return Selection(tuple(scrape or ()), tuple(audiobook or ()))
