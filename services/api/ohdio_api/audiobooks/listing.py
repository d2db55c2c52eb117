"""Pages of books: the query of each is made once, which takes as long as to run it."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Row, Select, and_, func, select
from sqlalchemy.orm import Session

from ohdio_api.audiobooks.facets import Picked
from ohdio_api.keyset import PageRequest, SortKey, read_selected, select_page
from ohdio_api.search import Sought, mentions
from ohdio_core.db.models import Audiobook, QueueItem
from ohdio_core.schemas.audiobooks import AudiobookSort

_KEPT = 64  # queries

SORTS = {
    AudiobookSort.ADDED: SortKey("added", Audiobook.id.expression, int),
    AudiobookSort.TITLE: SortKey("title", func.lower(func.coalesce(Audiobook.title, "")), str),
    AudiobookSort.AUTHOR: SortKey("author", func.lower(func.coalesce(Audiobook.authors[1], "")), str),
}


@cache
def select_books() -> Select[*tuple[Any, ...]]:
    """Select books, each with its item's id and status."""
    # A tombstone is nobody's item any more.
    return select(Audiobook, QueueItem.id.label("item_id"), QueueItem.status.label("item_status")).outerjoin(
        QueueItem, and_(QueueItem.audiobook_id == Audiobook.id, QueueItem.deleted_at.is_(None))
    )


def narrow(picked: Picked, is_filed: bool | None) -> Select[*tuple[Any, ...]]:
    """Select books that have these values.

    Args:
        is_filed: Only those that are in the library, or only the others.
    """
    query = select_books().where(picked.condition())
    if is_filed is None:
        return query
    return query.where(Audiobook.library_path.is_not(None) if is_filed else Audiobook.library_path.is_(None))


def read_listed(
    session: Session, picked: Picked, request: PageRequest, *, is_filed: bool | None, words: str | None
) -> tuple[list[Row[Any]], str | None]:
    """Return the rows of ``select_books`` that are on a page of those that match, and the cursor of the next one.

    Raises:
        Refusal: The cursor is not one of this list.
    """
    if not words:
        return read_selected(session, _select_page(picked, request, is_filed=is_filed), request)
    sought = Sought.of(session, words)
    selected = _select_found(picked, request, is_filed=is_filed, has_rarest=sought.has_rarest)
    return read_selected(session, selected, request, sought._asdict())


@lru_cache(maxsize=_KEPT)
def _select_page(picked: Picked, request: PageRequest, *, is_filed: bool | None) -> Select[*tuple[Any, ...]]:
    """Return the query of a page.

    Raises:
        Refusal: The cursor is not one of this list.
    """
    return select_page(narrow(picked, is_filed), Audiobook.id, request)


@lru_cache(maxsize=_KEPT)
def _select_found(
    picked: Picked, request: PageRequest, *, is_filed: bool | None, has_rarest: bool
) -> Select[*tuple[Any, ...]]:
    """Return the query of a page of books that have words, which are parameters.

    Raises:
        Refusal: The cursor is not one of this list.
    """
    return select_page(narrow(picked, is_filed).where(mentions(has_rarest=has_rarest)), Audiobook.id, request)
