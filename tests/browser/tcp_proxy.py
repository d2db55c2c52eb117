"""A way to a server that can be cut and mended, as a network between it and a browser is."""

from __future__ import annotations

import contextlib
import socket
import threading


class TcpProxy:
    """Passes connections on to a port of 127.0.0.1 until it is cut."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._is_cut = False
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._accept, name="proxy", daemon=True)
        self._thread.start()

    def cut(self) -> None:
        """End every connection, and each new one at once."""
        self._is_cut = True
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Pass connections on again."""
        self._is_cut = False

    def end(self) -> None:
        """Cut it for good."""
        self.cut()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(timeout=5)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                if self._is_cut:
                    connection.close()
                else:
                    self._join(connection, socket.create_connection(("127.0.0.1", self._port)))

    def _join(self, one: socket.socket, other: socket.socket) -> None:
        with self._lock:
            self._open += [one, other]
        for source, target in ((one, other), (other, one)):
            threading.Thread(target=self._pass_on, args=(source, target), name="proxy", daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                target.sendall(data)
        for each in (source, target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        # The one that reads from a socket closes it, when nobody can be waiting for it any more.
        source.close()
        with self._lock:
            self._open.remove(source)
