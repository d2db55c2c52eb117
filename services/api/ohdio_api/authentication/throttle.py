"""How often somebody may be wrong."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

_FREE = 5  # wrong ones before there is a wait
_FIRST_WAIT = 5.0  # seconds; doubled by each further one
#: Whoever knows the password waits as well where all come from one proxy's address: never longer than this.
_LONGEST_WAIT = 60.0
_FORGOTTEN_AFTER = 3_600.0
_MOST_KEPT = 10_000


@dataclass(slots=True)
class _Wrong:
    times: int
    last_at: float


class Throttle:
    """Counts wrong passwords and codes by where they come from, in this process. Thread-safe."""

    def __init__(self) -> None:
        self._wrong: OrderedDict[str, _Wrong] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, sender: str) -> int:
        """Return how many seconds a sender has to wait before the next attempt; 0 where it may come now."""
        with self._lock:
            wrong = self._wrong.get(sender)
            if wrong is None or wrong.times < _FREE:
                return 0
            wait = min(_LONGEST_WAIT, _FIRST_WAIT * 2.0 ** min(wrong.times - _FREE, 16))
            return max(0, round(wrong.last_at + wait - time.monotonic() + 0.5))

    def note_wrong(self, sender: str) -> None:
        """Count one that was wrong."""
        now = time.monotonic()
        with self._lock:
            wrong = self._wrong.pop(sender, None)
            if wrong is None or now - wrong.last_at > _FORGOTTEN_AFTER:
                wrong = _Wrong(0, now)
            wrong.times, wrong.last_at = wrong.times + 1, now
            self._wrong[sender] = wrong
            while len(self._wrong) > _MOST_KEPT:
                self._wrong.popitem(last=False)

    def forget(self, sender: str) -> None:
        """Forget what was wrong: the last one was right."""
        with self._lock:
            self._wrong.pop(sender, None)

    def forget_all(self) -> None:
        """Forget everybody."""
        with self._lock:
            self._wrong.clear()


def network_of(address: str) -> str:
    """Return what one sender has: an address, of version 6 the network of 64 bits."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
