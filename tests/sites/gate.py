"""The gate: holds media answers open until they are released, so that a test decides who is in flight."""

from __future__ import annotations

import asyncio


class Gate:
    """Which books are held, and after how many bytes of each answer."""

    def __init__(self) -> None:
        self._holds_all = False
        self._held: set[int] = set()
        self._released: set[int] = set()
        self._waiting: set[asyncio.Future[None]] = set()
        self.after_bytes = 0

    def hold(self, books: list[int] | None, after_bytes: int) -> None:
        """Hold these books, or all of them; answers already further than ``after_bytes`` stop where they are."""
        self.after_bytes = after_bytes
        if books is None:
            self._holds_all = True
            self._released.clear()
        else:
            self._held.update(books)
            self._released.difference_update(books)

    def release(self, books: list[int] | None) -> None:
        """Release these books, or all of them; a book released while all are held stays free."""
        if books is None:
            self._holds_all = False
            self._held.clear()
            self._released.clear()
        else:
            self._held.difference_update(books)
            self._released.update(books)
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._waiting.clear()

    def is_holding(self, book: int) -> bool:
        """Return whether answers for this book are held."""
        return book in self._held or (self._holds_all and book not in self._released)

    def next_release(self) -> asyncio.Future[None]:
        """A future that is done as soon as anything is released; look again then."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        future.add_done_callback(self._waiting.discard)
        return future
