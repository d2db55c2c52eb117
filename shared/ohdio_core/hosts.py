"""Names of hosts as people write them and as the Domain Name System knows them.

By UTS 46 (https://www.unicode.org/reports/tr46/) without its transitional mappings, as browsers do it today: ``faß.de``
is another site than ``fass.de``. Like browsers, and unlike IDNA 2008, it takes symbols (``i❤.example``).
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

import idna

_JOINERS = "\u200c\u200d"
_STRANGE = re.compile(r"[^a-z0-9_-]", re.ASCII)
# Scheme, authority and the rest of a link; what hands a feed to a reader ("feed:https://") counts as a scheme.
_LINK = re.compile(r"(?P<scheme>[^/?#]*//)(?P<authority>[^/?#\\]*)(?P<rest>.*)", re.DOTALL)
_AUTHORITY = re.compile(r"(?P<user>.*@)?(?P<host>[^:@\[\]]*)(?P<port>:[0-9]*)?", re.DOTALL)


def ascii_host(host: str) -> str:
    """Return a host name in lower-case ASCII, its labels encoded (``xn--…``) where they need it.

    Bytes may be escaped in it (RFC 3986 section 3.2.2). A name that is ASCII and has none escaped is not looked at
    any further.

    Raises:
        ValueError: No host may be called that.
    """
    if host.isascii() and "%" not in host:
        return host.lower()
    try:
        mapped = idna.uts46_remap(unquote(host, errors="strict"), std3_rules=False, transitional=False)
        return ".".join(map(_ascii_label, mapped.split(".")))
    except UnicodeError as error:
        raise ValueError("its host name has characters that no host name has") from error


def with_ascii_host(url: str) -> str:
    """Return a link with its host in ASCII; one whose host is not valid is returned as it is. Never raises."""
    link = _LINK.match(url)
    return url if link is None else f"{link['scheme']}{_ascii_authority(link['authority'])}{link['rest']}"


# The links of one listing lead to a few hosts.
@lru_cache(maxsize=1024)
def _ascii_authority(authority: str) -> str:
    parts = _AUTHORITY.fullmatch(authority)
    if parts is None or (parts["host"].isascii() and "%" not in parts["host"]):
        return authority
    try:
        host = ascii_host(parts["host"])
    except ValueError:
        return authority
    return f"{parts['user'] or ''}{host}{parts['port'] or ''}"


def _ascii_label(label: str) -> str:
    """Return one label, mapped already, as ASCII.

    Raises:
        ValueError: It is not valid by UTS 46 section 4.1, or has signs that separate the parts of a link.
    """
    if _STRANGE.search("".join(filter(str.isascii, label))):
        raise ValueError("its host name has characters that no host name has")
    if label.isascii():
        return label
    idna.check_initial_combiner(label)
    idna.check_bidi(label)
    for position, character in enumerate(label):
        if character in _JOINERS and not idna.valid_contextj(label, position):
            raise ValueError("its host name has an invisible character where none belongs")
    return f"xn--{label.encode('punycode').decode('ascii')}"
