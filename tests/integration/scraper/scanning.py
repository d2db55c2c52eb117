"""A scraper that tests drive by hand, one scan at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ohdio_core.collection.add_scan import add_scrape
from ohdio_core.domain.book_form import BookForm
from ohdio_core.domain.filters import Filters
from ohdio_core.errors import OhdioError
from ohdio_core.library.folder import FolderLibrary
from ohdio_core.sources.http import HttpClientFactory
from ohdio_core.sources.registry import SourceRegistry
from ohdio_core.work.outcome import Outcome, outcome_of
from ohdio_core.work.run import Run
from ohdio_core.work.stages import SCRAPING
from ohdio_core.work.timing import boot_clock
from ohdio_scraper.service import ScraperService
from tests.fixtures.engine import Engine
from tests.integration.sources.origin import Origin
from tests.unit.sources.rss.documents import FEED

PATH = "/phare/feed.xml"  #: of the feed
HOSTS = ("podcasts.example", "ici.radio-canada.ca", "librivox.org")


class Scanning:
    """A feed and a category, and the service that scans them."""

    def __init__(self, engine: Engine, origin: Origin, clients: HttpClientFactory, library: Path) -> None:
        self.engine = engine.at(SCRAPING)
        self.origin = origin
        self.registry = SourceRegistry()
        self.service = ScraperService(engine.database, self.registry, clients, FolderLibrary(library))

    def scan(
        self,
        filters: Filters | None = None,
        url: str = FEED,
        *,
        brings_back: bool = False,
        form: BookForm | None = None,
    ) -> Any:
        """Scan a listing as far as that is possible; return the scan's row."""
        run = self._run(self._add(url, filters, brings_back=brings_back, form=form))
        assert self.engine.finish(run.claim, self.service.scrape(run), progress=run.progress)
        return self.engine.row(run.claim.id)

    def scan_at_every_attempt(self, url: str) -> Any:
        """Scan a listing until that has ended, as often as the engine would; return the scan's row."""
        scrape_id = self._add(url, None, brings_back=False)
        while self.engine.row(scrape_id).status == "queued":
            run = self._run(scrape_id)
            try:
                outcome: Outcome = self.service.scrape(run)
            except OhdioError as error:
                outcome = outcome_of(error)
            assert self.engine.finish(run.claim, outcome, progress=run.progress)
        return self.engine.row(scrape_id)

    def begin(self, url: str) -> Run:
        """Add a scan and begin with it, as a worker does."""
        return self._run(self._add(url, None, brings_back=False))

    def _add(self, url: str, filters: Filters | None, *, brings_back: bool, form: BookForm | None = None) -> int:
        source, target = self.registry.identify(url)
        scrape_id, _ = self.engine.order(
            add_scrape, target, source.site_key(target.url), filters=filters, brings_back=brings_back, form=form
        )
        assert isinstance(scrape_id, int)
        return scrape_id

    def _run(self, scrape_id: int) -> Run:
        self.engine.execute(
            "UPDATE scrapes SET status = 'processing', admitted_at = now(), sent_at = now() WHERE id = :id",
            id=scrape_id,
        )
        return Run(self.engine.start(scrape_id), beat_sent_at=boot_clock())

    def titles(self) -> list[str]:
        """The books that were written down."""
        return [row.title for row in self.engine.rows("SELECT title FROM audiobooks ORDER BY title")]
