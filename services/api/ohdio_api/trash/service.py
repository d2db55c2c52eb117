"""What the trash holds, and bringing it back or emptying it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.orm import Session

from ohdio_api.keyset import PageRequest, SortKey, read_page
from ohdio_api.trash.latest import microseconds, read_latest, read_until
from ohdio_core.collection import trash
from ohdio_core.collection.acts import note
from ohdio_core.collection.independent_steps import IndependentSteps
from ohdio_core.collection.trash import Settled
from ohdio_core.db.session import Database, UnitOfWork
from ohdio_core.db.shelf_models import TrashedBook
from ohdio_core.domain.act import Act
from ohdio_core.errors import OhdioError
from ohdio_core.library import Library
from ohdio_core.schemas.pages import Order
from ohdio_core.schemas.sentences import SentenceView
from ohdio_core.schemas.trash import TrashedBookView, TrashPage

_BATCH = 100  # books that are dropped in one transaction
_SORT = SortKey("trashed", microseconds(TrashedBook.trashed_at), int)


class TrashService:
    """The books that were deleted within the last days."""

    def __init__(self, database: Database, library: Library) -> None:
        self.database = database
        self.library = library

    def page(self, *, cursor: str | None, limit: int) -> TrashPage:
        """Read a page of the books in the trash, the last one first.

        Raises:
            Refusal: The cursor is not one of this list.
        """
        request = PageRequest(_SORT, Order.DESC, cursor, limit)
        with self.database.reading() as session:
            rows, following = read_page(session, select(TrashedBook), TrashedBook.audiobook_id, request)
            books, size = weigh_trash(session)
        return TrashPage(items=[_view(row.TrashedBook) for row in rows], next=following, books=books, bytes=size)

    def latest(self) -> int:
        """Return when the last book came into the trash, in microseconds since 1970; 0 where none is there."""
        with self.database.reading() as session:
            return read_latest(session, TrashedBook.trashed_at)

    def restore(self, which: Sequence[int] | UUID) -> Settled:
        """Put books back, with their files and all that is known of them.

        Books whose files are not there any more (``FilesGone``) leave the trash, too.

        Args:
            which: The ids that they had, or the order that deleted them.
        """
        if isinstance(which, UUID):
            with self.database.reading() as session:
                which = trash.find_removed(session, which)
        return self._each(Act.RESTORED, which, 1, lambda work, books: trash.restore(work, self.library, books[0]))

    def drop(self, ids: Sequence[int]) -> Settled:
        """Delete books for good: they are not in the trash any more, and their files go soon."""
        try:
            keys = self.library.trash.keys()
        except OhdioError as error:
            return Settled(0, error)
        return self._each(Act.TRASH_EMPTIED, ids, _BATCH, lambda work, books: Settled(trash.drop(work, keys, books)))

    def empty(self, *, until: int | None = None) -> Settled:
        """Delete all that is in the trash for good.

        Args:
            until: Only what was there at this moment, in microseconds since 1970.
        """
        with self.database.reading() as session:
            ids = read_until(session, TrashedBook.audiobook_id, TrashedBook.trashed_at, until)
        return self.drop(ids)

    def _each(
        self, act: Act, ids: Sequence[int], batch: int, order: Callable[[UnitOfWork, Sequence[int]], Settled]
    ) -> Settled:
        """Carry out an order of books, so many in a transaction."""
        changed, steps, distinct = 0, IndependentSteps(), list(dict.fromkeys(ids))
        for start in range(0, len(distinct), batch):
            with steps.step():
                with self.database.unit_of_work() as work:
                    settled = order(work, distinct[start : start + batch])
                    note(work, act, items=settled.books)
                changed += settled.books
                steps.note(settled.failure)
        return Settled(changed, steps.failure)


def weigh_trash(session: Session) -> tuple[int, int]:
    """Return how many books are in the trash, and their bytes."""
    query = select(func.count(), cast(func.coalesce(func.sum(TrashedBook.file_size), 0), BigInteger))
    books, size = session.execute(query.select_from(TrashedBook)).one()
    return books, size


def _view(book: TrashedBook) -> TrashedBookView:
    return TrashedBookView(
        id=book.audiobook_id,
        title=book.title,
        authors=book.authors,
        url=book.url,
        file_size=book.file_size,
        trashed_at=book.trashed_at,
        kept_until=book.trashed_at + trash.KEPT,
        reason=book.reason,
        reason_message=SentenceView.stored(book.reason, book.reason_message),
    )
