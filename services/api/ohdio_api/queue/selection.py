"""Some of the queue's items: those of certain scans and books."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Query
from sqlalchemy import ARRAY, BigInteger, ColumnElement, bindparam, func, select, true, union

from ohdio_api.paging import IN_DIGITS, MAX_ID
from ohdio_core.db.models import QueueItem, ScrapeBook

_Id = Annotated[int, Query(ge=1, le=MAX_ID), IN_DIGITS]


@dataclass(frozen=True, slots=True)
class Selection:
    """The items of the books that these scans have found, and of these books; of all, when none is named."""

    scrapes: tuple[int, ...]
    audiobooks: tuple[int, ...]

    @property
    def is_all(self) -> bool:
        """Whether it is the whole queue."""
        return not self.scrapes and not self.audiobooks

    def condition(self) -> ColumnElement[bool]:
        """Whether a row of ``queue_items`` is one of them."""
        if self.is_all:
            return true()
        found = select(ScrapeBook.audiobook_id).where(ScrapeBook.scrape_id.in_(self.scrapes))
        named = select(func.unnest(bindparam("audiobooks", list(self.audiobooks), ARRAY(BigInteger))))
        # One set, not two conditions: PostgreSQL would read the whole queue to answer an OR.
        return QueueItem.audiobook_id.in_(union(found, named))


def read_selection(
    scrape: Annotated[list[_Id] | None, Query(max_length=500, description="Books that these scans have found.")] = None,
    audiobook: Annotated[list[_Id] | None, Query(max_length=500, description="These books.")] = None,
) -> Selection:
    """Read it from a request."""
    return Selection(tuple(scrape or ()), tuple(audiobook or ()))
