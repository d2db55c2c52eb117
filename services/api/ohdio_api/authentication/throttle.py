"""How often somebody may be wrong."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from starlette.requests import HTTPConnection

from ohdio_core.sentences import Sentence, sentence

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
        self._wrong: OrderedDict[tuple[str, ...], _Wrong] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, *who: str) -> int:
        """Count an attempt as wrong before it is looked at; return how many seconds it has to wait instead, or 0.

        Many at once are counted one by one, so that none of them is free.

        Args:
            who: Where it comes from, and what it tries.
        """
        now = time.monotonic()
        with self._lock:
            wrong = self._wrong.pop(who, None)
            if wrong is None or now - wrong.last_at > _FORGOTTEN_AFTER:
                wrong = _Wrong(0, now)
            self._wrong[who] = wrong
            if wrong.times >= _FREE:
                wait = min(_LONGEST_WAIT, _FIRST_WAIT * 2.0 ** min(wrong.times - _FREE, 16))
                if (left := wrong.last_at + wait - now) > 0:
                    return max(1, round(left))
            wrong.times, wrong.last_at = wrong.times + 1, now
            while len(self._wrong) > _MOST_KEPT:
                self._wrong.popitem(last=False)
        return 0

    def forget(self, *who: str) -> None:
        """Forget what was wrong: the last one was right."""
        with self._lock:
            self._wrong.pop(who, None)


def too_many(wait: int) -> Sentence:
    """Return the sentence for somebody who has to wait.

    Args:
        wait: Seconds.
    """
    return sentence("login.too_many", "That was wrong too often. Try again in {wait} s.", wait=wait)


def sender_of(connection: HTTPConnection) -> str:
    """Return where a request comes from: an address, of version 6 the network of 64 bits, which one sender has."""
    address = connection.client.host if connection.client else ""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
