"""Rows of the queue as HTML, kept while they say the same.

They are most of what a page of the queue costs, and most of them are as they were when it was last asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from markupsafe import Markup

from ohdio_api.web.parts.row import RowView

if TYPE_CHECKING:
    from jinja2 import Environment

_KEPT = 500  # rows of some 4 kB, in each language


class _Listed(Protocol):
    @property
    def opened(self) -> int | None:
        """Return the id of the row whose details are shown."""

    def opening(self, item_id: int, /) -> str:
        """Return the address of the page with the details of a row."""


class DrawnList(Protocol):
    """What is drawn of a list of the queue."""

    @property
    def listed(self) -> _Listed:
        """Return which part of the queue it is."""

    @property
    def rows(self) -> Sequence[RowView]:
        """Return its rows."""

    @property
    def details(self) -> object:
        """Return the details of the row that is opened; None where there are none."""


def drawing_rows(environment: Environment) -> Callable[[DrawnList, str, str], Markup]:
    """Return what returns the HTML of the rows of a list, with the details of that which is opened.

    That takes the list, the address of the page that it is on, and the path that pages are below.
    """

    def draw_row(row: RowView, here: str, root: str, opening: str, *details: object) -> Markup:
        rows = environment.get_template("parts/row.html").module
        return Markup(rows.queue_row(row, here, lambda path: root + path, opening, *details))  # type: ignore[attr-defined] # noqa: S704 # a macro's

    draw_closed = lru_cache(maxsize=_KEPT)(draw_row)

    # All at once: for a template to call something for each costs as much as to make the row's view.
    def draw(drawn: DrawnList, here: str, root: str) -> Markup:
        listed, details = drawn.listed, drawn.details
        return Markup("").join(
            draw_row(row, here, root, listed.opening(row.id), details)
            if details is not None and row.id == listed.opened
            else draw_closed(row, here, root, listed.opening(row.id))
            for row in drawn.rows
        )

    return draw
