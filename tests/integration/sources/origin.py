"""A scripted origin: a real HTTP server on 127.0.0.1 whose answers a test writes, and that remembers requests."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Seen:
    """One request, as it arrived."""

    method: str
    host: str
    path: str
    headers: dict[str, str]
    body: bytes
    client: tuple[str, int]  #: the other end of the connection: the same when it was used again


@dataclass
class Origin:
    """Answers by path; a path without an answer is a 404."""

    url: str
    port: int
    requests: list[Seen] = field(default_factory=list)
    answers: dict[str, Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=dict)

    def answer(self, path: str, body: bytes = b"", status: int = 200, headers: dict[str, str] | None = None) -> None:
        """Answer every request for ``path`` (with its query) like this."""

        def reply(handler: BaseHTTPRequestHandler) -> None:
            send(handler, body, status, headers)

        self.answers[path] = reply


def send(
    handler: BaseHTTPRequestHandler, body: bytes = b"", status: int = 200, headers: dict[str, str] | None = None
) -> None:
    handler.send_response(status)
    for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


@contextmanager
def scripted_origin(tls: ssl.SSLContext | None = None) -> Iterator[Origin]:
    """Run an origin for the length of the block, over TLS where a context is given."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Print nothing: clients that go away are what is tested."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            fields = {name.lower(): value for name, value in self.headers.items()}
            host, port = self.client_address[:2]
            origin.requests.append(
                Seen(self.command, fields.get("host", ""), self.path, fields, self.rfile.read(length), (host, port))
            )
            reply = origin.answers.get(self.path) or origin.answers.get(self.path.partition("?")[0])
            if reply is None:
                send(self, b"nothing here", 404)
            else:
                reply(self)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
            """Print nothing: a test reads ``requests``."""

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    scheme = "http" if tls is None else "https"
    origin = Origin(f"{scheme}://127.0.0.1:{server.server_port}", server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield origin
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
