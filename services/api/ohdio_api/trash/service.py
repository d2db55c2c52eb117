"""What the trash holds, and bringing it back or emptying it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.orm import Session

from ohdio_api.keyset import PageRequest, SortKey, read_page
from ohdio_core.collection import trash
from ohdio_core.db.session import Database, UnitOfWork
from ohdio_core.db.shelf_models import TrashedBook
from ohdio_core.errors import OhdioError
from ohdio_core.library import Library
from ohdio_core.schemas.pages import Order
from ohdio_core.schemas.trash import TrashedBookView, TrashPage

_MICROSECONDS = cast(func.extract("epoch", TrashedBook.trashed_at) * 1_000_000, BigInteger)
_SORT = SortKey("trashed", _MICROSECONDS, int)


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

    def count(self) -> int:
        """Count the books in the trash."""
        with self.database.reading() as session:
            return weigh_trash(session)[0]

    def restore(self, which: Sequence[int] | UUID) -> int:
        """Put books back, with their files and all that is known of them; return how many.

        Args:
            which: The ids that they had, or the order that deleted them.

        Raises:
            FilesGone: The files of one are not there any more; the others are back.
            Postponed: The library cannot be written, or has no place for one.
        """
        if isinstance(which, UUID):
            with self.database.reading() as session:
                which = trash.find_removed(session, which)
        return self._each(which, lambda work, book: trash.restore(work, self.library, book))

    def drop(self, ids: Sequence[int] | None) -> int:
        """Delete books for good: these, or all that are in the trash; return how many.

        Raises:
            Postponed: The library cannot be written; some may be gone by then.
        """
        if ids is None:
            with self.database.reading() as session:
                ids = session.scalars(select(TrashedBook.audiobook_id).order_by(TrashedBook.audiobook_id)).all()
        return self._each(ids, lambda work, book: trash.drop(work, self.library, [book]) > 0)

    def _each(self, ids: Sequence[int], order: Callable[[UnitOfWork, int], bool]) -> int:
        """Carry out an order of each book in a transaction of its own; raise the last error of any afterwards."""
        changed, failed = 0, None
        for book in dict.fromkeys(ids):
            try:
                with self.database.unit_of_work() as work:
                    changed += order(work, book)
            except OhdioError as error:
                failed = error
        if failed is not None:
            raise failed
        return changed


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
    )
