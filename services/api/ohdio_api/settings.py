"""What an operator may set for the API."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Annotated

from pydantic import Field, SecretStr, field_validator

from ohdio_api.proxies import TrustedProxies
from ohdio_core.library_settings import LibrarySettings
from ohdio_core.setting_group import Group
from ohdio_core.setting_types import LIVE, TIME_OF_DAY, Unit
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

    public_url: str | None = Field(
        None,
        alias="OHDIO_PUBLIC_URL",
        pattern=r"^https?://[^/\s?#]+(/[^\s?#]*)?$",
        description="The address by which other machines reach the API, for instance http://nas:8000 "
        "(default: what it listens on); with a path, such as https://nas/ohdio, everything is below it",
    )

    trusted_proxies: str = Field(
        "",
        alias="OHDIO_TRUSTED_PROXIES",
        description="The addresses of reverse proxies that ask people who they are, separated by commas, for instance "
        "172.18.0.5; whatever else comes from there is believed as well (default: none)",
    )
    proxy_user_header: str = Field(
        "Remote-User",
        alias="OHDIO_PROXY_USER_HEADER",
        pattern=r"^[A-Za-z0-9-]{1,60}$",
        description="The header in which these proxies name who somebody is",
    )

    @field_validator("trusted_proxies")
    @classmethod
    def _check_networks(cls, value: str) -> str:
        for network in filter(None, map(str.strip, value.split(","))):
            ip_network(network, strict=False)
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
    quiet_hours: Annotated[str, LIVE] = Field(
        "",
        alias="OHDIO_QUIET_HOURS",
        pattern=rf"^({TIME_OF_DAY}-{TIME_OF_DAY})?$",
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
