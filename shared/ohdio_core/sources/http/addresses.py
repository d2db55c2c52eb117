"""Which network addresses a link may lead to: the public Internet, and nothing behind our own doors.

A link comes from anybody, so following it must not reach the machine itself, its network or its
cloud's metadata service (server-side request forgery, CWE-918).

The networks are a list of our own, because what ``ipaddress`` calls private differs between versions of Python. They
are those that IANA's special-purpose address registries call not globally reachable, as of 2025-10-09, each with the
document that sets it aside:
https://www.iana.org/assignments/iana-ipv4-special-registry and
https://www.iana.org/assignments/iana-ipv6-special-registry. The few addresses inside of them that are reachable serve
other protocols than HTTP, so whole blocks are refused.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_REFUSED_IPV4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # "this network", RFC 791 section 3.2
            "10.0.0.0/8",  # private use, RFC 1918
            "100.64.0.0/10",  # shared address space of carrier-grade NAT, RFC 6598
            "127.0.0.0/8",  # loopback, RFC 1122 section 3.2.1.3
            "169.254.0.0/16",  # link local, and the metadata services of clouds, RFC 3927
            "172.16.0.0/12",  # private use, RFC 1918
            "192.0.0.0/24",  # IETF protocol assignments, RFC 6890 section 2.1
            "192.0.2.0/24",  # documentation, RFC 5737
            "192.88.99.0/24",  # relays of 6to4 (deprecated, RFC 7526) and of 6a44 (RFC 6751)
            "192.168.0.0/16",  # private use, RFC 1918
            "198.18.0.0/15",  # benchmarking, RFC 2544
            "198.51.100.0/24",  # documentation, RFC 5737
            "203.0.113.0/24",  # documentation, RFC 5737
            "224.0.0.0/4",  # multicast, RFC 5771
            "240.0.0.0/4",  # reserved, and limited broadcast, RFC 1112 section 4 and RFC 919 section 7
            "168.63.129.16/32",  # in no registry: a public number that leads every machine in Azure to its own host
        ),
    )
)
#: All that is given out for the public Internet (RFC 4291 section 2.4, IANA's IPv6 address space registry): not the
#: unspecified and loopback addresses, ::/96, unique local, link-local, site-local and multicast ones, 64:ff9b:1::/48
#: (RFC 8215), 100::/64 (RFC 6666), 5f00::/16 (RFC 9602), nor what nobody has been given yet.
_GLOBAL_IPV6 = IPv6Network("2000::/3")
_REFUSED_IPV6 = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # IETF protocol assignments, among them Teredo (RFC 4380) and ORCHID, RFC 2928
            "2001:db8::/32",  # documentation, RFC 3849
            "3fff::/20",  # documentation, RFC 9637
        ),
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")  # an IPv4 address inside IPv6, RFC 6052


def is_public(address: str) -> bool:
    """Return whether a numeric address, as ``getaddrinfo`` gives it, belongs to the public Internet."""
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address):
        embedded = _embedded(parsed)
        if embedded is None:
            return parsed in _GLOBAL_IPV6 and not any(parsed in network for network in _REFUSED_IPV6)
        parsed = embedded
    return not any(parsed in network for network in _REFUSED_IPV4)


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 one leads to: mapped (RFC 4291), 6to4 (RFC 3056) or NAT64 (RFC 6052)."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour
