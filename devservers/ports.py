"""Free TCP ports on the loopback interface."""

from __future__ import annotations

import random
import socket
from contextlib import ExitStack, suppress

#: Below the ports that systems give to whoever names none (Linux: 32768 and above): until the server that is meant
#: for a port listens there, nobody is given it.
_PORTS = range(12_000, 32_000)
_random = random.SystemRandom()


def free_ports(count: int) -> list[int]:
    """Return ``count`` different ports of 127.0.0.1 that nobody listens on at this moment."""
    found: list[int] = []
    with ExitStack() as opened:
        while len(found) < count:
            port = _random.choice(_PORTS)
            with suppress(OSError):
                opened.enter_context(socket.socket()).bind(("127.0.0.1", port))
                found.append(port)
    return found
