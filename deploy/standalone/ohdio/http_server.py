"""The API in a thread of this process."""

from __future__ import annotations

import socket
import threading
import time
from typing import Self

from fastapi import FastAPI

from ohdio_api.server import ApiServer

#: The loopback address that answers where a person chose every address.
_HERE = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 # compared with what a person chose
_STARTS_WITHIN = 20.0  # seconds
_ENDS_WITHIN = 8.0  # seconds; a little more than the server grants to what is under way


class HttpServer:
    """Serves an application on a socket that is bound already.

    Args:
        shown_host: What the socket was bound to, as a person wrote it.
    """

    def __init__(self, app: FastAPI, listener: socket.socket, *, shown_host: str) -> None:
        self._server = ApiServer(app)
        # Everywhere includes here.
        host = _HERE.get(shown_host, shown_host)
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._server.run, args=([listener],), name="http", daemon=True)

    def __enter__(self) -> Self:
        """Start it; return when it answers."""
        self._thread.start()
        deadline = time.monotonic() + _STARTS_WITHIN
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError("The API did not start; the log says why.")
            time.sleep(0.005)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it: no new requests, and a moment for those under way."""
        self._server.should_exit = True
        self._thread.join(timeout=_ENDS_WITHIN)
