"""Reading one page of a sorted query by its key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, BindParameter, ColumnElement, Row, Select, Text, literal, select, tuple_, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.visitors import iterate

from ohdio_api.literals import as_literal
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

    @property
    def is_ascending(self) -> bool:
        """Return whether what is sorted by rises."""
        return (self.order is Order.ASC) != self.sort.is_reversed


def read_page(
    session: Session, query: Select[*tuple[Any, ...]], row_id: InstrumentedAttribute[int], request: PageRequest
) -> tuple[list[Row[Any]], str | None]:
    """Return the rows of a page, and the cursor of the next one.

    Raises:
        Refusal: The cursor is not one of this list in this order.
    """
    return read_selected(session, select_page(query, row_id, request), request)


def select_page(
    query: Select[*tuple[Any, ...]],
    row_id: InstrumentedAttribute[int],
    request: PageRequest,
    branches: Sequence[Select[int]] = (),
) -> Select[*tuple[Any, ...]]:
    """Return the query of a page, which takes as long to make as to run.

    Args:
        branches: Queries of ids that together are those of the query, each with an index in the order of the page.

    Raises:
        Refusal: The cursor is not one of this list in this order.
    """
    # One more than asked for tells whether there is a next page.
    most = request.limit + 1 if _has_parameters(query) else as_literal(request.limit + 1)
    order, reached = place_of(row_id, request)
    if branches:
        # PostgreSQL merges no indexes: it would sort all, or go through the order of all rows.
        firsts = union_all(*(ids.where(*reached).order_by(*order).limit(most) for ids in branches)).subquery()
        query = query.where(row_id.in_(select(firsts.c.id)))
    query = query.where(*reached).add_columns(request.sort.value.label("sort_value"), row_id.label("sort_id"))
    return query.order_by(*order).limit(most)


def place_of(
    row_id: InstrumentedAttribute[int], request: PageRequest
) -> tuple[Sequence[ColumnElement[Any]], Sequence[ColumnElement[bool]]]:
    """Return the order of a list, and the conditions of what is after the page before.

    Raises:
        Refusal: The cursor is not one of this list in this order.
    """
    sort = request.sort
    key = (sort.value, row_id)
    order = [column.asc() if request.is_ascending else column.desc() for column in key]
    if request.cursor is None:
        return order, ()
    after = decode_cursor(request.cursor, sort.name, request.order, sort.value_type)
    value_type = Text() if sort.value_type is str else BigInteger()
    bound = tuple_(literal(after.value, value_type), literal(after.id, BigInteger()))
    return order, [tuple_(*key) > bound if request.is_ascending else tuple_(*key) < bound]


def read_selected(
    session: Session,
    selected: Select[*tuple[Any, ...]],
    request: PageRequest,
    parameters: Mapping[str, Any] | None = None,
) -> tuple[list[Row[Any]], str | None]:
    """Return what ``read_page`` does, of a query that ``select_page`` has made."""
    return cut(session.execute(selected, parameters).all(), request)


def cut(rows: Sequence[Row[Any]], request: PageRequest) -> tuple[list[Row[Any]], str | None]:
    """Return the rows of a page without the one that tells of a next page, and the cursor of that."""
    rows = list(rows)
    if len(rows) <= request.limit:
        return rows, None
    rows = rows[: request.limit]
    last = PagePosition(rows[-1].sort_value, rows[-1].sort_id)
    return rows, encode_cursor(request.sort.name, request.order, last)


def _has_parameters(query: Select[*tuple[Any, ...]]) -> bool:
    """Return whether PostgreSQL does not know all values of a query's conditions from its text.

    Then it has to plan with them each time, as it does where the limit is a parameter too.
    """
    conditions = query.whereclause
    return conditions is not None and any(
        isinstance(part, BindParameter) and not part.literal_execute for part in iterate(conditions)
    )
