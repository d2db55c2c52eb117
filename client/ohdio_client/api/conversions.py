"""The routes of converting books of the library."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ohdio_client.api.transport import LONG_TIMEOUT, Transport
from ohdio_core.schemas.conversions import ConversionEstimate, ConversionView
from ohdio_core.schemas.pages import Page

_PATH = "conversions"


class ConversionRoutes:
    """The conversions of one API."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def every(self) -> Sequence[ConversionView]:
        """Return what is to be converted, and what could not be."""
        return [each for page in self._transport.pages(Page[ConversionView], _PATH) for each in page.items]

    def estimate(self, books: Sequence[int], form: str) -> ConversionEstimate:
        """Return what it takes to convert books; the first time, that is measured."""
        body = {"ids": list(books), "form": form}
        return self._transport.order(ConversionEstimate, "POST", f"{_PATH}/estimate", body, timeout=LONG_TIMEOUT)

    def settle(self, book: int, action: Literal["pause", "resume"]) -> ConversionView:
        """Pause the conversion of a book, or let it go on.

        Raises:
            ItemRefused: There is none.
        """
        return self._transport.order(ConversionView, "POST", f"{_PATH}/{book}/{action}")

    def cancel(self, book: int) -> None:
        """Cancel the conversion of a book.

        Raises:
            ItemRefused: There is none.
        """
        self._transport.delete(f"{_PATH}/{book}")
