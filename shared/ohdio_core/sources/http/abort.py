"""Stopping a request from another thread: its socket is shut down, so that a blocked read ends at once."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from ohdio_core.errors import Postponed
from ohdio_core.sentences import sentence


class StreamClosed(Postponed):
    """The request was stopped on our side; nothing is wrong with it."""

    def __init__(self) -> None:
        super().__init__(sentence("http.stopped", "The transfer was stopped on request."))


class Exchange:
    """One request in flight, and the socket that it runs on."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._is_closed = False

    @property
    def is_closed(self) -> bool:
        """Return whether ``close`` was called."""
        return self._is_closed

    def use(self, sock: socket.socket) -> None:
        """Register the socket that the request runs on from now.

        Raises:
            StreamClosed: The request was stopped before.
        """
        with self._lock:
            if self._is_closed:
                raise StreamClosed
            self._socket = sock

    def release(self) -> None:
        """Unregister the socket: from here on it may serve another request."""
        with self._lock:
            self._socket = None

    def close(self) -> None:
        """Stop the request, from any thread, now or before it has begun."""
        with self._lock:
            self._is_closed = True
            if self._socket is not None:
                # SSLSocket.shutdown would first take the TLS state away from under the reading thread.
                with suppress(OSError):
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class Abort:
    """Cancellation of all the requests of one piece of work; thread-safe, and final once triggered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._exchanges: set[Exchange] = set()
        self._triggered = threading.Event()

    @property
    def is_triggered(self) -> bool:
        """Return whether ``trigger`` was called."""
        return self._triggered.is_set()

    def wait(self, seconds: float) -> None:
        """Wait, before another request is made.

        Raises:
            StreamClosed: This was triggered meanwhile, or before.
        """
        if self._triggered.wait(seconds):
            raise StreamClosed

    def trigger(self) -> None:
        """Stop every request in flight and refuse new ones; they raise ``StreamClosed`` in their own threads."""
        with self._lock:
            self._triggered.set()
            exchanges = tuple(self._exchanges)
        for exchange in exchanges:
            exchange.close()

    def add(self, exchange: Exchange) -> None:
        """Register a running request, to be closed when this triggers.

        Raises:
            StreamClosed: It was triggered before.
        """
        with self._lock:
            if self._triggered.is_set():
                raise StreamClosed
            self._exchanges.add(exchange)

    def remove(self, exchange: Exchange) -> None:
        """Unregister a finished request."""
        with self._lock:
            self._exchanges.discard(exchange)


@contextmanager
def abort_after(seconds: float) -> Iterator[Abort]:
    """Yield an ``Abort`` that is triggered after so many seconds, unless the block has ended."""
    abort = Abort()
    timer = threading.Timer(seconds, abort.trigger)
    timer.daemon = True
    timer.start()
    try:
        yield abort
    finally:
        timer.cancel()
