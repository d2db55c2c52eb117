"""The composition root of the scraper: ``python -m ohdio_scraper.worker``."""

from __future__ import annotations

from datetime import timedelta

from ohdio_core.arenas import share_arenas
from ohdio_core.composition.http import client_settings_now
from ohdio_core.composition.library import library_now
from ohdio_core.library import Library
from ohdio_core.live_settings import SettingsNow
from ohdio_core.messaging.brokers import Broker
from ohdio_core.pacing.politeness import SharedPoliteness
from ohdio_core.process import Node, StageWorker, serve
from ohdio_core.settings import FollowSettings, HttpSettings, settings_or_exit
from ohdio_core.sources.http import HttpClientFactory
from ohdio_core.sources.private import PrivateSource
from ohdio_core.sources.registry import SourceRegistry, offered
from ohdio_core.vault import forget_listings
from ohdio_core.work.schedules import Schedule
from ohdio_core.work.stages import FOLLOWING, SCRAPING
from ohdio_scraper.actors import register_follows, register_scans
from ohdio_scraper.follower import FollowerService
from ohdio_scraper.service import ScraperService
from ohdio_scraper.settings import ScraperSettings, intervals_of

#: Checks of follows: they wait for sites, and each site is paced.
CHECKS_AT_ONCE = 2
_FORGETS_EVERY = timedelta(hours=1)


def compose(
    node: Node,
    consuming: Broker,
    settings: SettingsNow[HttpSettings],
    follows: SettingsNow[FollowSettings],
    library: Library,
    *,
    threads: int,
) -> tuple[StageWorker, StageWorker]:
    """Put the services together on a node: scans, and checks of follows; they take messages once they are started."""
    http = client_settings_now(settings)
    clients = HttpClientFactory(http, SharedPoliteness(node.database, lambda: settings.now.page_interval), node.vault)
    registry = SourceRegistry(offered(http, with_ytdlp=settings.given.with_ytdlp), PrivateSource(node.vault))
    scraper = ScraperService(node.database, registry, clients, library)
    scans = StageWorker(node, SCRAPING, consuming, threads=threads, work=scraper.scrape)
    register_scans(consuming, scans.runner)
    follower = FollowerService(node.database, registry, clients, library, lambda: intervals_of(follows.now))
    checks = StageWorker(node, FOLLOWING, consuming, threads=CHECKS_AT_ONCE, work=follower.check)
    register_follows(consuming, checks.runner)
    node.schedule(Schedule("forget what is no longer followed privately", _FORGETS_EVERY, forget_listings))
    return scans, checks


def main() -> None:
    """Run until SIGTERM."""
    share_arenas()
    given = settings_or_exit(ScraperSettings)
    settings = SettingsNow(given)
    serve(
        settings,
        [SCRAPING, FOLLOWING],
        threads=given.scraper_threads + CHECKS_AT_ONCE,
        compose=lambda node, broker: compose(
            node,
            broker,
            settings,
            settings,
            library_now(node.database, settings),
            threads=given.scraper_threads,
        ),
    )


if __name__ == "__main__":
    main()
