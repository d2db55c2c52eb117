"""The routes of books, in the queue and in the library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from ohdio_client.api.transport import FILES_TIMEOUT, LONG_TIMEOUT, Transport
from ohdio_core.schemas.audiobooks import AudiobookDetail, AudiobookView
from ohdio_core.schemas.library import LibraryPage, MissingBooks, RenameList
from ohdio_core.schemas.pages import Page
from ohdio_core.schemas.queue import Concerned
from ohdio_core.schemas.repairs import Repairs
from ohdio_core.schemas.trace import BookTrace
from ohdio_core.schemas.trash import ReplacedForms, ReplacedFormView, TrashPage

_MOST_SETTLED = 1000
_MOST_MOVED = 10


class BookRoutes:
    """The books of one API."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def every(
        self, *, url: str | None = None, words: str | None = None, added_by: str | None = None
    ) -> Iterator[AudiobookView]:
        """Yield books.

        Args:
            url: Only what this link leads to.
            words: Only those with these in title or author.
            added_by: Only those that scans of this link have added.
        """
        for page in self._transport.pages(Page[AudiobookView], "audiobooks", url=url, q=words, added_by=added_by):
            yield from page.items

    def get(self, book: int) -> AudiobookDetail:
        """Return one book with its parts.

        Raises:
            ItemRefused: There is none.
        """
        return self._transport.read(AudiobookDetail, f"audiobooks/{book}")

    def trace(self, book: int) -> BookTrace:
        """Return what happened to a book.

        Raises:
            ItemRefused: There is none.
        """
        return self._transport.read(BookTrace, f"audiobooks/{book}/trace")

    def download(self, book: int) -> AudiobookDetail:
        """Download a book again, and return it.

        Raises:
            ItemRefused: There is none, or it is not complete.
        """
        return self._transport.order(AudiobookDetail, "POST", f"audiobooks/{book}/download")

    def convert(self, book: int, form: str) -> AudiobookDetail:
        """Order that a book becomes one file, and return it.

        Raises:
            ItemRefused: There is none, or its files are not in the library.
        """
        return self._transport.order(AudiobookDetail, "POST", f"audiobooks/{book}/convert", {"form": form})

    def edit(self, book: int, changes: Mapping[str, object], *, revision: int) -> AudiobookDetail:
        """Change what is said of a book, and return it.

        Raises:
            ItemRefused: There is none, or somebody else has changed it since this revision.
        """
        return self._transport.order(
            AudiobookDetail, "PATCH", f"audiobooks/{book}", {"revision": revision, **changes}, timeout=LONG_TIMEOUT
        )

    def delete(self, book: int) -> None:
        """Delete a book with its files.

        Raises:
            ItemRefused: There is none.
        """
        self._transport.delete(f"audiobooks/{book}", timeout=FILES_TIMEOUT)

    def shelf(self, words: str | None) -> Iterator[LibraryPage]:
        """Yield the pages of the books that are in the library now."""
        return self._transport.pages(LibraryPage, "library", q=words)

    def missing(self, words: str | None) -> MissingBooks:
        """Return which books are missing from the library; every folder may have to be looked at.

        Raises:
            ApiError: The library itself is not there.
        """
        return self._transport.read(MissingBooks, "library/missing", timeout=LONG_TIMEOUT, q=words)

    def settle_missing(self, action: Literal["fetch", "forget"], books: Sequence[int]) -> int:
        """Fetch missing books again, or let them go; return how many.

        Raises:
            ApiError: The library itself is not there; of very many, some may be settled by then.
        """
        changed = 0
        for start in range(0, len(books), _MOST_SETTLED):
            body = {"ids": list(books[start : start + _MOST_SETTLED])}
            path = f"library/missing/{action}"
            changed += self._transport.order(Concerned, "POST", path, body, timeout=LONG_TIMEOUT).changed
        return changed

    def renames(self, *, by_hand: bool) -> RenameList:
        """Return what would become of the folders of books by the names of today.

        Args:
            by_hand: Those that people have put elsewhere, too.

        Raises:
            ApiError: The library itself is not there.
        """
        return self._transport.read(RenameList, "library/renames", timeout=LONG_TIMEOUT, by_hand=by_hand)

    def order_renames(self, *, by_hand: bool) -> int:
        """Order that these folders are moved; return how many.

        Raises:
            ApiError: The library itself is not there.
        """
        body = {"by_hand": by_hand}
        return self._transport.order(Concerned, "POST", "library/renames", body, timeout=LONG_TIMEOUT).changed

    def trash(self) -> Iterator[TrashPage]:
        """Yield the pages of the books that were deleted lately."""
        return self._transport.pages(TrashPage, "library/trash")

    def settle_trash(self, action: Literal["restore", "empty"], books: Sequence[int]) -> int:
        """Put deleted books back, or delete them for good; return how many.

        Raises:
            ApiError: The library cannot be written, or the files of one are gone; others may be settled by then.
        """
        changed, most = 0, _MOST_MOVED if action == "restore" else _MOST_SETTLED
        for start in range(0, len(books), most):
            body = {"ids": list(books[start : start + most])}
            path = f"library/trash/{action}"
            changed += self._transport.order(Concerned, "POST", path, body, timeout=FILES_TIMEOUT).changed
        return changed

    def replaced_forms(self) -> Sequence[ReplacedFormView]:
        """Return the files that books had before they were converted."""
        return self._transport.read(ReplacedForms, "library/trash/forms").items

    def restore_form(self, form: int) -> int:
        """Put the files that a book had back; return how many books that concerned.

        Raises:
            ItemRefused: The trash does not have them any more.
        """
        path = f"library/trash/forms/{form}/restore"
        return self._transport.order(Concerned, "POST", path, timeout=FILES_TIMEOUT).changed

    def drop_form(self, form: int) -> None:
        """Delete the files that a book had for good.

        Raises:
            ItemRefused: The trash does not have them any more.
        """
        self._transport.delete(f"library/trash/forms/{form}")

    def repairs(self, *, is_meant: bool) -> Repairs:
        """Return what there is to repair, or repair it."""
        return self._transport.order(Repairs, "POST" if is_meant else "GET", "repairs", timeout=LONG_TIMEOUT)
