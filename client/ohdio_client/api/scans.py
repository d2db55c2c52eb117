"""The routes of scans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ohdio_client.api.transport import Transport
from ohdio_core.schemas.pages import Page
from ohdio_core.schemas.scrapes import ScrapeView


class ScanRoutes:
    """The scans of one API."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def every(self, status: Sequence[str], url: str | None = None) -> Iterator[ScrapeView]:
        """Yield the scans in some states, the newest first; of this link alone, where one is named."""
        for page in self._transport.pages(Page[ScrapeView], "scrapes", status=status, url=url):
            yield from page.items

    def newest(self) -> Sequence[ScrapeView]:
        """Return the newest scans, the newest first."""
        return self._transport.read(Page[ScrapeView], "scrapes").items

    def get(self, number: int) -> ScrapeView:
        """Return one scan.

        Raises:
            ItemRefused: There is none.
        """
        return self._transport.read(ScrapeView, f"scrapes/{number}")

    def retry(self, number: int) -> ScrapeView:
        """Resume a scan that failed, and return it.

        Raises:
            ItemRefused: There is none, or it has not failed.
        """
        return self._transport.order(ScrapeView, "POST", f"scrapes/{number}/retry")

    def forget(self, number: int) -> None:
        """Delete a scan.

        Raises:
            ItemRefused: There is none.
        """
        self._transport.delete(f"scrapes/{number}")
