"""What an operator may set for the API."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Annotated

from pydantic import Field, SecretStr, field_validator

from ohdio_api.proxies import TrustedProxies
from ohdio_core.expectations import UnexpectedValue
from ohdio_core.library_settings import LibrarySettings
from ohdio_core.sentences import sentence
from ohdio_core.setting_group import Group
from ohdio_core.setting_types import LIVE, TIME_OF_DAY, Unit, shaped
from ohdio_core.settings import (
    BrokerSettings,
    DatabaseSettings,
    EngineSettings,
    HttpSettings,
    KeySettings,
    LoggingSettings,
    MetricsSettings,
    TimeZoneSettings,
)

_PublicAddress = Annotated[
    str,
    shaped(
        r"https?://[^/\s?#]+(/[^\s?#]*)?",
        sentence(
            "expected.address",
            "An address with http or https is expected, for instance {example}.",
            example="http://nas:8000",
        ),
    ),
]
_Header = Annotated[
    str,
    shaped(
        r"[A-Za-z0-9-]{1,60}",
        sentence(
            "expected.header",
            "The name of a header is expected: up to 60 letters without accents, digits and hyphens.",
        ),
    ),
]
_QuietHours = Annotated[
    str,
    shaped(
        rf"({TIME_OF_DAY}-{TIME_OF_DAY})?",
        sentence(
            "expected.quiet_hours",
            "Two times of the day are expected, from 0:00 to 23:59, for instance {example}.",
            example="22:00-07:00",
        ),
    ),
]


class ListenSettings(Group):
    """Where the API listens, and who may use it."""

    host: str = Field("127.0.0.1", alias="HOST", description="The address to listen on; 0.0.0.0 lets other machines in")
    port: int = Field(8000, alias="PORT", ge=1, le=65535, description="The port to listen on")
    api_token: SecretStr | None = Field(
        None,
        alias="OHDIO_API_TOKEN",
        min_length=8,
        description="A secret of at least 8 characters that every client must send "
        "(default: none on 127.0.0.1; elsewhere one is made and kept)",
    )

    public_url: _PublicAddress | None = Field(
        None,
        alias="OHDIO_PUBLIC_URL",
        description="The address by which other machines reach the API, for instance http://nas:8000 "
        "(default: what it listens on); with a path, such as https://nas/ohdio, everything is below it",
    )

    trusted_proxies: str = Field(
        "",
        alias="OHDIO_TRUSTED_PROXIES",
        description="The addresses of reverse proxies that ask people who they are, separated by commas, for instance "
        "172.18.0.5; whatever else comes from there is believed as well (default: none)",
    )
    proxy_user_header: _Header = Field(
        "Remote-User",
        alias="OHDIO_PROXY_USER_HEADER",
        description="The header in which these proxies name who somebody is",
    )

    @field_validator("trusted_proxies")
    @classmethod
    def _check_networks(cls, value: str) -> str:
        for network in filter(None, map(str.strip, value.split(","))):
            try:
                ip_network(network, strict=False)
            except ValueError:
                raise UnexpectedValue(
                    sentence(
                        "expected.proxies",
                        "Addresses or networks are expected, with commas between them, for instance {example}.",
                        example="172.18.0.5, 10.0.0.0/8",
                    )
                ) from None
        return value

    @property
    def proxies(self) -> TrustedProxies:
        """The proxies that are trusted."""
        named = filter(None, map(str.strip, self.trusted_proxies.split(",")))
        return TrustedProxies([ip_network(each, strict=False) for each in named], self.proxy_user_header)

    @property
    def token(self) -> str | None:
        """The token in plain text."""
        return None if self.api_token is None else self.api_token.get_secret_value()


class TellingSettings(Group):
    """When people are told what becomes of books."""

    digest_minutes: Annotated[int, Unit("min"), LIVE] = Field(
        10,
        alias="OHDIO_DIGEST_MINUTES",
        ge=0,
        le=1440,
        description="Minutes for which what people are told is gathered into one message",
    )
    quiet_hours: Annotated[_QuietHours, LIVE] = Field(
        "",
        alias="OHDIO_QUIET_HOURS",
        description="Hours in which people are told nothing, for instance 22:00-07:00 (default: none)",
    )


class ApiSettings(
    DatabaseSettings,
    BrokerSettings,
    EngineSettings,
    HttpSettings,
    KeySettings,
    LibrarySettings,
    LoggingSettings,
    MetricsSettings,
    ListenSettings,
    TimeZoneSettings,
    TellingSettings,
):
    """Settings of the API."""
