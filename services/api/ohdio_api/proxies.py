"""Proxies in front of us that a person trusts: with who somebody is, and with where requests come from."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

#: In a request's scope, where the connection itself came from: what a proxy says of it replaces ``client``.
PEER = "peer"


class TrustedProxies:
    """Those that a person has named.

    Args:
        networks: Where they are.
        header: In which they say who somebody is.
    """

    def __init__(self, networks: Sequence[Network], header: str) -> None:
        self.networks = networks
        self.header = header

    def __bool__(self) -> bool:
        return bool(self.networks)

    def is_one(self, connection: HTTPConnection) -> bool:
        """Return whether a request comes directly from one of them."""
        peer = connection.scope.get(PEER)
        if not peer:
            return False
        address = ipaddress.ip_address(peer[0].partition("%")[0])
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        return any(address in network for network in self.networks)
