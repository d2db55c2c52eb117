"""Whether the books that were filed last are in the library: where many are not, it may not be the right folder."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy.orm import Session

from ohdio_core.db.named_sql import NamedSql
from ohdio_core.domain.audiobook import BookRef
from ohdio_core.domain.missing_books import are_many
from ohdio_core.library import Library
from ohdio_core.sources.owners import owner_of

_FIND_LATEST = NamedSql(__name__).statement("find_latest")
#: So many of the books that were filed last are looked for.
_LOOKED_FOR = 200


class LatestFiled(NamedTuple):
    """What became of the books that were filed last."""

    filed: int  #: so many were looked for
    missing: int

    @property
    def is_library_doubtful(self) -> bool:
        """Return whether so many are missing that what is there may not be the library."""
        return are_many(self.missing, self.filed)


def look_for_latest(session: Session, library: Library) -> LatestFiled:
    """Look for the books that were filed last; in a folder, each takes a look at the disk."""
    rows = session.execute(_FIND_LATEST, {"most": _LOOKED_FOR}).all()
    filed = [(row.library_path, owner_of(BookRef(row.source, row.url, row.external_id))) for row in rows]
    return LatestFiled(len(filed), library.may_hold_each(filed).count(False))
