"""The routes of verifying the library."""

from __future__ import annotations

from ohdio_client.api.transport import LONG_TIMEOUT, Transport
from ohdio_core.schemas.trash import ChangedBooks
from ohdio_core.schemas.verification import VerifiedLibrary

_PATH = "library/verification"


class VerificationRoutes:
    """What is known of the files in the library of one API."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def read(self, words: str | None) -> VerifiedLibrary:
        """Return how far the last verification has come, and which books are faulty.

        Args:
            words: Only faulty books with these in title or authors.
        """
        return self._transport.read(VerifiedLibrary, _PATH, q=words)

    def begin(self, words: str | None) -> VerifiedLibrary:
        """Begin one.

        Raises:
            ItemRefused: One is under way.
        """
        return self._transport.order(VerifiedLibrary, "POST", _PATH, {"q": words})

    def stop(self) -> VerifiedLibrary:
        """Stop the one that is under way."""
        return self._transport.order(VerifiedLibrary, "DELETE", _PATH)

    def fetch(self, books: list[int]) -> ChangedBooks:
        """Fetch what is lost or damaged of books again."""
        return self._transport.order(ChangedBooks, "POST", f"{_PATH}/fetch", {"ids": books}, timeout=LONG_TIMEOUT)
