"""Pages of what has common words, which the first rows of a list fill: no index has to be asked.

The index is of no help there: to make the pieces of a text, as its condition asks of each row, takes ten times as long
as to look at the text.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Select, Text, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from ohdio_api.keyset import PageRequest, cut, place_of
from ohdio_api.literals import as_literal
from ohdio_api.rare_pieces import piece_counts
from ohdio_api.search import COMMON, has_words

#: So many rows are looked at for each that a page has, as words are common that every tenth has.
_GLANCED_AT = round(1 / COMMON)


def may_fill_a_page(session: Session, words: str) -> bool:
    """Return whether words may be so common, by what is known of their pieces, that the first rows fill a page."""
    return piece_counts(session).most(words) >= COMMON


def select_among_first(
    query: Select[*tuple[Any, ...]],
    row_id: InstrumentedAttribute[int],
    request: PageRequest,
    texts: Select[str],
) -> Select[*tuple[Any, ...]]:
    """Return the query of a page of those of the first rows that have words, which are a parameter.

    Args:
        texts: The query of the column ``words`` of the same rows; an index has their order.

    Raises:
        Refusal: The cursor is not one of this list in this order.
    """
    order, reached = place_of(row_id, request)
    some = as_literal(_GLANCED_AT * request.limit)
    placed = texts.where(*reached).add_columns(request.sort.value.label("sort_value"), row_id.label("sort_id"))
    first = placed.order_by(*order).limit(some).subquery().c
    words = bindparam("words", type_=Text())
    # Of nothing, which every text has, the index knows nothing.
    having = select(first.sort_id).where(has_words(first.words, words), func.plain_text(words) != "")
    again = [key.asc() if request.is_ascending else key.desc() for key in (first.sort_value, first.sort_id)]
    most = as_literal(request.limit + 1)
    found = query.where(row_id.in_(having.order_by(*again).limit(most)))
    found = found.add_columns(request.sort.value.label("sort_value"), row_id.label("sort_id"))
    return found.order_by(*order).limit(most)


def read_among_first(
    session: Session, selected: Select[*tuple[Any, ...]], request: PageRequest, words: str
) -> tuple[list[Row[Any]], str | None] | None:
    """Return a page and the cursor of the next one; None where the first rows do not fill it, and others may.

    Args:
        selected: What ``select_among_first`` has returned.
    """
    rows = session.execute(selected, {"words": words}).all()
    return cut(rows, request) if len(rows) > request.limit else None
