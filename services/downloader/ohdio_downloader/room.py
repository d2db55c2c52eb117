"""Room for books: on the disk where they are fetched, and on that of the library where it is another one."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from ohdio_core.collection.room import Claimed, Weight, hold, no_room, read_in_order, release, weigh_running
from ohdio_core.current import Current, current
from ohdio_core.db.session import UnitOfWork
from ohdio_core.domain.book_form import BookForm
from ohdio_core.domain.room import Bytes, Contender, fit, fits
from ohdio_core.errors import NoRoom, Postponed
from ohdio_core.library import Library
from ohdio_core.work.run import Run

#: Returns the free bytes of the disk that a folder is on.
ReadFree = Callable[[Path], int]


def free_bytes(folder: Path) -> int:
    """Return the free bytes of the disk that a folder is on."""
    return shutil.disk_usage(folder).free


class DiskRoom:
    """Holds what would not fit.

    A disk that is full already holds nothing: what waits for it waits until that is mended (``ohdio_downloader.disk``).

    Args:
        keep_free: Returns how many bytes must stay free on each disk.
        form: What books are filed as of which nobody has said it.
    """

    def __init__(
        self,
        library: Library,
        work_dir: Path,
        keep_free: Callable[[], int],
        read_free: ReadFree = free_bytes,
        form: BookForm | Current[BookForm] = BookForm.ORIGINAL,
    ) -> None:
        self._library = library
        self._work_dir = work_dir
        self._keep_free = keep_free
        self._read_free = read_free
        self._form = current(form)

    def require(self, claimed: Claimed, run: Run) -> None:
        """Return if the book of a run fits beside those that began before it, or a person wants it anyway.

        Raises:
            NoRoom: It does not.
        """
        if claimed.is_waived or claimed.weight is None:
            return
        folders = self._folders()
        left = self._left(claimed.others, folders)
        needed = _needed(claimed.weight, folders)
        if left is not None and not fits(needed, left):
            run.report(bytes_total=claimed.weight.whole)
            raise NoRoom(no_room(*self._short(needed, left, folders)))

    def arrange(self, work: UnitOfWork) -> None:
        """Hold what would not fit of that which starts next, and let go on what does."""
        folders = self._folders()
        left = self._left(weigh_running(work, self._form()), folders)
        if left is None:
            return
        books = read_in_order(work, self._form())
        weights = {book.id: book.weight for book in books if book.weight is not None}
        fitting = fit(
            (
                Contender(book.id, book.weight and _needed(book.weight, folders), book.is_held, book.is_waived)
                for book in books
            ),
            left,
        )
        if fitting.hold:
            reasons = {book.id: no_room(*self._short(book.needed or (), left, folders)) for book in fitting.hold}
            hold(work, reasons, weights)
        if fitting.release:
            release(work, fitting.release)

    def _left(self, running: Weight, folders: Sequence[Path]) -> Bytes | None:
        """Return the bytes that are left on each disk beside what runs; None where one is full, or cannot be asked."""
        try:
            free = [self._read_free(folder) - self._keep_free() for folder in folders]
        except (OSError, Postponed):
            return None
        if min(free) <= 0:
            return None
        return tuple(room - taken for room, taken in zip(free, _needed(running, folders), strict=True))

    def _short(self, needed: Bytes, left: Bytes, folders: Sequence[Path]) -> tuple[int, str]:
        """Return what is needed on the disk that lacks most of it, and the folder that is on it."""
        lacking = [wanted - room for wanted, room in zip(needed, left, strict=True)]
        place = lacking.index(max(lacking))
        # Where both are one disk, the library is the folder that people know.
        is_one = len(needed) == 1 and self._library.folder is not None
        return needed[place], self._library.location if is_one else str(folders[place])

    def _folders(self) -> list[Path]:
        """Return a folder of each disk that is needed."""
        library = self._library.folder
        if library is None:
            return [self._work_dir]
        try:
            is_one = library.stat().st_dev == self._work_dir.stat().st_dev
        except OSError:
            is_one = True  # whoever files a book finds out
        return [self._work_dir] if is_one else [self._work_dir, library]


def _needed(weight: Weight, folders: Sequence[Path]) -> Bytes:
    """Return what books need on the disk of each folder: what is moved within one takes no room twice.

    What becomes one file does, where it is made: its parts stay until that is whole.
    """
    made = weight.to_come + weight.copy
    return (made,) if len(folders) == 1 else (made, weight.whole)
