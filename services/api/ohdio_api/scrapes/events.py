"""What watchers are told of scans."""

from __future__ import annotations

from collections.abc import Sequence

from ohdio_api.events.projection import Projection, Rows, SnapshotPart
from ohdio_api.scrapes.service import ScrapeService
from ohdio_core.schemas.scrapes import ScrapeView
from ohdio_core.work.stages import SCRAPING

_MOST_SHOWN = 500  # scans under way


def scrape_events(scrapes: ScrapeService) -> Sequence[Projection]:
    """Return what is told when scans change."""
    return (Rows("scrape", ScrapeView, SCRAPING.topic, scrapes.scrapes, interrupted=scrapes.interrupted),)


def scrape_snapshot(scrapes: ScrapeService) -> Sequence[SnapshotPart]:
    """Return what a watcher begins with: the scans under way."""
    return (SnapshotPart("scrapes", lambda: scrapes.under_way(_MOST_SHOWN)),)
