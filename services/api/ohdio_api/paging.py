"""Pages by key, not by number: the next page begins after the last row, whatever was added meanwhile."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import AfterValidator, BeforeValidator

from ohdio_api.problems import Refusal
from ohdio_core.domain.sought import words_sought
from ohdio_core.expectations import UnexpectedValue
from ohdio_core.schemas.body import LONGEST_SEARCH, MAX_ID, WITHOUT_NUL
from ohdio_core.schemas.pages import Order
from ohdio_core.sentences import sentence


def _in_digits(text: object) -> object:
    """Return the text of a number as it came.

    Raises:
        UnexpectedValue: It is not written in ASCII digits alone; pydantic would take "17.0" and " 17" as 17.
    """
    if isinstance(text, str) and not (text.removeprefix("-").isdecimal() and text.isascii()):
        raise UnexpectedValue(sentence("expected.digits", "A whole number, written in digits, is expected."))
    return text


#: For whole numbers in paths and queries, which come as text.
IN_DIGITS = BeforeValidator(_in_digits)
RowId = Annotated[int, Path(ge=1, le=MAX_ID, examples=[17]), IN_DIGITS]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.", examples=[50]), IN_DIGITS]
Cursor = Annotated[str | None, Query(max_length=1000, description="`next` of the page before.")]
SearchText = Annotated[
    str | None,
    Query(max_length=LONGEST_SEARCH, pattern=WITHOUT_NUL, description="Words to look for; blanks alone are none."),
    AfterValidator(words_sought),
]
#: Found whichever way it is written.
LinkText = Annotated[
    str | None,
    Query(max_length=4000, pattern=WITHOUT_NUL, description="Only what this link leads to."),
]


@dataclass(frozen=True, slots=True)
class PagePosition:
    """Where a page ended: the sort value and the id of its last row."""

    value: str | int
    id: int


def encode_cursor(sort: str, order: Order, key: PagePosition) -> str:
    """Write a key into a text that is opaque for clients, and says which order it belongs to."""
    packed = json.dumps([sort, order, key.value, key.id], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def decode_cursor(cursor: str, sort: str, order: Order, value_type: type[str | int]) -> PagePosition:
    """Read a cursor.

    Raises:
        Refusal: It is none of ours, or belongs to another order.
    """
    its_sort, its_order, value, row_id = _unpacked(cursor)
    is_ours = type(value) is value_type and type(row_id) is int and 0 < row_id <= MAX_ID
    if not is_ours or (its_sort, its_order) != (sort, order) or not _is_storable(value):
        raise unknown_cursor()
    if isinstance(value, int) and abs(value) > MAX_ID:
        raise unknown_cursor()
    return PagePosition(value, row_id)


def sort_of_cursor(cursor: str) -> str:
    """Return which order a cursor says that it belongs to; ``decode_cursor`` reads the rest.

    Raises:
        Refusal: It is none of ours.
    """
    return str(_unpacked(cursor)[0])


def _unpacked(cursor: str) -> tuple[Any, Any, Any, Any]:
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        its_sort, its_order, value, row_id = json.loads(packed)
    except (ValueError, TypeError, RecursionError):
        raise unknown_cursor() from None
    return its_sort, its_order, value, row_id


def _is_storable(value: object) -> bool:
    """Return whether PostgreSQL's text can hold a value: neither NUL nor half a character, which JSON can write."""
    text = str(value)
    return "\0" not in text and text.encode(errors="replace").decode() == text


def unknown_cursor() -> Refusal:
    """Return the refusal of a cursor that belongs to no list, or to another one."""
    return Refusal(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        sentence("cursor.unknown", "The cursor does not belong to this list in this order; begin again without one."),
    )
