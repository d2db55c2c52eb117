"""The composition root of the metadata service: ``python -m ohdio_metadata.worker``."""

from __future__ import annotations

from ohdio_core.composition import client_settings_of
from ohdio_core.library import Library
from ohdio_core.library.folder import FolderLibrary
from ohdio_core.messaging.brokers import Broker
from ohdio_core.pacing.politeness import SharedPoliteness
from ohdio_core.process import Node, StageWorker, serve
from ohdio_core.settings import HttpSettings, settings_or_exit
from ohdio_core.sources.http import HttpClientFactory
from ohdio_core.sources.registry import SourceRegistry, offered
from ohdio_core.work.stages import METADATA
from ohdio_metadata.actors import register
from ohdio_metadata.service import MetadataService
from ohdio_metadata.settings import MetadataSettings


def compose(node: Node, consuming: Broker, http: HttpSettings, library: Library, *, threads: int) -> StageWorker:
    """Put the service together on a node; it takes messages once it is started."""
    politeness = SharedPoliteness(node.database, http.page_interval)
    clients = HttpClientFactory(client_settings_of(http), politeness)
    service = MetadataService(
        node.database,
        SourceRegistry(offered(client_settings_of(http), with_ytdlp=http.with_ytdlp)),
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
    settings = settings_or_exit(MetadataSettings)
    serve(
        settings,
        METADATA,
        threads=settings.threads,
        compose=lambda node, broker: compose(
            node, broker, settings, FolderLibrary(settings.library_dir), threads=settings.threads
        ),
    )


if __name__ == "__main__":
    main()
