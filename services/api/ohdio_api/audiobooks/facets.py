"""By what books can be picked: author, narrator, series, language, source."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Annotated, NamedTuple

from fastapi import Query
from sqlalchemy import ARRAY, ColumnElement, Text, and_, cast, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from ohdio_core.db.models import Audiobook
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import Database
from ohdio_core.schemas.audiobooks import Facet, FacetValue, LibraryFacets
from ohdio_core.schemas.body import WITHOUT_NUL

_COUNT = NamedSql(__name__).statement("count_facets")
_MOST = 200  # values of each facet
#: Counting takes as long as there are books: it is done at most for this share of the time.
_BUSY = 0.01
_LEAST_AGE = 2.0  # seconds

LONGEST_NAME = 500  #: characters of what books can be picked by
_Text = Annotated[str | None, Query(max_length=LONGEST_NAME, pattern=WITHOUT_NUL)]


class Picked(NamedTuple):
    """Values that books must have; None for any. A language stands for all of its regions and scripts."""

    author: str | None = None
    narrator: str | None = None
    series: str | None = None
    language: str | None = None
    source: str | None = None

    def condition(self) -> ColumnElement[bool]:
        """Return the condition that a book has all of them."""
        conditions: list[ColumnElement[bool]] = [true()]
        if self.author is not None:
            conditions.append(_has(Audiobook.authors, self.author))
        if self.narrator is not None:
            conditions.append(_has(Audiobook.narrators, self.narrator))
        if self.language is not None:
            within = Audiobook.language.startswith(f"{self.language}-", autoescape=True)
            conditions.append(or_(Audiobook.language == self.language, within))
        for column, value in ((Audiobook.series, self.series), (Audiobook.source, self.source)):
            if value is not None:
                conditions.append(column == value)
        return and_(*conditions)


#: Whatever values books have.
ANY = Picked()


def _has(names: InstrumentedAttribute[list[str]], name: str) -> ColumnElement[bool]:
    return names.bool_op("@>")(cast([name], ARRAY(Text)))


async def read_picked(
    author: _Text = None,
    narrator: _Text = None,
    series: _Text = None,
    language: _Text = None,
    source: _Text = None,
) -> Picked:
    """Return what a request asks for."""
    return Picked(author, narrator, series, language, source)


class FacetService:
    """Counts the books of the library by what they can be picked by.

    Args:
        clock: Returns seconds that never go backwards.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self.database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: LibraryFacets | None = None
        self._kept_until = 0.0

    def facets(self) -> LibraryFacets:
        """Return the numbers; in a large library they are of a while ago."""
        with self._lock:
            began_at = self._clock()
            if self._kept is None or began_at >= self._kept_until:
                self._kept = self._count()
                ended_at = self._clock()
                self._kept_until = ended_at + max(_LEAST_AGE, (ended_at - began_at) / _BUSY)
            return self._kept

    def _count(self) -> LibraryFacets:
        values: dict[str, list[FacetValue]] = {}
        totals: dict[str, int] = {}
        with self.database.reading() as session:
            for row in session.execute(_COUNT, {"most": _MOST}):
                totals[row.facet] = row.values
                if row.value is not None:
                    values.setdefault(row.facet, []).append(FacetValue(value=row.value, books=row.books))
        named = {name: Facet(values=values.get(name, []), total=totals.get(name, 0)) for name in Picked._fields}
        return LibraryFacets(books=totals.get("books", 0), seconds=totals.get("seconds", 0), **named)
