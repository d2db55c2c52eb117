"""The composition root of the metadata service: ``python -m ohdio_metadata.worker``."""

from __future__ import annotations

from ohdio_core.arenas import share_arenas
from ohdio_core.composition.chosen_library import library_of
from ohdio_core.composition.http import client_settings_now
from ohdio_core.library import Library
from ohdio_core.live_settings import SettingsNow
from ohdio_core.messaging.brokers import Broker
from ohdio_core.pacing.politeness import SharedPoliteness
from ohdio_core.process import Node, StageWorker, serve
from ohdio_core.settings import HttpSettings, settings_or_exit
from ohdio_core.sources.http import HttpClientFactory
from ohdio_core.sources.private import PrivateSource
from ohdio_core.sources.registry import SourceRegistry, offered
from ohdio_core.work.stages import METADATA
from ohdio_metadata.actors import register
from ohdio_metadata.service import MetadataService
from ohdio_metadata.settings import MetadataSettings


def compose(
    node: Node, consuming: Broker, settings: SettingsNow[HttpSettings], library: Library, *, threads: int
) -> StageWorker:
    """Put the service together on a node; it takes messages once it is started."""
    http = client_settings_now(settings)
    clients = HttpClientFactory(http, SharedPoliteness(node.database, lambda: settings.now.page_interval), node.vault)
    service = MetadataService(
        node.database,
        SourceRegistry(offered(http, with_ytdlp=settings.given.with_ytdlp), PrivateSource(node.vault)),
        clients,
        library.find,
    )
    worker = StageWorker(
        node, METADATA, consuming, threads=threads, work=service.describe, batch_work=service.describe_listed
    )
    register(consuming, worker.runner)
    return worker


def main() -> None:
    """Run until SIGTERM."""
    share_arenas()
    given = settings_or_exit(MetadataSettings)
    settings = SettingsNow(given)
    serve(
        settings,
        [METADATA],
        threads=given.metadata_threads,
        compose=lambda node, broker: [
            compose(
                node,
                broker,
                settings,
                library_of(given, lambda: settings.now),
                threads=given.metadata_threads,
            )
        ],
    )


if __name__ == "__main__":
    main()
