"""What the books of a scan come to, and which of them can be taken out again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from ohdio_core.collection.room import WEIGHED
from ohdio_core.db.named_sql import NamedSql

_SQL = NamedSql(__name__)
_READ_CONTENTS = _SQL.statement("read_contents", **WEIGHED)
_FIND_ADDED = _SQL.statement("find_added")
#: Of a larger scan the sums are of so many books.
_MOST = 5_000


@dataclass(frozen=True, slots=True)
class ScrapeSums:
    """Sums over the books that a scan found."""

    books: int  #: of which there are sums
    seconds: float  #: of sound, of those books of which it is known
    bytes: int  #: of audio, likewise
    expected_bytes: int  #: the same, with what is expected of the others
    removable: int  #: books that this scan added, and that are not complete
    held: int  #: books that wait for room


def read_contents(session: Session, ids: Sequence[int]) -> dict[int, ScrapeSums]:
    """Return the sums of the books of scans, by the scan's id."""
    rows = session.execute(_READ_CONTENTS, {"ids": list(ids), "most": _MOST})
    return {scan: ScrapeSums(*sums) for scan, *sums in rows}


def find_added(session: Session, scrape_id: int) -> list[int]:
    """Return the ids of the queue's items that this scan added, and that are not complete."""
    return list(session.execute(_FIND_ADDED, {"id": scrape_id}).scalars())
