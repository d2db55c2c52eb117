"""What becomes of scans, told once: for a terminal that nobody asks anything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ohdio_client.api.client import Client
from ohdio_client.api.errors import ApiError, ApiUnreachable
from ohdio_client.progress import scan_line
from ohdio_core.schemas.scrapes import ScrapeStatus, ScrapeView


class ScanNews:
    """Looks at the newest scans, and says which have ended since the last look; at first, how many failed before.

    Args:
        client: Of the ohdio that scans.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        #: Of which end each was told, and when that was.
        self._told: dict[int, tuple[ScrapeStatus, datetime]] | None = None

    def lines(self) -> Iterator[str]:
        """Return what is new, the oldest first; nothing while the API does not answer."""
        try:
            scans = self._client.scans.newest()[::-1]
            if self._told is None:
                yield from self._earlier_failures()
                self._told = {scan.id: _end_of(scan) for scan in scans}
        except (ApiError, ApiUnreachable):
            return
        for scan in scans:
            if scan.status is ScrapeStatus.SCRAPING:
                self._told.pop(scan.id, None)  # perhaps again
            elif self._told.get(scan.id) != _end_of(scan):
                self._told[scan.id] = _end_of(scan)
                yield scan_line(scan)

    def _earlier_failures(self) -> Iterator[str]:
        # A link that was scanned again since is not among them.
        count = sum(1 for _ in self._client.scans.every(("failed",)))
        if count == 1:
            yield "1 scan failed earlier: `ohdio queue` shows it."
        elif count:
            yield f"{count} scans failed earlier: `ohdio queue` shows them."


def _end_of(scan: ScrapeView) -> tuple[ScrapeStatus, datetime]:
    """Return what identifies one end of a scan: one that is tried again may fail again between two looks."""
    return scan.status, scan.updated_at
