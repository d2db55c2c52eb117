"""A page of conversions: part after part of the whole list, each by an index, however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Row, Select, and_, literal, literal_column, not_, or_, tuple_
from sqlalchemy.orm import Session

from ohdio_api.audiobooks.conversions import IS_RUNNING, select_conversions
from ohdio_api.paging import PagePosition, decode_cursor, encode_cursor, sort_of_cursor, unknown_cursor
from ohdio_core.db.base import Timestamp
from ohdio_core.db.converting_models import OrderedConversion
from ohdio_core.schemas.pages import Order

_BOOK, _ORDERED_AT = OrderedConversion.audiobook_id, OrderedConversion.ordered_at
#: As the index has it, with the value in it: what is only joined takes seconds, and goes first.
_IS_ENCODED: ColumnElement[bool] = literal_column("conversions.form LIKE 'm4b-%'")
_IS_OPEN = OrderedConversion.failed_at.is_(None)
_GOES_ON = and_(_IS_OPEN, OrderedConversion.is_paused.is_(False))


@dataclass(frozen=True, slots=True)
class _Part:
    """Conversions that stand together."""

    name: str
    condition: ColumnElement[bool]
    at: ColumnElement[datetime]  #: what they are sorted by
    is_by_form: bool = False  #: before that, those that are only joined come first
    is_newest_first: bool = False

    def read(self, session: Session, after: PagePosition | None, most: int) -> list[Row[Any]]:
        """Return the first rows, or those after a position.

        Raises:
            Refusal: The position is none in this part.
        """
        query: Select[Any] = select_conversions().where(self.condition)
        key = (*((_IS_ENCODED,) if self.is_by_form else ()), self.at, _BOOK)
        if after is not None:
            bound = tuple_(*self._bound(after))
            query = query.where(tuple_(*key) < bound if self.is_newest_first else tuple_(*key) > bound)
        order = (column.desc() if self.is_newest_first else column.asc() for column in key)
        query = query.add_columns(self.at.label("at"), _IS_ENCODED.label("is_encoded"))
        return list(session.execute(query.order_by(*order).limit(most)))

    def cursor(self, row: Row[Any]) -> str:
        """Return where the list goes on after a row of this part."""
        position = PagePosition(f"{int(row.is_encoded)} {row.at.isoformat()}", row.OrderedConversion.audiobook_id)
        return encode_cursor(self.name, Order.ASC, position)

    def _bound(self, after: PagePosition) -> list[ColumnElement[Any]]:
        is_encoded, _, at = str(after.value).partition(" ")
        try:
            moment = datetime.fromisoformat(at)
        except ValueError:
            raise unknown_cursor() from None
        if is_encoded not in {"0", "1"} or moment.tzinfo is None:
            raise unknown_cursor()
        form: Sequence[ColumnElement[Any]] = (
            (literal_column("true" if is_encoded == "1" else "false"),) if self.is_by_form else ()
        )
        return [*form, literal(moment, Timestamp), literal(after.id, BigInteger())]


_RUNNING = _Part("running", and_(_GOES_ON, IS_RUNNING), _ORDERED_AT.expression)
_IS_AT_REST = or_(OrderedConversion.holder.is_(None), OrderedConversion.lease_until.is_(None), not_(IS_RUNNING))
_WAITING = _Part("waiting", and_(_GOES_ON, _IS_AT_REST), _ORDERED_AT.expression, is_by_form=True)
_PAUSED = _Part(
    "paused", and_(_IS_OPEN, OrderedConversion.is_paused.is_(True)), _ORDERED_AT.expression, is_by_form=True
)
_FAILED = _Part(
    "failed",
    OrderedConversion.failed_at.is_not(None),
    OrderedConversion.failed_at.expression,  # type: ignore[arg-type] # of these it is set
    is_newest_first=True,
)
#: As they go on.
AS_THEY_GO_ON = (_RUNNING, _WAITING, _PAUSED, _FAILED)
#: What needs a person first.
AS_THEY_NEED_PEOPLE = (_FAILED, _RUNNING, _WAITING, _PAUSED)


def read_conversions(
    session: Session, parts: Sequence[_Part], cursor: str | None, limit: int
) -> tuple[list[Row[Any]], str | None]:
    """Return the rows of a page, and the cursor of the next one.

    Raises:
        Refusal: The cursor is not one of this list.
    """
    after: PagePosition | None = None
    left = list(parts)
    if cursor is not None:
        name = sort_of_cursor(cursor)
        after = decode_cursor(cursor, name, Order.ASC, str)
        place = next((place for place, part in enumerate(left) if part.name == name), None)
        if place is None:
            raise unknown_cursor()
        left = left[place:]
    rows: list[Row[Any]] = []
    following: str | None = None
    for part in left:
        # One more than asked for tells whether there is a next page.
        found = part.read(session, after, limit + 1 - len(rows))
        after = None
        if len(rows) + len(found) > limit:
            found = found[: limit - len(rows)]
            following = part.cursor(found[-1]) if found else following
            return [*rows, *found], following
        if found:
            following = part.cursor(found[-1])
        rows += found
    return rows, None
