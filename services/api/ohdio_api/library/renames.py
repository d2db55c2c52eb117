"""Showing what names of today would change, and ordering it; whoever downloads moves the folders."""

from __future__ import annotations

from ohdio_core.collection.acts import note
from ohdio_core.collection.renames import count_renames, order_renames, plan_renames
from ohdio_core.db.session import Database
from ohdio_core.domain.act import Act
from ohdio_core.library import Library
from ohdio_core.schemas.library import RenameList, RenameView


class RenameService:
    """The folders of books, compared with their names."""

    def __init__(self, database: Database, library: Library) -> None:
        self.database = database
        self.library = library

    def plan(self, *, by_hand: bool) -> RenameList:
        """Return what would become of all books that are there.

        Args:
            by_hand: Those that people have put where they are, too.

        Raises:
            Postponed: The library is not there, or cannot be read.
        """
        plan = plan_renames(self.database, self.library, with_moved=by_hand)
        return RenameList(
            items=[
                RenameView(id=book.id, title=book.details.title, folder=str(folder), becomes=str(place))
                for book, folder, place in plan.moves
            ],
            conflicts=[
                RenameView(id=book.id, title=book.details.title, folder=book.library_path or "", becomes=None)
                for book in plan.without_place
            ],
            as_they_are=plan.as_they_are,
            by_hand=plan.by_hand,
            under_way=self.under_way(),
        )

    def under_way(self) -> int:
        """Return how many books are still to be moved."""
        with self.database.statement() as work:
            return count_renames(work)

    def order(self, *, by_hand: bool) -> int:
        """Order all that ``plan`` returns; return of how many books that is new.

        Raises:
            Postponed: The library is not there, or cannot be read.
        """
        plan = plan_renames(self.database, self.library, with_moved=by_hand)
        with self.database.unit_of_work() as work:
            ordered = order_renames(work, [book.id for book, _, _ in plan.moves])
            note(work, Act.RENAMED, items=ordered)
        return ordered
