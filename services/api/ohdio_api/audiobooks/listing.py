"""Pages of books: the query of each is made once, which takes as long as to run it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Integer, Row, Select, any_, bindparam, func, select
from sqlalchemy.orm import Session

from ohdio_api.audiobooks.book_row import select_books
from ohdio_api.audiobooks.facets import ANY, Picked
from ohdio_api.first_found import may_fill_a_page, read_among_first, select_among_first
from ohdio_api.keyset import PageRequest, SortKey, read_selected, select_page
from ohdio_api.search import Sought, mentions
from ohdio_core.db.models import Audiobook
from ohdio_core.schemas.audiobooks import AudiobookSort

_KEPT = 64  # queries

SORTS = {
    AudiobookSort.ADDED: SortKey("added", Audiobook.id.expression, int),
    AudiobookSort.TITLE: SortKey("title", func.lower(func.coalesce(Audiobook.title, "")), str),
    AudiobookSort.AUTHOR: SortKey("author", func.lower(func.coalesce(Audiobook.authors[1], "")), str),
}


def narrow(picked: Picked, is_filed: bool | None) -> Select[*tuple[Any, ...]]:
    """Select books that have these values.

    Args:
        is_filed: Only those that are in the library, or only the others.
    """
    return _narrowed(select_books(), picked, is_filed)


def _narrowed(query: Select[Any], picked: Picked, is_filed: bool | None) -> Select[Any]:
    query = query.where(picked.condition())
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
    # Of books that are picked the first may be far apart, and no index has the order of authors.
    if picked == ANY and request.sort is not SORTS[AudiobookSort.AUTHOR] and may_fill_a_page(session, words):
        among_first = _select_among_first(request, is_filed=is_filed)
        if (found := read_among_first(session, among_first, request, words)) is not None:
            return found
    sought = Sought.of(session, words)
    selected = _select_found(picked, request, is_filed=is_filed, has_rarest=sought.has_rarest)
    return read_selected(session, selected, request, sought._asdict())


def read_found(
    session: Session, picked: Picked, request: PageRequest, words: str, most: int
) -> tuple[list[Row[Any]], str | None, Sequence[int]] | None:
    """Return what ``read_listed`` does of books in the library that have words, and the ids of all of these.

    The index is asked once for both. None where words may be common; no ids where there are more than so many.

    Raises:
        Refusal: The cursor is not one of this list.
    """
    if may_fill_a_page(session, words):
        return None
    sought = Sought.of(session, words)
    parameters = {**sought._asdict(), "most": most + 1}
    ids = session.scalars(_select_ids(picked, has_rarest=sought.has_rarest), parameters).all()
    if len(ids) > most:
        return *read_listed(session, picked, request, is_filed=True, words=words), ()
    rows, following = read_selected(session, _select_among(picked, request), request, {"ids": list(ids)})
    return rows, following, ids


@lru_cache(maxsize=_KEPT)
def _select_ids(picked: Picked, *, has_rarest: bool) -> Select[int]:
    """Return the query of the ids of books in the library that have words; these are parameters, and how many."""
    query = _narrowed(select(Audiobook.id), picked, is_filed=True).where(mentions(has_rarest=has_rarest))
    return query.order_by(Audiobook.id).limit(bindparam("most", type_=Integer()))


@lru_cache(maxsize=_KEPT)
def _select_among(picked: Picked, request: PageRequest) -> Select[*tuple[Any, ...]]:
    """Return the query of a page of books in the library of certain ids, which are a parameter.

    Raises:
        Refusal: The cursor is not one of this list.
    """
    are_these = Audiobook.id == any_(bindparam("ids", type_=ARRAY(BigInteger)))
    return select_page(narrow(picked, is_filed=True).where(are_these), Audiobook.id, request)


@lru_cache(maxsize=_KEPT)
def _select_page(picked: Picked, request: PageRequest, *, is_filed: bool | None) -> Select[*tuple[Any, ...]]:
    """Return the query of a page.

    Raises:
        Refusal: The cursor is not one of this list.
    """
    return select_page(narrow(picked, is_filed), Audiobook.id, request)


@lru_cache(maxsize=_KEPT)
def _select_among_first(request: PageRequest, *, is_filed: bool | None) -> Select[*tuple[Any, ...]]:
    """Return the query of a page of books that have words, which are a parameter, among the first.

    Raises:
        Refusal: The cursor is not one of this list.
    """
    texts = _narrowed(select(Audiobook.words), ANY, is_filed)
    return select_among_first(select_books(), Audiobook.id, request, texts)


@lru_cache(maxsize=_KEPT)
def _select_found(
    picked: Picked, request: PageRequest, *, is_filed: bool | None, has_rarest: bool
) -> Select[*tuple[Any, ...]]:
    """Return the query of a page of books that have words, which are parameters.

    Raises:
        Refusal: The cursor is not one of this list.
    """
    return select_page(narrow(picked, is_filed).where(mentions(has_rarest=has_rarest)), Audiobook.id, request)
