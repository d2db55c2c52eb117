"""Settings that several services share, read from the environment once, at each composition root.

A service composes its own class from these groups. Nothing below a composition root reads settings:
what it needs is passed in.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, NoReturn, Self, TypeVar

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import NoDecode

from ohdio_core.expectations import UnexpectedValue
from ohdio_core.host_overrides import parse_overrides
from ohdio_core.library_settings import LibrarySettings
from ohdio_core.password_file import with_password_of_file, with_secret_of_file
from ohdio_core.reasons import reason_in_sentence
from ohdio_core.sentences import Sentence, sentence
from ohdio_core.setting_group import Group
from ohdio_core.setting_types import LIVE, BrokerAddress, DatabaseAddress, Duration, Seconds, TimeZone, Unit, shaped
from ohdio_core.wrong_values import wrong_values

SettingsType = TypeVar("SettingsType", bound="Group")


#: A pause that nobody means to be longer; clocks of databases and sockets end somewhere beyond.
LONGEST_PAUSE = timedelta(hours=1)


class InvalidSettings(Exception):
    """Settings are missing or wrong.

    Args:
        sentences: What people read of each, which names it; the message has a line for each.
    """

    def __init__(self, *sentences: Sentence) -> None:
        self.sentences = sentences
        super().__init__("\n".join(each.text for each in sentences))


class DatabasePassword(Group):
    """Where the password for PostgreSQL is."""

    database_password_file: Path | None = Field(
        None,
        alias="DATABASE_PASSWORD_FILE",
        description="A file with the password for DATABASE_URL, where that has a user without one",
    )

    @model_validator(mode="before")
    @classmethod
    def _read_database_password(cls, values: dict[str, Any]) -> dict[str, Any]:
        return with_password_of_file(values, "DATABASE_URL", "DATABASE_PASSWORD_FILE")


class DatabaseSettings(DatabasePassword):
    """Where PostgreSQL is."""

    database_url: DatabaseAddress = Field(
        alias="DATABASE_URL", description="PostgreSQL, for instance postgresql://user:password@host:5432/ohdio"
    )


class BrokerPassword(Group):
    """Where the password for RabbitMQ is."""

    rabbitmq_password_file: Path | None = Field(
        None,
        alias="RABBITMQ_PASSWORD_FILE",
        description="A file with the password for RABBITMQ_URL, where that has a user without one",
    )

    @model_validator(mode="before")
    @classmethod
    def _read_rabbitmq_password(cls, values: dict[str, Any]) -> dict[str, Any]:
        return with_password_of_file(values, "RABBITMQ_URL", "RABBITMQ_PASSWORD_FILE")


class QueueSettings(BrokerPassword):
    """What queues RabbitMQ has for us."""

    queue_type: Literal["classic", "quorum"] = Field(
        "classic",
        alias="OHDIO_QUEUE_TYPE",
        description="classic or quorum, as RabbitMQ calls them: queues on one node, or on most nodes of a cluster",
    )


class BrokerSettings(QueueSettings):
    """Where RabbitMQ is."""

    rabbitmq_url: BrokerAddress = Field(
        alias="RABBITMQ_URL", description="RabbitMQ, for instance amqp://user:password@host:5672/"
    )


class EngineSettings(Group):
    """How the engine keeps time. The defaults suit every installation we know of."""

    lease: Seconds = Field(
        timedelta(seconds=15),
        alias="OHDIO_LEASE_SECONDS",
        description="How long a worker may be silent before its work is given to another, in seconds",
    )
    beat: Seconds = Field(
        timedelta(seconds=1), alias="OHDIO_BEAT_SECONDS", description="How often a busy worker reports, in seconds"
    )
    idle_beat: Seconds = Field(
        timedelta(seconds=5),
        alias="OHDIO_IDLE_BEAT_SECONDS",
        description="How often an idle worker reports, in seconds",
    )
    tick: Seconds = Field(
        timedelta(seconds=2),
        alias="OHDIO_TICK_SECONDS",
        description="How often each worker looks for work that was forgotten, in seconds",
    )
    resend_after: Seconds = Field(
        timedelta(seconds=5),
        alias="OHDIO_RESEND_SECONDS",
        description="A message that nobody took for this long is sent again, in seconds",
    )

    @model_validator(mode="after")
    def _leases_outlast_beats(self) -> Self:
        if self.lease < 3 * self.beat or self.lease <= self.idle_beat:
            raise UnexpectedValue(
                sentence(
                    "expected.longer_lease",
                    "OHDIO_LEASE_SECONDS must be at least three times OHDIO_BEAT_SECONDS and more than "
                    "OHDIO_IDLE_BEAT_SECONDS, or workers lose their work while they are healthy.",
                )
            )
        return self


#: As a header may have it (RFC 9110 section 5.5): no control characters, no space around it.
_NameForSites = Annotated[
    str,
    shaped(
        r"[^\x00-\x20\x7f](?:[^\x00-\x1f\x7f]*[^\x00-\x20\x7f])?",
        sentence("expected.user_agent", "A name on one line is expected, without blanks around it."),
    ),
]


class HttpSettings(Group):
    """How we behave towards sites."""

    host_overrides: Annotated[dict[str, str], NoDecode] = Field(
        default_factory=dict,
        alias="OHDIO_HOST_OVERRIDES",
        description="Send requests for a host to another origin: host=http://127.0.0.1:9000,other=…",
    )
    user_agent: Annotated[_NameForSites | None, LIVE] = Field(
        None,
        alias="OHDIO_USER_AGENT",
        description="What we call ourselves to sites, on one line (default: ohdio and its version)",
    )
    page_interval: Annotated[Duration, Field(ge=timedelta(0), le=LONGEST_PAUSE), LIVE] = Field(
        timedelta(seconds=0.5),
        alias="OHDIO_PAGE_INTERVAL_SECONDS",
        description="Time between two page requests to one site, over all processes, in seconds",
    )
    allow_private_addresses: bool = Field(
        False,
        alias="OHDIO_ALLOW_PRIVATE_ADDRESSES",
        description="Let links lead to private addresses of your own network",
    )
    with_ytdlp: bool = Field(
        False,
        alias="OHDIO_YTDLP",
        description="Ask yt-dlp about links that nothing else reads, where the extra ytdlp is installed",
    )

    @field_validator("host_overrides", mode="before")
    @classmethod
    def _parse_overrides(cls, value: object) -> object:
        return parse_overrides(value) if isinstance(value, str) else value


class LoggingSettings(Group):
    """What is logged, and how."""

    log_level: Annotated[Literal["debug", "info", "warning", "error"], LIVE] = Field(
        "info",
        alias="OHDIO_LOG_LEVEL",
        description="The log's lowest level: debug, info, warning or error",
    )
    log_json: bool = Field(False, alias="OHDIO_LOG_JSON", description="One JSON object per line, for machines")


class MetricsSettings(Group):
    """Where a service tells Prometheus what it counts."""

    metrics_port: int | None = Field(
        None,
        alias="OHDIO_METRICS_PORT",
        ge=1,
        le=65535,
        description="A port for /metrics and /healthz without a token (default: none is opened)",
    )
    metrics_host: str = Field(
        "127.0.0.1",
        alias="OHDIO_METRICS_HOST",
        description="The address that this port is opened on; whoever reaches it sees which sites are collected from",
    )


class TimeZoneSettings(Group):
    """By which clock times are meant and told."""

    time_zone: Annotated[TimeZone, LIVE] = Field(
        "",
        alias="TZ",
        max_length=100,
        description="The time zone of times on pages and of hours in settings, for instance America/Montreal (default: "
        "that of the machine)",
    )


class KeySettings(Group):
    """By which key secrets are encrypted."""

    secret_key: SecretStr | None = Field(
        None,
        alias="OHDIO_SECRET_KEY",
        min_length=32,
        description="The key by which private feeds and the addresses of notifications are encrypted: at least 32 "
        "characters that nobody can guess, the same for every service; several, the newest first, with commas between "
        "them, to change it (default: one that `ohdio up` makes and keeps in its data directory)",
    )
    secret_key_file: Path | None = Field(
        None, alias="OHDIO_SECRET_KEY_FILE", description="A file with that key, where OHDIO_SECRET_KEY is not set"
    )

    @model_validator(mode="before")
    @classmethod
    def _read_secret_key(cls, values: dict[str, Any]) -> dict[str, Any]:
        return with_secret_of_file(values, "OHDIO_SECRET_KEY", "OHDIO_SECRET_KEY_FILE")

    @property
    def key(self) -> str | None:
        """The key in plain text."""
        return None if self.secret_key is None else self.secret_key.get_secret_value()


class ScrapingSettings(Group):
    """How much is scanned at once."""

    scraper_threads: int = Field(
        5, alias="SCRAPER_THREADS", ge=1, le=64, description="How many listings are read at once, in each process"
    )


class FollowSettings(Group):
    """How often what is followed is looked at."""

    feed_hours: Annotated[float, Unit("h"), LIVE] = Field(
        6,
        alias="OHDIO_FOLLOW_FEED_HOURS",
        ge=1,
        le=720,
        description="Hours between two checks of a feed that is followed, unless the feed or the follow says otherwise",
    )
    page_hours: Annotated[float, Unit("h"), LIVE] = Field(
        24,
        alias="OHDIO_FOLLOW_PAGE_HOURS",
        ge=1,
        le=720,
        description="Hours between two checks of a page that is followed: a category, an author, or another",
    )


class DescribingSettings(Group):
    """How much is described at once."""

    metadata_threads: int = Field(
        10, alias="METADATA_THREADS", ge=1, le=64, description="How many books are described at once, in each process"
    )


class WorkerSettings(
    DatabaseSettings,
    BrokerSettings,
    EngineSettings,
    HttpSettings,
    KeySettings,
    LibrarySettings,
    LoggingSettings,
    MetricsSettings,
):
    """What every worker service needs."""


def settings_or_exit(settings: type[SettingsType]) -> SettingsType:
    """Return the settings read from the environment; on errors print one line for each and exit with code 2."""
    try:
        return load(settings)
    except InvalidSettings as error:
        exit_with(error)


def exit_with(error: Exception) -> NoReturn:
    """End the process with code 2 and the error's sentence."""
    sys.stderr.write(f"{error}\n")
    raise SystemExit(2)


def load(
    settings: type[SettingsType], /, names: Mapping[str, str] = MappingProxyType({}), **given: object
) -> SettingsType:
    """Read a settings class from the environment.

    Args:
        names: What to call a variable that was not given as one: "--port" for PORT.
        given: Values that take precedence over the environment, by the names of their variables.

    Raises:
        InvalidSettings: A sentence for each wrong setting, which names the variable and what is wrong.
    """
    try:
        return settings(**given)
    except ValidationError as error:
        raise InvalidSettings(*wrong_values(error, settings, names)) from None


def require_writable(directory: Path, variable: str) -> None:
    """Create a directory where it is missing, and check that it is writable.

    Raises:
        InvalidSettings: It cannot; the sentence names the variable.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        probe = directory / f".write-test-{socket.gethostname()}-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise InvalidSettings(
            sentence(
                "setting.not_writable",
                "{variable} is wrong: {folder} cannot be written to ({reason}). "
                "Choose another folder, or give this user the right to write there.",
                variable=variable,
                folder=str(directory),
                reason=reason_in_sentence(error),
            )
        ) from None
