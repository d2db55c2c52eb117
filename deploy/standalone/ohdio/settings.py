"""What may be set when everything runs in one process."""

from __future__ import annotations

from pydantic import Field

from ohdio_api.settings import ListenSettings, TellingSettings
from ohdio_core.download_settings import DownloadSettings
from ohdio_core.library_settings import LibrarySettings
from ohdio_core.setting_types import BrokerAddress, DatabaseAddress
from ohdio_core.settings import (
    DatabasePassword,
    EngineSettings,
    FollowSettings,
    HttpSettings,
    KeySettings,
    LoggingSettings,
    QueueSettings,
)


class GivenDatabase(DatabasePassword):
    """Which PostgreSQL is used in the place of the one in the data directory."""

    database_url: DatabaseAddress | None = Field(
        None,
        alias="DATABASE_URL",
        description="A PostgreSQL of your own, for instance postgresql://user:password@host:5432/ohdio "
        "(default: one in the data directory)",
    )


class StandaloneSettings(
    GivenDatabase,
    QueueSettings,
    EngineSettings,
    HttpSettings,
    KeySettings,
    LibrarySettings,
    LoggingSettings,
    DownloadSettings,
    FollowSettings,
    ListenSettings,
    TellingSettings,
):
    """Settings of the ``ohdio`` command where it runs the services itself."""

    rabbitmq_url: BrokerAddress | None = Field(
        None,
        alias="RABBITMQ_URL",
        description="A RabbitMQ of your own, for instance amqp://user:password@host:5672/ (default: none is needed)",
    )
    # One machine reads a few listings at once, and the pace of requests to a site, two a second by default,
    # keeps more than this from being of use; the separate services are made for many sites at once.
    scraper_threads: int = Field(
        2, alias="SCRAPER_THREADS", ge=1, le=64, description="How many listings are read at once"
    )
    metadata_threads: int = Field(
        4, alias="METADATA_THREADS", ge=1, le=64, description="How many books are described at once"
    )
