"""From a URL to what goes over the wire: where to connect, and the bytes of the request's first lines."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, urlsplit

import httpcore

from ohdio_core.domain.written_address import without_dot_segments
from ohdio_core.errors import PermanentError
from ohdio_core.hosts import ascii_host
from ohdio_core.reasons import reason_of
from ohdio_core.sentences import sentence

_PORTS = {"http": 80, "https": 443}
# Everything that may stand in a path or query as it is; "%" too, as links come escaped already.
_UNESCAPED = "!$%&'()*+,-./:;=?@_~[]|"


@dataclass(frozen=True, slots=True)
class Address:
    """One place on the web, checked and split."""

    scheme: str
    host: str  #: lower case, ASCII; without brackets
    port: int
    authority: str  #: as the Host header names it
    target: str  #: path and query, escaped

    @property
    def path(self) -> str:
        """Return the path, escaped."""
        return self.target.partition("?")[0]

    def at(self, origin: str | None) -> httpcore.URL:
        """Return the address to request: its own, or the same path at another origin."""
        if origin is None:
            scheme, host, port = self.scheme, self.host, self.port
        else:
            parts = urlsplit(origin)
            scheme, host = parts.scheme, parts.hostname or ""
            port = parts.port or _PORTS[scheme]
        return httpcore.URL(scheme=scheme, host=host, port=port, target=self.target)


@lru_cache(maxsize=1024)
def parse_address(url: str) -> Address:
    """Split a URL.

    Raises:
        PermanentError: It is not an http or https URL, has a user name in it, or is malformed.
    """
    try:
        parts = urlsplit(url)
        host, port = _ascii(parts.hostname or ""), parts.port
        has_credentials = parts.username is not None
    except (ValueError, UnicodeError) as error:
        raise PermanentError(
            sentence(
                "http.invalid_address", "{link} is not a valid address ({reason}).", link=url, reason=reason_of(error)
            )
        ) from error
    if parts.scheme not in _PORTS or not host or port == 0:
        raise PermanentError(sentence("http.no_web_address", "{link} is not an http or https address.", link=url))
    if has_credentials:
        raise PermanentError(
            sentence(
                "http.user_name",
                "The address at {host} carries a user name; such addresses are not followed.",
                host=host,
            )
        )
    authority = f"[{host}]" if ":" in host else host
    if port is not None and port != _PORTS[parts.scheme]:
        authority = f"{authority}:{port}"
    target = quote(without_dot_segments(parts.path) or "/", safe=_UNESCAPED)
    if parts.query:
        target = f"{target}?{quote(parts.query, safe=_UNESCAPED)}"
    return Address(parts.scheme, host, port or _PORTS[parts.scheme], authority, target)


def _ascii(host: str) -> str:
    host = host.rstrip(".") if ":" in host else ascii_host(host.rstrip("."))
    if any(character <= " " or character in '/\\?#@<>^|%`"{}' for character in host):
        raise ValueError("its host name has characters that no host name has")
    return host
