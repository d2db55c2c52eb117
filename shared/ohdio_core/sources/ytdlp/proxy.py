"""A proxy on 127.0.0.1 through which yt-dlp asks: it goes where our own client may go, and nowhere else.

yt-dlp makes its own requests, to addresses that a page may have told it. Through this proxy each is looked up
once, checked as ours are (public addresses only, unless the operator allows others), sent to the operator's
origin where a host is overridden, and counted.
"""

from __future__ import annotations

import select
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import httpcore

from ohdio_core.errors import PermanentError
from ohdio_core.sentences import Sentence, sentence
from ohdio_core.sources.http import ClientSettings
from ohdio_core.sources.http.connect import Connector
from ohdio_core.sources.http.request import Address, parse_address

_MAX_BYTES = 256 * 1024 * 1024  # of all answers to one extraction: pages and manifests, never media
_MAX_LINE = 64 * 1024
_MAX_HEADERS = 200
_PIECE = 64 * 1024
_OUR_HEADERS = (b"proxy-", b"connection:", b"keep-alive:", b"expect:")
_TOO_MUCH = sentence("ytdlp.too_much", "yt-dlp asked for more than is read of any site; the link leads to too much.")


class GuardedProxy:
    """The proxy of one extraction; ``refusal`` is why a request was refused, if one was."""

    def __init__(self, settings: ClientSettings) -> None:
        self.settings = settings
        self.refusal: Sentence | None = None
        self._left = _MAX_BYTES
        self._lock = threading.Lock()

    @contextmanager
    def running(self) -> Iterator[str]:
        """Serve for the length of the block; yield the proxy's URL."""
        proxy = self

        class Handler(socketserver.StreamRequestHandler):
            disable_nagle_algorithm = True  # else each answer on a kept tunnel may wait for an acknowledgement
            rbufsize = 0  # what follows the headers must stay in the socket, for the relay
            timeout = proxy.settings.read_timeout.total_seconds()

            def handle(self) -> None:
                with suppress(OSError):
                    proxy.serve(self)

        with _ProxyServer(("127.0.0.1", 0), Handler) as server:
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_address[1]}"
            finally:
                server.shutdown()
                thread.join()

    def serve(self, handler: socketserver.StreamRequestHandler) -> None:
        """Serve one connection: a tunnel (CONNECT) or one plain request."""
        words = handler.rfile.readline(_MAX_LINE).decode("latin-1").split()
        lines = []
        for _ in range(_MAX_HEADERS):
            line = handler.rfile.readline(_MAX_LINE)
            if line in (b"\r\n", b"\n", b""):
                break
            lines.append(line)
        if len(words) != 3:
            return
        method, target, version = words
        is_tunnel = method == "CONNECT"
        try:
            address = parse_address(f"https://{target}/" if is_tunnel else target)
            upstream = self._connect(address, is_tunnel=is_tunnel)
        except PermanentError as error:
            self.refusal = error.sentence
            handler.wfile.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        except (httpcore.ConnectError, httpcore.ConnectTimeout):
            handler.wfile.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        with upstream:
            if is_tunnel:
                handler.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                kept = [line for line in lines if not line.lower().startswith(_OUR_HEADERS)]
                start = f"{method} {address.target} {version}\r\n".encode("latin-1")
                upstream.sendall(b"".join([start, *kept, b"Connection: close\r\n\r\n"]))
            self._relay(handler, upstream, is_tunnel=is_tunnel)

    def _connect(self, address: Address, *, is_tunnel: bool) -> socket.socket:
        """Open a connection to where a request may go.

        Raises:
            PermanentError: It may not go there.
            httpcore.ConnectError, httpcore.ConnectTimeout: Nothing answers there.
        """
        host, port, is_guarded = address.host, address.port, not self.settings.allow_private_addresses
        origin = self.settings.host_overrides.get(address.host)
        if origin is not None:
            parts = urlsplit(origin)
            if is_tunnel or parts.scheme != "http":
                raise PermanentError(
                    sentence(
                        "ytdlp.override",
                        "yt-dlp cannot be sent to the origin that OHDIO_HOST_OVERRIDES names for {host}: "
                        "only plain HTTP can.",
                        host=host,
                    )
                )
            host, port, is_guarded = parts.hostname or "", parts.port or 80, False
        timeout = self.settings.connect_timeout.total_seconds()
        stream = Connector(is_guarded=is_guarded).connect_tcp(host, port, timeout)
        sock: socket.socket = stream.get_extra_info("socket")
        return sock

    def _relay(self, handler: socketserver.StreamRequestHandler, upstream: socket.socket, *, is_tunnel: bool) -> None:
        """Forward bytes both ways until one side ends, falls silent, or has sent too much.

        Outside of a tunnel the answer is made to say that it is the connection's last: a further request would not
        be looked at.
        """
        client: socket.socket = handler.connection
        status = None if is_tunnel else b""  # of the answer, until all of it is there
        ways = {client.fileno(): (client, upstream), upstream.fileno(): (upstream, client)}
        waiting = select.poll()  # not select(), which takes no more than a thousand open files in a process
        for descriptor in ways:
            waiting.register(descriptor, select.POLLIN)
        while readable := waiting.poll(self.settings.read_timeout.total_seconds() * 1000):
            for descriptor, _ in readable:
                source, sink = ways[descriptor]
                piece = source.recv(_PIECE)
                if not piece or (source is upstream and not self._spend(len(piece))):
                    return
                if source is upstream and status is not None:
                    status += piece
                    line, newline, rest = status.partition(b"\n")
                    if not newline and len(status) < _MAX_LINE:
                        continue
                    piece, status = b"".join([line, newline, b"Connection: close\r\n", rest]), None
                sink.sendall(piece)

    def _spend(self, size: int) -> bool:
        with self._lock:
            self._left -= size
            if self._left < 0:
                self.refusal = _TOO_MUCH
            return self._left >= 0


class _ProxyServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False  # a connection ends with the process that it serves

    def handle_error(self, request: object, client_address: object) -> None:
        """Log nothing: what went wrong shows in yt-dlp's own answer."""
