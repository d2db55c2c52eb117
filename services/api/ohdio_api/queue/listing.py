"""Pages of the queue: the query of each is made once, which takes as long as to run it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from ohdio_api.first_found import may_fill_a_page, read_among_first, select_among_first
from ohdio_api.keyset import PageRequest, SortKey, read_selected, select_page
from ohdio_api.queue.filter import QueueFilter
from ohdio_api.queue.item_row import select_items
from ohdio_api.queue.view import URGENCY
from ohdio_api.search import Sought, mentions
from ohdio_core.db.models import Audiobook, QueueItem
from ohdio_core.schemas.queue import QueueSort
from ohdio_core.work.timing import Timing

_KEPT = 64  # queries

SORTS = {
    QueueSort.ADDED: SortKey("added", QueueItem.id.expression, int),
    QueueSort.STATUS: SortKey("status", QueueItem.status.expression, str),
    # The most urgent last when ascending, and among equals the oldest first when descending: the order of starting.
    QueueSort.PRIORITY: SortKey("priority", -URGENCY, int, is_reversed=True),
    QueueSort.TITLE: SortKey("title", QueueItem.title_key.expression, str),
}


def read_listed(
    session: Session, timing: Timing, matching: QueueFilter, request: PageRequest
) -> tuple[list[Row[Any]], str | None]:
    """Return the rows of ``select_items`` that are on a page of what matches, and the cursor of the next one.

    Raises:
        Refusal: The cursor is not one of this list.
    """
    if not matching.words:
        return read_selected(session, _select_page(timing, matching, request), request)
    others = replace(matching, words=None)
    # Where less is listed than states, the first rows may be far apart.
    if others.is_by_status_alone and may_fill_a_page(session, matching.words):
        among_first = _select_among_first(timing, others, request)
        if (found := read_among_first(session, among_first, request, matching.words)) is not None:
            return found
    sought = Sought.of(session, matching.words)
    selected = _select_found(timing, others, request, has_rarest=sought.has_rarest)
    return read_selected(session, selected, request, sought._asdict())


@lru_cache(maxsize=_KEPT)
def _select_page(timing: Timing, matching: QueueFilter, request: PageRequest) -> Select[*tuple[Any, ...]]:
    """Return the query of a page of what matches, without words.

    Raises:
        Refusal: The cursor is not one of this list.
    """
    query = matching.narrow_but_for_words(select_items(timing))
    return select_page(query, QueueItem.id, request, matching.narrow_ids_by_status())


@lru_cache(maxsize=_KEPT)
def _select_among_first(timing: Timing, matching: QueueFilter, request: PageRequest) -> Select[*tuple[Any, ...]]:
    """Return the query of a page of what matches and has words, which are a parameter, among the first that match.

    Raises:
        Refusal: The cursor is not one of this list.
    """
    texts = select(Audiobook.words).select_from(QueueItem).join(Audiobook, Audiobook.id == QueueItem.audiobook_id)
    query, texts = select_items(timing), matching.narrow_but_for_words(texts)
    return select_among_first(query, QueueItem.id, request, texts)


@lru_cache(maxsize=_KEPT)
def _select_found(
    timing: Timing, matching: QueueFilter, request: PageRequest, *, has_rarest: bool
) -> Select[*tuple[Any, ...]]:
    """Return the query of a page of what matches and has words, which are parameters.

    Raises:
        Refusal: The cursor is not one of this list.
    """
    query = matching.narrow_but_for_words(select_items(timing)).where(mentions(has_rarest=has_rarest))
    return select_page(query, QueueItem.id, request)
