"""Books of the library as HTML, kept while they say the same, as rows of the queue are."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from jinja2 import Environment

_KEPT = 500  # books of some 1 kB, in each language


def drawing_books(environment: Environment) -> Callable[[Hashable, str, str], Markup]:
    """Return what returns the HTML of a book that can be ticked.

    That takes the book, whether it stands as a ``card`` or as a ``line``, and the path that pages are below.
    """

    @lru_cache(maxsize=_KEPT)
    def draw(book: Hashable, shape: str, root: str) -> Markup:
        books = environment.get_template("parts/book.html").module
        return Markup(getattr(books, f"ticked_{shape}")(book, lambda path: root + path))  # noqa: S704 # a macro's

    return draw
