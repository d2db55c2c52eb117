"""The client: pages and media over pooled connections, redirects followed by hand, errors of ours.

It sits on httpcore, the engine of httpx: the connection, pooling and HTTP/1.1 are the same code, but
where a connection leads (``connect``), what is decompressed and how much (``body``, ``codings``), and how a
request is stopped from outside (``abort``) are ours to decide here, and httpx gives no hook for them.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import httpcore

from ohdio_core.current import Current, current
from ohdio_core.domain.private_address import SecretAddress
from ohdio_core.errors import OhdioError, PermanentError, TransientError
from ohdio_core.sentences import sentence
from ohdio_core.sources.http.abort import Abort, Exchange, StreamClosed
from ohdio_core.sources.http.body import decoded, too_large
from ohdio_core.sources.http.chain import Call, Chain, is_redirect
from ohdio_core.sources.http.changes import ChangeDetection
from ohdio_core.sources.http.codings import codings_of, undone
from ohdio_core.sources.http.connect import Connector, running
from ohdio_core.sources.http.failures import translated
from ohdio_core.sources.http.fields import fields_of, in_lower_case
from ohdio_core.sources.http.pages import OpenPage, Response
from ohdio_core.sources.http.politeness import NoPoliteness, Politeness, wait_for_turn
from ohdio_core.sources.http.private import OpensAddresses, OpensNothing, PrivateCalls
from ohdio_core.sources.http.request import parse_address
from ohdio_core.sources.http.settings import ClientSettings
from ohdio_core.sources.http.status_errors import error_for_status, parse_retry_after
from ohdio_core.sources.http.trust import tls_context

_KEEP_ALIVE_SECONDS = 5.0  # shorter than servers wait, so that a socket is rarely reused as it is being closed
_BROKEN = (httpcore.ReadError, httpcore.WriteError, httpcore.RemoteProtocolError)
_DISCARDED_AT_MOST = 64 * 1024  # reading a small error page to its end is cheaper than a new connection
_CHUNK = 64 * 1024
_SLOWEST = 64 * 1024  # bytes a second, for a long page once the time that any page may take is over


class StreamedResponse:
    """A response whose body is read as it arrives."""

    def __init__(self, raw: httpcore.Response, url: str, exchange: Exchange) -> None:
        self._raw = raw
        self._exchange = exchange
        self.status: int = raw.status  #: any; ``error_for_status`` says what it means
        self.url: str = url  #: after redirects
        self.headers: Mapping[str, str] = fields_of(raw)  #: lower-case names; repeated ones joined by ", "
        #: How the body was compressed, unasked; ranges and lengths are those of what was sent then.
        self.codings: tuple[str, ...] = codings_of(self.headers)

    def iter_bytes(self, chunk_size: int = _CHUNK) -> Iterator[bytes]:
        """Yield the body, decompressed, in pieces of at most ``chunk_size`` bytes, as they arrive; once.

        Raises:
            StreamClosed: ``close`` was called, or the client's ``Abort`` triggered.
            TransientError: The connection was cut or fell silent, or what is compressed is damaged.
            PermanentError: It cannot be decompressed, or grows beyond measure.
        """
        with translated(self.url, self._exchange):
            for chunk in undone(_body(self._raw), self.codings, parse_address(self.url).host):
                for start in range(0, len(chunk), chunk_size):
                    yield chunk[start : start + chunk_size]
        if self._exchange.is_closed:
            # A body without a length ends when the connection does: ours was not the end of the file.
            raise StreamClosed

    def close(self) -> None:
        """Stop the transfer, from any thread: a blocked read ends at once, with ``StreamClosed``."""
        self._exchange.close()


class HttpClientFactory:
    """Makes the clients of one process: they share its connections and its settings. Thread-safe.

    Args:
        settings: Read with every request. Whether it may lead to private addresses is decided once.
    """

    def __init__(
        self,
        settings: ClientSettings | Current[ClientSettings],
        politeness: Politeness | None = None,
        private: OpensAddresses | None = None,
    ) -> None:
        self._read_settings = current(settings)
        self.politeness: Politeness = politeness or NoPoliteness()
        self.private: OpensAddresses = private or OpensNothing()  #: opens references of private addresses
        # Two pools: a connection that an override opened must never serve a link that names its address.
        self._public = self._pool(is_guarded=not self.settings.allow_private_addresses)
        self._overridden = self._pool(is_guarded=False)

    @property
    def settings(self) -> ClientSettings:
        """How requests are made now."""
        return self._read_settings()

    def site(
        self,
        key: str,
        abort: Abort | None = None,
        changes: ChangeDetection | None = None,
        patience: timedelta = timedelta(),
    ) -> SiteClient:
        """Return a client whose page requests are paced under the site key ``key``, and stopped by ``abort``.

        Args:
            changes: Ends the reading of what has not changed, with ``Unchanged``.
            patience: How long a request waits for its turn where one has been answered before, for work that would
                have to begin anew; the first one is ``Postponed``, so that its thread does something else.
        """
        return SiteClient(self, key, abort or Abort(), changes, patience)

    def pool(self, origin: str | None) -> httpcore.ConnectionPool:
        """Return the connections for an override's origin, or those for the open web."""
        return self._public if origin is None else self._overridden

    def close(self) -> None:
        """Close the idle connections. No client may be used any more."""
        self._public.close()
        self._overridden.close()

    def _pool(self, *, is_guarded: bool) -> httpcore.ConnectionPool:
        return httpcore.ConnectionPool(
            ssl_context=tls_context(),
            # The worker threads are the limit; waiting for a connection would only hide a stall.
            max_connections=None,
            max_keepalive_connections=20,
            keepalive_expiry=_KEEP_ALIVE_SECONDS,
            network_backend=Connector(is_guarded=is_guarded),
        )


class SiteClient:
    """Requests on behalf of one site. Thread-safe and cheap to make."""

    def __init__(
        self, factory: HttpClientFactory, key: str, abort: Abort, changes: ChangeDetection | None, patience: timedelta
    ) -> None:
        self._factory = factory
        self._key = key
        self._abort = abort
        self._changes = changes
        self._patience = patience
        self._has_asked = False
        self._read_already: dict[str, OpenPage] = {}
        self._private = PrivateCalls(factory.private)

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        max_bytes: int | None = None,
        answers: Collection[int] = (),
    ) -> Response:
        """Read a page, of at most ``max_bytes`` (``max_page_bytes`` when not given).

        Args:
            answers: Statuses with which the site answers, too, and that are therefore no errors.

        Raises:
            NotFound, PermanentError: The page cannot be read, now or later.
            TransientError: It may be read later; with what the site asked for in Retry-After.
            Postponed: It is not this site's turn.
        """
        return self._read(Call("GET", url, {"accept-encoding": "gzip", **in_lower_case(headers)}), max_bytes, answers)

    @contextmanager
    def open_page(self, url: str, *, max_bytes: int, headers: Mapping[str, str] | None = None) -> Iterator[OpenPage]:
        """Read a page piece by piece, of at most ``max_bytes``; paced, and raises as ``get`` does."""
        if (known := self._read_already.pop(url, None)) is not None:
            yield known
            return
        call = Call("GET", url, {"accept-encoding": "gzip", **in_lower_case(headers)})
        with self._page(call, max_bytes) as (_, page):
            yield page

    def read_again(self, url: str, page: OpenPage) -> None:
        """Answer the next request for a page with what was read of it already: it is for another reader."""
        self._read_already[url] = page

    def post_json(self, url: str, payload: Any, *, headers: Mapping[str, str] | None = None) -> Response:
        """Send ``payload`` as JSON and read the answer; raises as ``get`` does."""
        fields = {"accept-encoding": "gzip", "content-type": "application/json", **in_lower_case(headers)}
        return self._read(Call("POST", url, fields, json.dumps(payload).encode()), None)

    @contextmanager
    def stream(self, url: str, *, headers: Mapping[str, str] | None = None) -> Iterator[StreamedResponse]:
        """Open a medium; its status is the caller's to judge, and no pacing applies.

        Raises:
            PermanentError: The address may not be followed.
            TransientError: Nobody answers.
            StreamClosed: The client's ``Abort`` was triggered.
        """
        call = Call("GET", url, {"accept-encoding": "identity", **in_lower_case(headers)})
        with self._exchange() as exchange:
            raw, chain = self._send(call, exchange)
            try:
                yield StreamedResponse(raw, chain.call.url, exchange)
            finally:
                exchange.release()
                raw.close()

    @contextmanager
    def outside_request(self, url: str, exchange: Exchange) -> Iterator[None]:
        """Allow another program to make one request inside the block: paced as a page, and stopped as ``exchange``.

        Raises:
            Postponed: It is not this site's turn.
            StreamClosed: The client's ``Abort`` was triggered before.
        """
        self._abort.add(exchange)
        try:
            if not self.is_overridden(url):
                self._take_turn()
            if self._changes is not None:
                self._changes.answers += 1
            yield
        finally:
            self._abort.remove(exchange)

    def stand_in(self, address: str, secret: SecretAddress) -> None:
        """Send requests for ``address``, by which a source knows a private listing, where that is."""
        self._private.stand_in(address, secret)

    def stable(self, text: str) -> str:
        """Return a text without the secrets of the private listing that is read; any text where there is none."""
        return self._private.stable(text)

    def is_overridden(self, url: str) -> bool:
        """Return whether requests for this URL go to an origin that the operator named."""
        try:
            return parse_address(url).host in self._factory.settings.host_overrides
        except PermanentError:
            return False

    @contextmanager
    def _exchange(self) -> Iterator[Exchange]:
        exchange = Exchange()
        self._abort.add(exchange)
        try:
            yield exchange
        finally:
            self._abort.remove(exchange)

    def _read(self, call: Call, max_bytes: int | None, answers: Collection[int] = ()) -> Response:
        limit = self._factory.settings.max_page_bytes if max_bytes is None else max_bytes
        with self._page(call, limit, answers) as (raw, page):
            return Response(raw.status, page.url, fields_of(raw), b"".join(page.chunks))

    @contextmanager
    def _page(
        self, call: Call, limit: int, answers: Collection[int] = ()
    ) -> Iterator[tuple[httpcore.Response, OpenPage]]:
        changes = self._changes
        with self._exchange() as exchange:
            raw, chain = self._send(call if changes is None else changes.asked(call), exchange, is_paced=True)
            url = chain.call.url
            try:
                answer = fields_of(raw)
                if changes is not None:
                    changes.note_answer(raw.status, chain)
                    self._private.hide_move(changes)
                error = None if raw.status in answers else self._error(raw.status, url, answer)
                if error is not None:
                    _discard(raw, answer)
                    raise error
                length = answer.get("content-length", "")
                if length.isdigit() and int(length[:20]) > limit:
                    raise too_large(parse_address(url).host, limit)
                chunks = self._chunks(raw, url, answer, exchange, limit)
                yield raw, OpenPage(url, answer, chunks if changes is None else changes.checked(chunks, answer))
            finally:
                exchange.release()
                raw.close()

    def _chunks(
        self, raw: httpcore.Response, url: str, answer: Mapping[str, str], exchange: Exchange, limit: int
    ) -> Iterator[bytes]:
        host = parse_address(url).host
        with translated(url, exchange):
            chunks = _in_time(_body(raw), self._factory.settings.page_timeout.total_seconds(), host)
            yield from decoded(chunks, codings_of(answer), limit, host)
        if exchange.is_closed:
            # A body without a length ends when the connection does: ours was not the end of the page.
            raise StreamClosed

    def _take_turn(self) -> None:
        patience = self._patience if self._has_asked else timedelta()
        wait_for_turn(self._factory.politeness, self._key, patience, self._abort.wait)
        self._has_asked = True

    def _error(self, status: int, url: str, answer: Mapping[str, str]) -> OhdioError | None:
        host = parse_address(url).host
        retry_after = parse_retry_after(answer.get("retry-after"), datetime.now(UTC))
        error = error_for_status(status, host, retry_after)
        is_overridden = host in self._factory.settings.host_overrides
        if error is not None and status in (429, 503) and retry_after is not None and not is_overridden:
            self._factory.politeness.close(self._key, retry_after, error.sentence)
        return error

    def _send(self, call: Call, exchange: Exchange, *, is_paced: bool = False) -> tuple[httpcore.Response, Chain]:
        """Send a request and follow its redirects; return the last answer, and how it was reached."""
        with self._private.hiding():
            chain = Chain(self._private.opened(call), self._factory.settings.max_redirects)
            return self._follow(chain, exchange, is_paced=is_paced)

    def _follow(self, chain: Chain, exchange: Exchange, *, is_paced: bool) -> tuple[httpcore.Response, Chain]:
        while True:
            host = parse_address(chain.call.url).host
            if is_paced and host not in self._factory.settings.host_overrides:
                self._take_turn()
            raw = self._request(chain, exchange)
            if not is_redirect(raw):
                return raw, chain
            try:
                _discard(raw, fields_of(raw))
            finally:
                exchange.release()
                raw.close()
            chain.follow_redirect(raw)

    def _request(self, chain: Chain, exchange: Exchange) -> httpcore.Response:
        call = chain.call
        address = parse_address(call.url)
        settings = self._factory.settings
        origin = settings.host_overrides.get(address.host)
        fields = {"host": address.authority, "user-agent": settings.user_agent, "accept": "*/*", **call.headers}
        if call.content:
            fields["content-length"] = str(len(call.content))
        headers = [(name.encode(), value.encode()) for name, value in fields.items() if name != "cookie"]
        if chain.cookie:
            headers.append((b"cookie", chain.cookie.encode("latin-1", errors="replace")))
        request = httpcore.Request(
            call.method,
            address.at(origin),
            headers=headers,
            content=call.content,
            extensions={"timeout": _timeouts(settings)},
        )
        pool = self._factory.pool(origin)
        with translated(call.url, exchange):
            while True:
                with running(exchange) as sending:
                    try:
                        return pool.handle_request(request)
                    except _BROKEN:
                        # A server may close a connection that it kept open just as it is used again (RFC 9112
                        # section 9.3.1). It may have read the request: all of ours may be asked twice.
                        if sending.has_connected or exchange.is_closed:
                            raise


def _timeouts(settings: ClientSettings) -> dict[str, float]:
    read = settings.read_timeout.total_seconds()
    return {"connect": settings.connect_timeout.total_seconds(), "read": read, "write": read}


def _body(raw: httpcore.Response) -> Iterator[bytes]:
    stream = raw.stream
    # The pool is synchronous, so its bodies are; the type allows for both.
    assert isinstance(stream, Iterable)
    yield from stream


def _in_time(chunks: Iterator[bytes], timeout: float, host: str) -> Iterator[bytes]:
    """Yield the body as long as the site takes no more than ``timeout`` seconds, and one for every 64 KiB of it.

    Only the time that was spent waiting for the site counts, not what the reader does between the pieces.
    """
    waited, size = 0.0, 0
    while True:
        asked = time.monotonic()
        chunk = next(chunks, None)
        waited += time.monotonic() - asked
        if chunk is None:
            return
        size += len(chunk)
        yield chunk
        if waited > timeout + size / _SLOWEST:
            raise TransientError(sentence("http.too_slow", "{host} sends its page too slowly.", host=host))


def _discard(raw: httpcore.Response, headers: Mapping[str, str]) -> None:
    """Read a short body to its end, so that the connection can be used again."""
    length = headers.get("content-length", "")
    if length.isdigit() and int(length[:20]) <= _DISCARDED_AT_MOST:
        # The answer's status is what matters; a connection that fails here is closed.
        with suppress(httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException):
            for _ in _body(raw):
                pass
