"""The composition root of the scraper: ``python -m ohdio_scraper.worker``."""

from __future__ import annotations

from ohdio_core.composition.http import client_settings_now
from ohdio_core.library import Library
from ohdio_core.library.known import open_library
from ohdio_core.live_settings import SettingsNow
from ohdio_core.messaging.brokers import Broker
from ohdio_core.pacing.politeness import SharedPoliteness
from ohdio_core.process import Node, StageWorker, serve
from ohdio_core.settings import HttpSettings, settings_or_exit
from ohdio_core.sources.http import HttpClientFactory
from ohdio_core.sources.registry import SourceRegistry, offered
from ohdio_core.work.stages import SCRAPING
from ohdio_scraper.actors import register
from ohdio_scraper.service import ScraperService
from ohdio_scraper.settings import ScraperSettings


def compose(
    node: Node, consuming: Broker, settings: SettingsNow[HttpSettings], library: Library, *, threads: int
) -> StageWorker:
    """Put the service together on a node; it takes messages once it is started."""
    http = client_settings_now(settings)
    clients = HttpClientFactory(http, SharedPoliteness(node.database, lambda: settings.now.page_interval))
    service = ScraperService(
        node.database,
        SourceRegistry(offered(http, with_ytdlp=settings.given.with_ytdlp)),
        clients,
        library.holds,
    )
    worker = StageWorker(node, SCRAPING, consuming, threads=threads, work=service.scrape)
    register(consuming, worker.runner)
    return worker


def main() -> None:
    """Run until SIGTERM."""
    given = settings_or_exit(ScraperSettings)
    settings = SettingsNow(given)
    serve(
        settings,
        SCRAPING,
        threads=given.scraper_threads,
        compose=lambda node, broker: compose(
            node, broker, settings, open_library(node.database, given.library_dir), threads=given.scraper_threads
        ),
    )


if __name__ == "__main__":
    main()
