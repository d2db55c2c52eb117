"""Work directories of books that nobody waits for any more."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import Database
from ohdio_core.errors import Postponed
from ohdio_downloader.workdir import WorkDir

_FIND_WANTED = NamedSql(__name__).statement("find_wanted")


def find_wanted(database: Database, book_ids: Sequence[int]) -> set[int]:
    """Return those of these books whose downloads are still to be completed, or are once a removal is undone."""
    with database.reading() as session:
        return set(session.execute(_FIND_WANTED, {"ids": list(book_ids)}).scalars())


def forget_unwanted(database: Database, root: Path) -> None:
    """Remove what is left of books that are no longer in the queue; another worker's are left alone.

    Args:
        root: The work directory of all books.
    """
    left = {int(path.name): path.name for path in root.iterdir() if path.name.isdecimal()}
    unwanted = left.keys() - find_wanted(database, list(left)) if left else set()
    for book_id in unwanted:
        with suppress(Postponed), WorkDir(root, left[book_id]) as work_dir:
            # It may have been added again since; now that it is locked, no download of it can begin.
            if not find_wanted(database, [book_id]):
                work_dir.remove()
