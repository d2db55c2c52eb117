"""Cookies for the length of one request's redirects, as RFC 6265 section 5 has them.

Some sites answer the first request with a cookie and a redirect to the same address. Nothing outlives the chain: from
one request to the next nobody is recognised.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from ohdio_core.sources.http.request import Address

#: What browsers keep at least (section 6.1); nobody needs more of them for one redirect.
_MOST = 50
_LONGEST = 4096  # characters of a name and its value


@dataclass(frozen=True, slots=True)
class _Cookie:
    pair: str  #: name=value
    domain: str
    is_for_subdomains: bool
    path: str
    is_secure: bool

    def is_for(self, address: Address) -> bool:
        """Return whether a request for ``address`` carries it (section 5.4)."""
        is_host = address.host == self.domain or (self.is_for_subdomains and _is_below(address.host, self.domain))
        return is_host and _is_under(address.path, self.path) and (address.scheme == "https" or not self.is_secure)


class ChainCookies:
    """The cookies that the answers of one chain have set so far."""

    def __init__(self) -> None:
        self._cookies: dict[tuple[str, str, str], _Cookie] = {}

    def store(self, address: Address, fields: Iterable[str]) -> None:
        """Store the ``Set-Cookie`` fields of a response from ``address``; invalid ones are ignored."""
        for field in fields:
            pair, *pieces = (piece.strip() for piece in field.split(";"))
            name, equals, value = (part.strip() for part in pair.partition("="))
            if not (name and equals) or len(pair) > _LONGEST:
                continue
            attributes = {
                key.strip().lower(): text.strip() for key, _, text in (each.partition("=") for each in pieces)
            }
            self._keep(name, f"{name}={value}", address, attributes)

    def header(self, address: Address) -> str:
        """Return the ``Cookie`` field of a request for ``address``; "" where none belongs to it."""
        ours = [cookie for cookie in self._cookies.values() if cookie.is_for(address)]
        return "; ".join(cookie.pair for cookie in sorted(ours, key=lambda cookie: -len(cookie.path)))

    def _keep(self, name: str, pair: str, address: Address, attributes: dict[str, str]) -> None:
        domain = attributes.get("domain", "").removeprefix(".").lower() or address.host
        if domain != address.host and not ("." in domain and _is_below(address.host, domain)):
            return
        path = attributes.get("path", "")
        if not path.startswith("/"):
            path = address.path.rpartition("/")[0] or "/"
        key = (name, domain, path)
        if _is_over(attributes):
            self._cookies.pop(key, None)
        elif key in self._cookies or len(self._cookies) < _MOST:
            self._cookies[key] = _Cookie(pair, domain, bool(attributes.get("domain")), path, "secure" in attributes)


def _is_below(host: str, domain: str) -> bool:
    return host.endswith(f".{domain}") and not host.replace(".", "").isdigit()


def _is_under(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(prefix if prefix.endswith("/") else f"{prefix}/")


def _is_over(attributes: dict[str, str]) -> bool:
    """Return whether a cookie is set only to be forgotten; its age counts before its date (section 5.3)."""
    age = attributes.get("max-age", "")
    if age.removeprefix("-").isdecimal():
        return age.startswith("-") or not age.strip("0")
    try:
        date = parsedate_to_datetime(attributes.get("expires", ""))
    except (ValueError, TypeError, IndexError, OverflowError):
        return False
    return (date if date.tzinfo is not None else date.replace(tzinfo=UTC)) <= datetime.now(UTC)
