"""Rows of the queue as HTML, kept while they say the same.

They are most of what a page of the queue costs, and most of them are as they were when it was last asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from ohdio_api.web.parts.row import RowView

if TYPE_CHECKING:
    from jinja2 import Environment

_KEPT = 500  # rows of some 4 kB, in each language


def drawing_rows(environment: Environment) -> Callable[[RowView, str, str, str], Markup]:
    """Return what returns the HTML of a row without its details.

    That takes the row, the address of the page that it is on, the path that pages are below, and the address at which
    its details are open.
    """

    @lru_cache(maxsize=_KEPT)
    def draw(row: RowView, here: str, root: str, opening: str) -> Markup:
        rows = environment.get_template("parts/row.html").module
        return Markup(rows.queue_row(row, here, lambda path: root + path, opening))  # type: ignore[attr-defined] # noqa: S704 # a macro's

    return draw
