"""Requests and answers kept as they went over the wire, for a report on a site that cannot be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import cast

import httpcore

from ohdio_core.sources.http.client import HttpClientFactory
from ohdio_core.sources.http.politeness import Politeness
from ohdio_core.sources.http.settings import ClientSettings

_MOST_BODY = 2 * 1024 * 1024  # bytes of one answer, as it was sent
_MOST_EXCHANGES = 60

Fields = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Exchanged:
    """One request and its answer; redirects are answers of their own."""

    method: str
    url: str  #: as it was asked for, wherever an override sent it
    request_headers: Fields  #: lower-case names
    request_body: bytes
    status: int | None = None  #: None where no answer came
    headers: Fields = ()  #: lower-case names
    body: bytearray = field(default_factory=bytearray)  #: as it was sent, the first 2 MiB of what was read
    size: int = 0  #: bytes of the body that were read
    error: str | None = None  #: the network's word, where no answer came


class RecordingFactory(HttpClientFactory):
    """A factory that records its clients' exchanges, in the order of the requests: the first sixty."""

    def __init__(self, settings: ClientSettings, politeness: Politeness | None = None) -> None:
        super().__init__(settings, politeness)
        self.exchanges: list[Exchanged] = []
        self.left_out = 0  #: exchanges beyond those that are kept

    def pool(self, origin: str | None) -> httpcore.ConnectionPool:
        """Return connections that note what goes over them."""
        # It has the one method of a pool that clients use.
        return cast("httpcore.ConnectionPool", _NotingPool(super().pool(origin), self))

    def note(self, exchange: Exchanged) -> None:
        """Record an exchange, or only count it."""
        if len(self.exchanges) < _MOST_EXCHANGES:
            self.exchanges.append(exchange)
        else:
            self.left_out += 1


class _NotingPool:
    def __init__(self, pool: httpcore.ConnectionPool, factory: RecordingFactory) -> None:
        self._pool = pool
        self._factory = factory

    def handle_request(self, request: httpcore.Request) -> httpcore.Response:
        exchange = _asked(request)
        self._factory.note(exchange)
        try:
            response = self._pool.handle_request(request)
        except Exception as error:
            exchange.error = str(error) or "no answer"
            raise
        exchange.status = response.status
        exchange.headers = _fields(response.headers)
        # The pool is synchronous, so its bodies are; the type allows for both.
        response.stream = _NotedBody(cast("Iterable[bytes]", response.stream), exchange)
        return response


class _NotedBody:
    """A body that is kept as it is read."""

    def __init__(self, stream: Iterable[bytes], exchange: Exchanged) -> None:
        self._stream = stream
        self._exchange = exchange

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._stream:
            self._exchange.size += len(chunk)
            self._exchange.body += chunk[: max(0, _MOST_BODY - len(self._exchange.body))]
            yield chunk

    def close(self) -> None:
        close = getattr(self._stream, "close", None)
        if close is not None:
            close()


def _asked(request: httpcore.Request) -> Exchanged:
    fields = _fields(request.headers)
    host = dict(fields).get("host", "")
    scheme, target = request.url.scheme.decode("ascii"), request.url.target.decode("ascii")
    content = request.stream
    body = b"".join(content) if isinstance(content, Iterable) else b""
    return Exchanged(request.method.decode("ascii"), f"{scheme}://{host}{target}", fields, body)


def _fields(headers: Iterable[tuple[bytes, bytes]]) -> Fields:
    return tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in headers)
