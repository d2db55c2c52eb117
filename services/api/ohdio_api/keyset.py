"""Reading one page of a sorted query by its key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Row, Select, Text, literal, literal_column, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from ohdio_api.paging import PagePosition, decode_cursor, encode_cursor
from ohdio_core.schemas.pages import Order


@dataclass(frozen=True, slots=True)
class SortKey:
    """A way to sort rows; the id settles ties, so that every row has its place."""

    name: str
    value: ColumnElement[Any]
    value_type: type[str | int]
    is_reversed: bool = False  #: ascending for people is descending for the value


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page a client asks for."""

    sort: SortKey
    order: Order
    cursor: str | None
    limit: int


def as_literal(most: int) -> ColumnElement[int]:
    """Return a limit that is written into the statement.

    PostgreSQL takes a parameter there for a tenth of all rows, and so plans the statement anew each time.
    """
    return literal_column(str(most), BigInteger)


def read_page(
    session: Session, query: Select[*tuple[Any, ...]], row_id: InstrumentedAttribute[int], request: PageRequest
) -> tuple[list[Row[Any]], str | None]:
    """Return the rows of a page, and the cursor of the next one.

    Raises:
        Refusal: The cursor is not one of this list in this order.
    """
    sort = request.sort
    key = (sort.value, row_id)
    is_ascending = (request.order is Order.ASC) != sort.is_reversed
    if request.cursor is not None:
        after = decode_cursor(request.cursor, sort.name, request.order, sort.value_type)
        value_type = Text() if sort.value_type is str else BigInteger()
        bound = tuple_(literal(after.value, value_type), literal(after.id, BigInteger()))
        query = query.where(tuple_(*key) > bound if is_ascending else tuple_(*key) < bound)
    query = query.add_columns(sort.value.label("sort_value"), row_id.label("sort_id"))
    query = query.order_by(*(column.asc() if is_ascending else column.desc() for column in key))
    # One more than asked for tells whether there is a next page.
    rows = list(session.execute(query.limit(as_literal(request.limit + 1))).all())
    if len(rows) <= request.limit:
        return rows, None
    rows = rows[: request.limit]
    last = PagePosition(rows[-1].sort_value, rows[-1].sort_id)
    return rows, encode_cursor(sort.name, request.order, last)
