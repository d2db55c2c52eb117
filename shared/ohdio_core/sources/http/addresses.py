"""Which network addresses a link may lead to: the public Internet, and nothing behind our own doors.

A link comes from anybody, so following it must not reach the machine itself, its network or its
cloud's metadata service (server-side request forgery, CWE-918).
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_SHARED = IPv4Network("100.64.0.0/10")  # carrier-grade NAT, RFC 6598
_AZURE_PLATFORM = IPv4Address("168.63.129.16")  # a public number that always leads to the virtual machine's host
_NAT64 = IPv6Network("64:ff9b::/96")  # an IPv4 address inside IPv6, RFC 6052


def is_public(address: str) -> bool:
    """Say whether a numeric address, as ``getaddrinfo`` gives it, belongs to the public Internet."""
    return _is_public(ip_address(address))


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address):
        embedded = address.ipv4_mapped or address.sixtofour
        if embedded is None and address in _NAT64:
            embedded = IPv4Address(int(address) & 0xFFFFFFFF)
        if embedded is not None:
            return _is_public(embedded)
        if address.is_site_local:
            return False
    elif address in _SHARED or address == _AZURE_PLATFORM:
        return False
    return not (
        address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_reserved
        or address.is_unspecified
    )
