"""Opening connections: the address that was checked is the address that is connected to.

Looking a name up twice, once to check and once to connect, would let the name change its answer in
between (DNS rebinding). Here it is looked up once. Sockets also register with the ``Exchange`` of
the request that they serve, so that another thread can stop it in any phase.
"""

from __future__ import annotations

import select
import socket
import ssl
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpcore

from ohdio_core.errors import PermanentError
from ohdio_core.reasons import reason_in_sentence
from ohdio_core.sentences import Sentence, sentence
from ohdio_core.sources.http.abort import Exchange
from ohdio_core.sources.http.addresses import is_public

#: Bytes read at once. httpcore asks for a quarter of it; every read is a round with the other threads of the process.
_READ = 256 * 1024

# httpcore does not pass a request on to its connection, but it works in the requesting thread.
_running = threading.local()


@dataclass(slots=True)
class Sending:
    """A request that is being sent by this thread."""

    exchange: Exchange
    has_connected: bool = False  #: a connection was opened for it; else one is used that was open


@contextmanager
def running(exchange: Exchange) -> Iterator[Sending]:
    """Register the sockets that this thread uses inside the block with ``exchange``."""
    sending = Sending(exchange)
    _running.sending = sending
    try:
        yield sending
    finally:
        _running.sending = None


def _sending() -> Sending | None:
    sending: Sending | None = getattr(_running, "sending", None)
    return sending


def _register(sock: socket.socket) -> None:
    if (sending := _sending()) is not None:
        sending.exchange.use(sock)


class Connector(httpcore.NetworkBackend):
    """Connects by TCP; one that is ``is_guarded`` refuses addresses that are not public."""

    def __init__(self, *, is_guarded: bool) -> None:
        self._is_guarded = is_guarded

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,  # noqa: ARG002 - httpcore's signature; our pools never set it
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 - the same
    ) -> httpcore.NetworkStream:
        """Connect to the first address of ``host`` that answers.

        Raises:
            PermanentError: The name leads to an address that is not public.
            httpcore.ConnectTimeout, httpcore.ConnectError: Nothing answers.
        """
        if (sending := _sending()) is not None:
            sending.has_connected = True
        failure: OSError = socket.gaierror(socket.EAI_NODATA, "the name has no address")
        for family, address in self._resolve(host, port):
            sock = socket.socket(family, socket.SOCK_STREAM)
            try:
                _register(sock)
                sock.settimeout(timeout)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                sock.connect(address)
            except OSError as error:
                sock.close()
                failure = error
            except BaseException:
                sock.close()
                raise
            else:
                return _Stream(sock)
        if isinstance(failure, TimeoutError):
            raise httpcore.ConnectTimeout from failure
        raise httpcore.ConnectError(reason_in_sentence(failure)) from failure

    def _resolve(self, host: str, port: int) -> list[tuple[socket.AddressFamily, Any]]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(
                sentence(
                    "http.unknown_name",
                    "its name could not be looked up ({reason})",
                    reason=reason_in_sentence(error),
                )
            ) from error
        if self._is_guarded:
            # One private address among public ones is a trick, not a mistake: all are refused.
            for *_, address in found:
                if not is_public(str(address[0])):
                    raise PermanentError(_private(host, str(address[0])))
        return [(family, address) for family, _, _, _, address in found]


class _Stream(httpcore.NetworkStream):
    """A connected socket, in httpcore's terms."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            self._wait_at_most(timeout)
            return self._sock.recv(max(max_bytes, _READ))
        except TimeoutError as error:
            raise httpcore.ReadTimeout from error
        except OSError as error:
            raise httpcore.ReadError(reason_in_sentence(error)) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if not buffer:
            return
        _register(self._sock)
        try:
            self._wait_at_most(timeout)
            self._sock.sendall(buffer)
        except TimeoutError as error:
            raise httpcore.WriteTimeout from error
        except OSError as error:
            raise httpcore.WriteError(reason_in_sentence(error)) from error

    def _wait_at_most(self, timeout: float | None) -> None:
        if timeout != self._sock.gettimeout():  # to set it is a system call
            self._sock.settimeout(timeout)

    def close(self) -> None:
        self._sock.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        try:
            self._sock.settimeout(timeout)
            # The handshake is apart, so that the socket that takes over can be stopped during it.
            sock = ssl_context.wrap_socket(self._sock, server_hostname=server_hostname, do_handshake_on_connect=False)
            try:
                _register(sock)
                sock.do_handshake()
            except BaseException:
                sock.close()
                raise
        except TimeoutError as error:
            self.close()
            raise httpcore.ConnectTimeout from error
        except OSError as error:
            self.close()
            raise httpcore.ConnectError(
                sentence("http.not_secure", "the secure connection failed ({reason})", reason=reason_in_sentence(error))
            ) from error
        except BaseException:
            self.close()
            raise
        return _Stream(sock)

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":
            return _is_readable(self._sock)
        if info == "socket":
            return self._sock
        if info == "ssl_object" and isinstance(self._sock, ssl.SSLSocket):
            return self._sock
        return None


def _is_readable(sock: socket.socket) -> bool:
    """Return whether an idle connection has something to read: then the server has closed it."""
    if sock.fileno() < 0:
        return True
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(0))


def _private(host: str, address: str) -> Sentence:
    if host == address:
        return sentence(
            "http.private_host",
            "The link leads to {host}, which is not on the public Internet; links into private networks are followed "
            "only where OHDIO_ALLOW_PRIVATE_ADDRESSES=true is set.",
            host=host,
        )
    return sentence(
        "http.private_address",
        "The link leads to {host}, whose address {address} is not on the public Internet; links into private networks "
        "are followed only where OHDIO_ALLOW_PRIVATE_ADDRESSES=true is set.",
        host=host,
        address=address,
    )
