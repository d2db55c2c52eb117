"""Walking a listing: every page, every book, each written down as it is found."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text

from ohdio_core.db.intake import IsFiled, Standing, add_books
from ohdio_core.db.session import Database, UnitOfWork
from ohdio_core.domain.audiobook import Page, Target, TargetKind
from ohdio_core.domain.queue import StopReason
from ohdio_core.sources.http import Abort, HttpClientFactory
from ohdio_core.sources.protocol import Source
from ohdio_core.sources.registry import SourceRegistry
from ohdio_core.work.outcome import Done, Stopped
from ohdio_core.work.run import Run
from ohdio_core.work.stages import SCRAPING


@dataclass(frozen=True, slots=True)
class _Scan:
    """What the row says when a run begins."""

    target: Target
    politeness_key: str
    cursor: str | None
    priority: int


class ScraperService:
    """Reads listings. A page that fails leaves what was found, and the scan goes on from there."""

    def __init__(
        self, database: Database, registry: SourceRegistry, http: HttpClientFactory, is_filed: IsFiled
    ) -> None:
        self.database = database
        self.registry = registry
        self.http = http
        self.is_filed = is_filed

    def scrape(self, run: Run) -> Done:
        """Walk the listing from where the last run stopped.

        Raises:
            PermanentError: The listing does not exist or cannot be read.
            TransientError: The site failed; what was found so far is kept.
        """
        scan = self._load(run.claim.id)
        source = self.registry.by_name(scan.target.source)
        abort = Abort()
        with run.guard(abort.trigger):
            client = self.http.site(scan.politeness_key, abort)
            for number, page in enumerate(source.discover(scan.target, client, scan.cursor), run.progress + 1):
                run.check()
                if page.next_cursor is None:
                    # Written together with the end of the scan, so that a restart never counts it twice.
                    return Done(lambda work, page=page: self._write(work, run, source, scan, page))  # type: ignore[misc] # mypy does not infer lambdas with defaults
                with self.database.unit_of_work() as work:
                    self._write(work, run, source, scan, page)
                run.report(progress=number)
        return Done()

    def _load(self, scrape_id: int) -> _Scan:
        with self.database.reading() as session:
            row = session.execute(
                text("SELECT url, source, external_id, politeness_key, cursor, priority FROM scrapes WHERE id = :id"),
                {"id": scrape_id},
            ).one()
        target = Target(TargetKind.CATEGORY, row.source, row.url, row.external_id)
        return _Scan(target, row.politeness_key, row.cursor, row.priority)

    def _write(self, work: UnitOfWork, run: Run, source: Source, scan: _Scan, page: Page) -> None:
        """Write one page and where to go on, in one transaction that a worker which lost its lease cannot commit."""
        books = [(ref, source.politeness_key(ref.url)) for ref in page.books]
        added = add_books(work, books, priority=scan.priority, is_filed=self.is_filed)
        new = sum(1 for book in added if book.standing is Standing.NEW)
        row = work.session.execute(
            text(
                """
                UPDATE scrapes SET cursor = :cursor, title = coalesce(:title, title), progress = progress + 1,
                       found = found + :found, new = new + :new, known = known + :known, updated_at = now()
                WHERE id = :id AND (lease_token = :token OR status = 'completed') RETURNING id
                """
            ),
            {
                "cursor": page.next_cursor,
                "title": page.title,
                "found": len(added),
                "new": new,
                "known": len(added) - new,
                "id": run.claim.id,
                "token": run.claim.token,
            },
        ).scalar()
        if row is None:
            raise Stopped(StopReason.LEASE_LOST)
        work.session.execute(
            text(
                """
                INSERT INTO scrape_books (scrape_id, audiobook_id)
                SELECT :id, book FROM unnest(CAST(:books AS bigint[])) AS book ON CONFLICT DO NOTHING
                """
            ),
            {"id": run.claim.id, "books": [book.audiobook_id for book in added]},
        )
        work.changed(SCRAPING.topic, run.claim.id)
