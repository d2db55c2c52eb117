"""Whether the files of a book are there, seen before anything is locked: a bucket may take long to say it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from ohdio_core.db.models import Audiobook
from ohdio_core.db.session import Database
from ohdio_core.domain.audiobook import BookRef
from ohdio_core.library import Library
from ohdio_core.sources.owners import owner_of


@dataclass(frozen=True, slots=True)
class SeenFiles:
    """What was seen of a book's files."""

    path: str | None  #: where the book was filed then
    were_there: bool

    def may_be_at(self, path: str | None) -> bool:
        """Return whether they may be where the book is filed by now; where it was moved meanwhile, they are."""
        return path is not None and (self.were_there or path != self.path)


def look_for_files(database: Database, library: Library, audiobook_id: int) -> SeenFiles:
    """Look for the files of a book, outside of any transaction."""
    query = select(Audiobook.library_path, Audiobook.source, Audiobook.url, Audiobook.external_id)
    with database.reading() as session:
        row = session.execute(query.where(Audiobook.id == audiobook_id)).one_or_none()
    if row is None or row.library_path is None:
        return SeenFiles(None, were_there=False)
    owner_id = owner_of(BookRef(row.source, row.url, row.external_id))
    return SeenFiles(row.library_path, library.may_hold(row.library_path, owner_id))
