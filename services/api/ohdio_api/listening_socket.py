"""The socket that the API is served on."""

from __future__ import annotations

import socket

_BACKLOG = 2048  # connections that may wait to be accepted, as uvicorn has it by default


def listen(host: str, port: int) -> socket.socket:
    """Open the socket to serve on.

    Args:
        host: An address; ``::`` takes connections by IPv4 as well.
        port: 0 for any that is free.

    Raises:
        OSError: It cannot be opened.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # TCP by name: asyncio switches Nagle's delay off only for sockets whose protocol says so, and accepted ones
    # inherit it. Each answer on a kept connection would wait 40 ms for an acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family is socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, host != "::")
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except BaseException:
        listener.close()
        raise
    return listener
