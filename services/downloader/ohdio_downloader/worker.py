"""The composition root of the downloader: ``python -m ohdio_downloader.worker``."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from ohdio_core.collection.control import adopt_limit
from ohdio_core.composition import client_settings_of
from ohdio_core.errors import Postponed
from ohdio_core.library.known import open_library
from ohdio_core.messaging.brokers import Broker
from ohdio_core.pacing.politeness import SharedPoliteness
from ohdio_core.process import Node, StageWorker, serve
from ohdio_core.settings import HttpSettings, require_writable, settings_or_exit
from ohdio_core.sources.http import HttpClientFactory
from ohdio_core.sources.registry import SourceRegistry, offered
from ohdio_core.work.stages import DOWNLOADS
from ohdio_downloader.actors import register
from ohdio_downloader.service import DownloadService
from ohdio_downloader.settings import DownloaderSettings, DownloadSettings

_LEFT_OVER = timedelta(days=1)


def compose(
    node: Node, consuming: Broker, http: HttpSettings, downloads: DownloadSettings, library_dir: Path
) -> StageWorker:
    """Put the service together on a node; it takes messages once it is started.

    Raises:
        InvalidSettings: A folder cannot be written to.
    """
    work_dir = downloads.work_dir_in(library_dir)
    require_writable(library_dir, "LIBRARY_DIR")
    require_writable(work_dir, "WORK_DIR")
    library = open_library(node.database, library_dir)
    with contextlib.suppress(Postponed):  # they cost room, and nothing else: the next start tries again
        library.remove_leftovers(older_than=_LEFT_OVER)
    politeness = SharedPoliteness(node.database, http.page_interval)
    service = DownloadService(
        node.database,
        SourceRegistry(offered(client_settings_of(http), with_ytdlp=http.with_ytdlp)),
        pages=HttpClientFactory(client_settings_of(http), politeness),
        media=HttpClientFactory(replace(client_settings_of(http), read_timeout=downloads.stall)),
        politeness=politeness,
        library=library,
        work_dir=work_dir,
        limits=downloads.limits(),
    )
    with node.database.unit_of_work() as work:
        adopt_limit(work, downloads.limit_from_env)
    worker = StageWorker(
        node,
        DOWNLOADS,
        consuming,
        threads=downloads.max_concurrent_downloads,
        work=service.download,
        chore=service.keep_up,
    )
    register(consuming, worker.runner)
    return worker


def main() -> None:
    """Run until SIGTERM."""
    settings = settings_or_exit(DownloaderSettings)
    serve(
        settings,
        DOWNLOADS,
        threads=settings.max_concurrent_downloads,
        compose=lambda node, broker: compose(node, broker, settings, settings, settings.library_dir),
    )


if __name__ == "__main__":
    main()
