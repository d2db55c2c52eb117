"""The composition root of the downloader: ``python -m ohdio_downloader.worker``."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from ohdio_core.arenas import share_arenas
from ohdio_core.collection.control import adopt_limit
from ohdio_core.collection.download_hours import HoursKeeper
from ohdio_core.composition.chosen_library import require_library, work_dir_of
from ohdio_core.composition.http import client_settings_now
from ohdio_core.composition.library import library_now
from ohdio_core.domain.book_form import BookForm
from ohdio_core.download_settings import DownloadSettings
from ohdio_core.library_settings import LibrarySettings
from ohdio_core.live_settings import SettingsNow
from ohdio_core.messaging.brokers import Broker
from ohdio_core.pacing.politeness import SharedPoliteness
from ohdio_core.process import Node, StageWorker, serve
from ohdio_core.settings import HttpSettings, require_writable, settings_or_exit
from ohdio_core.sources.http import HttpClientFactory
from ohdio_core.sources.private import PrivateSource
from ohdio_core.sources.registry import SourceRegistry, offered
from ohdio_core.time_zone import follow_time_zone
from ohdio_core.work.schedules import Schedule
from ohdio_core.work.stages import DOWNLOADS
from ohdio_downloader.actors import register
from ohdio_downloader.bandwidth import Bandwidth
from ohdio_downloader.converter import Converter
from ohdio_downloader.housekeeper import Housekeeper, chores_of
from ohdio_downloader.importer import Importer
from ohdio_downloader.service import DownloadService
from ohdio_downloader.settings import DownloaderSettings, limits_of
from ohdio_downloader.verification import Verifier

_VERIFY_EVERY = timedelta(minutes=10)
_ARRANGE_EVERY = timedelta(seconds=10)
_HOURS_EVERY = timedelta(seconds=10)


def compose(
    node: Node,
    consuming: Broker,
    http: SettingsNow[HttpSettings],
    downloads: SettingsNow[DownloadSettings],
    filing: SettingsNow[LibrarySettings],
) -> StageWorker:
    """Put the service together on a node; it takes messages once it is started.

    Raises:
        InvalidSettings: A folder cannot be written to.
    """
    work_dir = work_dir_of(downloads.given, filing.given)
    require_library(filing.given)
    require_writable(work_dir, "WORK_DIR")
    library = library_now(node.database, filing)
    clients = client_settings_now(http)
    politeness = SharedPoliteness(node.database, lambda: http.now.page_interval)
    hours = HoursKeeper(node.database, lambda: downloads.now.download_hours)
    downloads.watch(hours.keep)
    bandwidth = Bandwidth(node.database, lambda: downloads.now.speed_limit, node.timing.lease)
    downloads.watch(bandwidth.wake)
    service = DownloadService(
        node.database,
        SourceRegistry(offered(clients, with_ytdlp=http.given.with_ytdlp), PrivateSource(node.vault)),
        pages=HttpClientFactory(clients, politeness, node.vault),
        media=HttpClientFactory(lambda: replace(clients(), read_timeout=downloads.now.stall), private=node.vault),
        politeness=politeness,
        library=library,
        work_dir=work_dir,
        limits=lambda: limits_of(downloads.now),
        form=lambda: BookForm(downloads.now.book_form),
        bandwidth=bandwidth,
    )
    verifier = Verifier(
        node.database,
        library,
        work_dir,
        every=lambda: downloads.now.verify_every,
        keep_free=lambda: downloads.now.min_disk_space_bytes,
    )
    importer = Importer(node.database, library, work_dir, keep_free=lambda: downloads.now.min_disk_space_bytes)
    converter = Converter(node.database, library, work_dir, keep_free=lambda: downloads.now.min_disk_space_bytes)
    node.schedule(Schedule("hold what would not fit", _ARRANGE_EVERY, service.room.arrange))
    node.schedule(Schedule("keep the download hours", _HOURS_EVERY, hours.write))
    node.schedule(Schedule("verify the library", _VERIFY_EVERY, verifier.begin_if_due))
    with node.database.unit_of_work() as work:
        adopt_limit(work, downloads.given.limit_from_env)
        hours.write(work)
    worker = StageWorker(
        node,
        DOWNLOADS,
        consuming,
        threads=downloads.given.max_concurrent_downloads,
        work=service.download,
        chore=service.keep_up,
        beside=[
            verifier,
            importer,
            bandwidth,
            converter,
            Housekeeper(node.database, chores_of(service)),
        ],
    )
    register(consuming, worker.runner)
    return worker


def main() -> None:
    """Run until SIGTERM."""
    share_arenas()
    given = settings_or_exit(DownloaderSettings)
    settings = SettingsNow(given)
    follow_time_zone(lambda: settings.now.time_zone, settings.watch)
    serve(
        settings,
        [DOWNLOADS],
        threads=given.max_concurrent_downloads,
        compose=lambda node, broker: [compose(node, broker, settings, settings, settings)],
    )


if __name__ == "__main__":
    main()
