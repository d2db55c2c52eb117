"""The composition root of the single-machine product: its node and all services but the API, on a database.

Nothing here needs the web framework, which takes a third of a start: ``ohdio.web`` follows when there is work to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from sqlalchemy.exc import OperationalError

import ohdio_downloader.worker
import ohdio_metadata.worker
import ohdio_scraper.worker
from ohdio.settings import StandaloneSettings
from ohdio_api.submissions.service import SubmissionService
from ohdio_core.composition.engine import most_per_site, timing_of
from ohdio_core.composition.http import client_settings_now
from ohdio_core.composition.library import library_now
from ohdio_core.db.revision import is_current
from ohdio_core.db.unreachable import naming_the_setting
from ohdio_core.errors import Postponed
from ohdio_core.library import Library
from ohdio_core.library.known import recall_library
from ohdio_core.live_settings import SettingsNow
from ohdio_core.logging import set_log_level
from ohdio_core.messaging.brokers import Broker, in_process_broker
from ohdio_core.process import Node, stop_together
from ohdio_core.schemas.submissions import SubmissionResult, Wishes
from ohdio_core.sources.private import PrivateSource
from ohdio_core.sources.registry import SourceRegistry, offered
from ohdio_core.time_zone import follow_time_zone
from ohdio_core.vault import SecretKeys
from ohdio_core.work.stages import STAGES
from ohdio_core.work.sweep import take_back_expired
from ohdio_scraper.worker import CHECKS_AT_ONCE

#: Connections besides those of the threads that do the work: requests, heartbeats, admission.
_OTHER_CONNECTIONS = 8


@dataclass(frozen=True, slots=True)
class Services:
    """Every service but the API, at work."""

    node: Node
    library: Library
    registry: SourceRegistry
    settings: SettingsNow[StandaloneSettings]

    def take_links(self, urls: Sequence[str], wanted: Wishes) -> Sequence[SubmissionResult]:
        """Add links as ``POST /submissions`` does, without the API; return what that would answer of each."""
        submissions = SubmissionService(self.node.database, self.registry, self.library)
        return submissions.add(urls, wanted)


@contextmanager
def running_services(settings: StandaloneSettings, database_url: str, keys: SecretKeys) -> Iterator[Services]:
    """Run every service but the API while the block runs.

    Raises:
        InvalidSettings: A server that a setting names is not there. Nothing is left running.
    """
    if settings.rabbitmq_url is not None:
        from ohdio_core.messaging.rabbitmq import prepare_rabbitmq

        prepare_rabbitmq(settings.rabbitmq_url, settings.queue_type)
    _migrate(database_url)
    current = SettingsNow(settings)
    current.watch(lambda: set_log_level(current.now.log_level))
    follow_time_zone(lambda: current.now.time_zone, current.watch)
    with _node(current, database_url, keys) as node:
        library = library_now(node.database, current)
        with _workers(current, node, library):
            registry = SourceRegistry(
                offered(client_settings_now(current), with_ytdlp=settings.with_ytdlp), PrivateSource(node.vault)
            )
            shown = library_now(node.database, current, is_prompt=True)
            yield Services(node, shown, registry, current)


def _migrate(database_url: str) -> None:
    """Migrate the database to this version's schema."""
    with naming_the_setting():
        if not is_current(database_url):
            # Imported when it is needed: Alembic takes as long to import as all of SQLAlchemy.
            from ohdio_core.db.migrate import upgrade

            upgrade(database_url)


@contextmanager
def _node(current: SettingsNow[StandaloneSettings], database_url: str, keys: SecretKeys) -> Iterator[Node]:
    settings = current.given
    threads = settings.scraper_threads + settings.metadata_threads + settings.max_concurrent_downloads + CHECKS_AT_ONCE
    node = Node(
        database_url,
        _broker(settings, patience=1.0),
        application="ohdio",
        timing=timing_of(settings),
        sweeps=STAGES.values(),
        pool_size=threads + _OTHER_CONNECTIONS,
        most_per_site=lambda: most_per_site(current.now),
        settings=current,
        keys=keys,
    )
    node.check_database()
    if settings.database_url is None:
        _take_back_everything(node)
    node.start()
    try:
        yield node
    finally:
        node.end()


@contextmanager
def _workers(current: SettingsNow[StandaloneSettings], node: Node, library: Library) -> Iterator[None]:
    """Run every service; at the end they all put running work back at the same time."""
    settings = current.given
    consuming = node.publisher.broker if settings.rabbitmq_url is None else _broker(settings)
    workers = [
        *ohdio_scraper.worker.compose(node, consuming, current, current, library, threads=settings.scraper_threads),
        ohdio_metadata.worker.compose(node, consuming, current, library, threads=settings.metadata_threads),
        ohdio_downloader.worker.compose(node, consuming, current, current, current),
    ]
    for worker in workers:
        worker.start()
    try:
        yield
    finally:
        stop_together(workers)
        # This run may have been shorter than the time between two looks of the downloader's own.
        with suppress(Postponed, OperationalError):
            recall_library(node.database, library)


def _broker(settings: StandaloneSettings, *, patience: float = 5.0) -> Broker:
    if settings.rabbitmq_url is None:
        return in_process_broker()
    from ohdio_core.messaging.rabbitmq import rabbitmq_broker

    return rabbitmq_broker(settings.rabbitmq_url, queue_type=settings.queue_type, patience=patience)


def _take_back_everything(node: Node) -> None:
    """Put back what an earlier process was working on: nobody else works on this database, so it is over."""
    for stage in STAGES.values():
        is_more = True
        while is_more:
            with node.database.unit_of_work() as work:
                is_more = bool(take_back_expired(work, stage, node.timing, even_if_live=True))
