"""Which part of the library a page shows: the address says it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, NamedTuple
from urllib.parse import urlencode

from fastapi import Depends, Query, Request

from ohdio_api.audiobooks.facets import Picked, read_picked
from ohdio_api.paging import Cursor, SearchText
from ohdio_api.web.known import known_or
from ohdio_core.schemas.audiobooks import AudiobookSort
from ohdio_core.schemas.pages import Order

VIEW_COOKIE = "view"


class View(StrEnum):
    """How books stand on the page."""

    GRID = "grid"
    LIST = "list"


class BookList(NamedTuple):
    """A part of the library."""

    q: str | None
    picked: Picked
    sort: AudiobookSort
    cursor: str | None
    view: View
    is_view_chosen: bool  #: in this very address

    @property
    def order(self) -> Order:
        """Return the direction that people expect: what came last first, names from A."""
        return Order.DESC if self.sort is AudiobookSort.ADDED else Order.ASC

    @property
    def is_narrowed(self) -> bool:
        """Return whether anything was chosen."""
        return bool(self.q) or any(self.picked)

    @property
    def feed(self) -> dict[str, str]:
        """Return the listening feed that is nearest to this list, as its page takes it; empty for the whole library."""
        scope, value = ("series", self.picked.series) if self.picked.series else ("author", self.picked.author)
        return {"scope": scope, "about": value} if value else {}

    def address(self, **changed: str | None) -> str:
        """Return the address of this list with some things changed, from its first page on."""
        query = _query(self._chosen | changed)
        return f"/library?{query}" if query else "/library"

    def around(self, name: str) -> tuple[str, str]:
        """Return what stands before and after a value, quoted, in the address where this is what is picked by a name.

        For the many choices that a page offers: each whole address takes twenty times as long.
        """
        chosen = list(self._chosen.items())
        place = [each for each, _ in chosen].index(name)
        before, after = _query(dict(chosen[:place])), _query(dict(chosen[place + 1 :]))
        return f"/library?{before}{'&' if before else ''}{name}=", f"&{after}" if after else ""

    @property
    def _chosen(self) -> dict[str, str | None]:
        sort = None if self.sort is AudiobookSort.ADDED else self.sort
        return {"q": self.q, **self.picked._asdict(), "sort": sort}


def _query(chosen: Mapping[str, str | None]) -> str:
    return urlencode({name: value for name, value in chosen.items() if value})


async def read_book_list(
    *,
    request: Request,
    q: SearchText = None,
    picked: Annotated[Picked, Depends(read_picked)],
    sort: Annotated[AudiobookSort, known_or(AudiobookSort.ADDED)] = AudiobookSort.ADDED,
    cursor: Cursor = None,
    view: Annotated[View | None, Query(), known_or(None)] = None,
) -> BookList:
    """Return which part of the library a request asks for; the view is the one that was chosen last."""
    kept = request.cookies.get(VIEW_COOKIE)
    remembered = View(kept) if kept in set(View) else View.GRID
    return BookList(q, picked, sort, cursor, view or remembered, view is not None)


async def read_ordered_books(
    *,
    q: SearchText = None,
    picked: Annotated[Picked, Depends(read_picked)],
    sort: AudiobookSort = AudiobookSort.ADDED,
    cursor: Cursor = None,
    view: View | None = None,
) -> BookList:
    """Return of which part of the library something is ordered; what is not known is refused."""
    return BookList(q, picked, sort, cursor, view or View.GRID, view is not None)
