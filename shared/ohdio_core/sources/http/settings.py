"""What an operator may set about requests to the web."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """How requests are made; the defaults suit every known site."""

    user_agent: str = "ohdio (self-hosted audiobook collector)"  #: says who we are
    connect_timeout: timedelta = timedelta(seconds=10)  #: per address tried, TLS included
    read_timeout: timedelta = timedelta(seconds=30)  #: the longest silence, not the whole answer
    page_timeout: timedelta = timedelta(minutes=2)  #: for a whole page: a drip must not hold a thread for ever
    max_page_bytes: int = 32 * 1024 * 1024  #: after decompression
    max_redirects: int = 20  #: as browsers; podcasts are counted by a chain of services, each a redirect
    allow_private_addresses: bool = False  #: True lets links reach the local network
    host_overrides: dict[str, str] = field(default_factory=dict)  #: host -> origin; see ``parse_overrides``
