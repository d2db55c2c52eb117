"""Canonical URLs: one form of a link, however it was pasted.

What a site itself holds for the same thing (slugs, mobile hosts) is the source's business; this is
what holds for every site. A trailing slash is kept: for a server the path with it is another path.

A host is known here in ASCII alone: names in other letters are encoded where links enter
(``ohdio_core.sources.canonical``), by tables that the standard library does not have.
"""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

from ohdio_core.domain.written_address import with_slashes, without_dot_segments, without_nobody
from ohdio_core.sentences import Sentence, sentence

MAX_LENGTH = 2048  #: characters; what browsers and servers agree upon, and an index entry can hold

# Parameters that say where the reader came from; the page is the same without them.
_TRACKING = frozenset(
    {"fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "ttclid", "igshid", "srsltid"}
    | {"mc_cid", "mc_eid", "_ga", "_gl", "_hsenc", "_hsmi"}
)
_TRACKING_PREFIX = "utm_"
_PORTS = {"http": 80, "https": 443, "feed": 80}
_HOST = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")
_LONGEST_HOST = 253  # characters (RFC 1035 section 2.3.4)
# A host whose last part is a number is an address, or nothing (url.spec.whatwg.org, "ends in a number").
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
# What is pasted behind what stood in a field already.
_TWICE = frozenset({"http:", "https:"})
# A fragment never reaches the server, so it names no page; these are our own names for an item of a feed, for
# all of a feed as one book, and for one of several books on a page.
_OWN_FRAGMENT = re.compile(r"item=[0-9a-f]{16}|book(=[0-9a-f]{16})?")
_SCHEME = re.compile(r"\A(?:http|feed)://")
# What hands a feed to a reader stands before the link or in its scheme's place; older ones say it in their own words.
_WRAPPED = re.compile(r"\A(?:feed|pcast|itpc|podcast):(?=https?://)", re.IGNORECASE)
_READERS = re.compile(r"\A(?:pcast|itpc|podcast)://", re.IGNORECASE)
# In a path or a query, where no second link follows.
_WITH_BLANKS = re.compile(r"[^\s/]+://[^\s/?#]+[/?#](?:(?!\s\S*://).)*", re.DOTALL)
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})?")
_UNESCAPED = "!$%&'()*+,-./:;=?@_~"
_EMPTY = sentence("link.empty", "The link is empty.")
_BLANKS = sentence("link.blanks", "The link has spaces or control characters in it.")
_MALFORMED = sentence("link.malformed", "The link is malformed.")


def refuse_reason(url: str) -> Sentence | None:
    """Return a sentence why a text is not a link that can be followed; None when it is one."""
    text = url.strip()
    if not text:
        return _EMPTY
    if len(text) > MAX_LENGTH:
        return sentence("link.too_long", "The link is longer than {most} characters.", most=MAX_LENGTH)
    # The space is the only blank that counts as printable.
    if not text.isprintable() or (" " in text and _WITH_BLANKS.fullmatch(text) is None):
        return _BLANKS
    reason = _refuse_parts(_unwrapped(text))
    # A byte becomes three characters at most, so most links need not be escaped to know.
    if reason is None and len(text.encode()) * 3 > MAX_LENGTH and len(_canonical(text)) > MAX_LENGTH:
        return sentence(
            "link.too_long_escaped",
            "The link is longer than {most} characters once its letters are escaped.",
            most=MAX_LENGTH,
        )
    return reason


def _unwrapped(text: str) -> str:
    """Return what a text means as a link, as browsers read it: without what hands it to a reader."""
    return _READERS.sub("feed://", _WRAPPED.sub("", without_nobody(with_slashes(text))))


def _refuse_parts(text: str) -> Sentence | None:
    try:
        parts = urlsplit(text)
    except ValueError:
        return _MALFORMED
    return _refuse_origin(parts.scheme, parts.netloc)


# The links of one listing lead to a few hosts.
@lru_cache(maxsize=1024)
def _refuse_origin(scheme: str, authority: str) -> Sentence | None:
    if scheme not in _PORTS:
        return sentence("link.no_web_link", "The link does not begin with http:// or https://.")
    if authority.lower() in _TWICE:
        return sentence("link.twice", "The link begins twice with http:// or https://; leave out one of them.")
    parts = SplitResult(scheme, authority, "", "", "")
    if parts.username is not None:
        return sentence(
            "link.user_name",
            "The link carries a user name or password. Follow it, and it is kept encrypted; else remove them.",
        )
    return _refuse_host(parts) or _refuse_port(parts)


def _refuse_host(parts: SplitResult) -> Sentence | None:
    name = (parts.hostname or "").rstrip(".")
    if not name:
        return sentence(
            "link.no_host",
            "The link names no host: after :// the name of a server is expected, as in {example}.",
            example="https://books.example/",
        )
    try:
        _host(parts)
    except ValueError:
        if ":" in name:
            return _MALFORMED
        if _NUMBER.fullmatch(name.rpartition(".")[2]):
            return sentence(
                "link.no_address",
                "The host in the link ends in a number, and is no address: that has four numbers from 0 to 255, with "
                "dots between them.",
            )
        return sentence(
            "link.wrong_host",
            "The host in the link is not written as names of servers are: with letters from a to z, digits and "
            "hyphens, and single dots between the parts. Browsers copy a name with other letters in that form, with "
            "xn--.",
        )
    return None


def _refuse_port(parts: SplitResult) -> Sentence | None:
    try:
        is_port = parts.port != 0
    except ValueError:
        is_port = False
    if is_port:
        return None
    return sentence(
        "link.wrong_port", "The link names no valid port: after the host's colon a number from 1 to 65535 is expected."
    )


def canonical_url(url: str) -> str:
    """Return the canonical form of a link: lower-case scheme and host, no default port, fragment or tracking.

    Never raises; a text that ``refuse_reason`` refuses comes back as it is, without the blanks around it.
    The result is its own canonical form, and of other texts at most ``MAX_LENGTH`` characters long.
    """
    text = url.strip()
    return text if refuse_reason(text) is not None else _canonical(text)


def identity_of(canonical: str) -> str:
    """Return the identity of a canonical link, which is the same for http and https.

    It is the link as https, as nearly all of them are; what is fetched is the link itself.
    """
    return _SCHEME.sub("https://", canonical, count=1)


def _canonical(text: str) -> str:
    parts = urlsplit(_unwrapped(text))
    host = _host(parts)
    authority = f"[{host}]" if ":" in host else host
    if parts.port is not None and parts.port != _PORTS[parts.scheme]:
        authority = f"{authority}:{parts.port}"
    pieces = (_escaped(piece) for piece in parts.query.split("&"))
    query = "&".join(piece for piece in pieces if piece and not _is_tracking(piece))
    fragment = parts.fragment if _OWN_FRAGMENT.fullmatch(parts.fragment) else ""
    return urlunsplit((parts.scheme, authority, _escaped(without_dot_segments(parts.path)) or "/", query, fragment))


def _host(parts: SplitResult) -> str:
    """Return the canonical host; "" when there is none.

    Raises:
        ValueError: No host may be called that.
    """
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        address = IPv6Address(host)
        if address.scope_id is not None:
            raise ValueError("a zone has no meaning on another machine")
        return str(address)
    if host and (len(host) > _LONGEST_HOST or not _HOST.fullmatch(host)):
        raise ValueError("not a host name")
    if _NUMBER.fullmatch(host.rpartition(".")[2]):
        return str(IPv4Address(host))
    return host


def _is_tracking(piece: str) -> bool:
    name = piece.partition("=")[0].lower()
    return name in _TRACKING or name.startswith(_TRACKING_PREFIX)


def _escaped(text: str) -> str:
    """Escape what must be, unescape what need not be (RFC 3986 section 6.2.2), and leave the rest."""
    return quote(_ESCAPE.sub(_normal_escape, text), safe=_UNESCAPED)


def _normal_escape(match: re.Match[str]) -> str:
    if match[1] is None:
        return "%25"
    character = chr(int(match[1], 16))
    return character if character.isascii() and (character.isalnum() or character in "-._~") else match[0].upper()
