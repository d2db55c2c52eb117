"""One request and the redirects that its answers lead it through; RFC 9110 section 15.4."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

import httpcore

from ohdio_core.errors import PermanentError
from ohdio_core.hosts import with_ascii_host
from ohdio_core.reasons import reason_of
from ohdio_core.sentences import sentence
from ohdio_core.sources.http.cookies import ChainCookies
from ohdio_core.sources.http.request import Address, parse_address

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_KEEPS_METHOD = frozenset({307, 308})
_PERMANENT = frozenset({301, 308})
_SECRETS = frozenset({"authorization", "cookie"})  # never handed on to another origin


@dataclass(frozen=True, slots=True)
class Call:
    """A request before it has an address to go to."""

    method: str
    url: str
    headers: Mapping[str, str]  #: lower-case names
    content: bytes = b""

    def redirected(self, status: int, location: str) -> Call:
        """Return the request that an answer asks to make instead.

        Raises:
            PermanentError: ``location`` is no address that anybody could follow.
        """
        try:
            url = with_ascii_host(urljoin(self.url, location))
        except ValueError as error:
            raise PermanentError(
                sentence(
                    "http.redirect_to_no_address",
                    "{link} redirects to something that is not an address ({reason}).",
                    link=self.url,
                    reason=reason_of(error),
                )
            ) from error
        method, content, dropped = self.method, self.content, frozenset[str]()
        if status not in _KEEPS_METHOD:
            method, content, dropped = "GET", b"", frozenset({"content-type"})
        if not _is_same_door(parse_address(self.url), parse_address(url)):
            dropped |= _SECRETS
        return Call(method, url, {name: value for name, value in self.headers.items() if name not in dropped}, content)


class Chain:
    """Where a request is now: ``call`` is what to send next, with the cookies that were set on the way.

    Args:
        call: The first request.
        most: How many redirects are followed.
    """

    def __init__(self, call: Call, most: int) -> None:
        self.call = call
        self._first = parse_address(call.url).host
        self._left = self._most = most
        self._cookies = ChainCookies()
        self._is_permanent = True  # every redirect so far
        self._seen = {self._state()}

    @property
    def cookie(self) -> str:
        """Return the ``Cookie`` field of the request, "" for none; in Latin-1, as it was set."""
        ours = self._cookies.header(parse_address(self.call.url))
        return "; ".join(filter(None, (ours, self.call.headers.get("cookie", ""))))

    @property
    def moved_to(self) -> str | None:
        """Return where redirects led that are all meant for good; None where there was none, or another one."""
        return self.call.url if self._is_permanent and self._left < self._most else None

    def follow_redirect(self, answer: httpcore.Response) -> None:
        """Change ``call`` into the request that a redirect (``is_redirect``) asks for.

        Raises:
            PermanentError: It leads where nobody could follow, back to where the chain has been with the same
                cookies, or too far.
        """
        address = parse_address(self.call.url)
        self._cookies.store(address, (value.decode("latin-1") for value in _fields(answer, b"set-cookie")))
        self.call = self.call.redirected(answer.status, _location(answer))
        if self._left == 0:
            raise PermanentError(
                sentence(
                    "http.too_many_redirects",
                    "{host} redirects more than {most} times; the address leads nowhere.",
                    host=self._first,
                    most=self._most,
                )
            )
        self._left -= 1
        self._is_permanent = self._is_permanent and answer.status in _PERMANENT
        if (state := self._state()) in self._seen:
            raise PermanentError(
                sentence(
                    "http.redirect_circle", "{host} redirects in a circle; the address leads nowhere.", host=self._first
                )
            )
        self._seen.add(state)

    def _state(self) -> tuple[str, str, str, str]:
        address = parse_address(self.call.url)
        return self.call.method, f"{address.scheme}://{address.authority}", address.target, self.cookie


def _is_same_door(before: Address, after: Address) -> bool:
    """Return whether what was sent to one address may be sent to the other: the same origin, or that made secure."""
    if before.host != after.host:
        return False
    is_made_secure = (before.scheme, before.port, after.scheme, after.port) == ("http", 80, "https", 443)
    return is_made_secure or (before.scheme, before.port) == (after.scheme, after.port)


def is_redirect(answer: httpcore.Response) -> bool:
    """Return whether an answer is a redirect that says where to."""
    return answer.status in _REDIRECTS and bool(_fields(answer, b"location"))


def _location(answer: httpcore.Response) -> str:
    """Return the address as its bytes are: those beyond ASCII escaped, whichever letters they stand for."""
    value = _fields(answer, b"location")[0]
    return "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in value)


def _fields(answer: httpcore.Response, name: bytes) -> list[bytes]:
    return [value for key, value in answer.headers if key.lower() == name]
