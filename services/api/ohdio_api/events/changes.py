"""What changed: hears every announcement, collects what comes close together, and knows when something was missed."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from ohdio_core.db.notify import Changes, NotifyListener

_MOST_IDS = 500  # rows of a topic at once; beyond, reading everything anew is cheaper for all
_INTERVAL = 0.25  # seconds between two readings, by default


@dataclass(slots=True)
class Heard:
    """What has changed since it was last asked."""

    #: By the name of the topic; None: too many to be read one by one.
    ids: dict[str, set[int] | None] = field(default_factory=dict)
    is_gap: bool = False  #: something was missed, or so much changed that it is to be read anew

    def add(self, changes: Changes) -> None:
        """Add what was announced."""
        for topic, ids in changes.ids.items():
            known = self.ids.setdefault(topic, set())
            if ids is None or known is None or len(known) + len(ids) > _MOST_IDS:
                self.ids[topic] = None
                self.is_gap = True
            else:
                known.update(ids)


class ChangeFeed:
    """Hears what all processes announce (``NOTIFY``), so that several gateways each know everything.

    Args:
        interval: Seconds, at least, between two answers; what changes meanwhile is one.
    """

    def __init__(self, database_url: str, interval: float = _INTERVAL) -> None:
        self._listener = NotifyListener(database_url, self.hear, self.hear_gap)
        self._interval = interval
        self._condition = threading.Condition()
        self._heard = Heard()
        self._is_ending = False
        self._answered_at = 0.0

    def start(self) -> None:
        """Begin to listen."""
        self._listener.start()

    def end(self) -> None:
        """Stop listening; whoever waits in ``next`` is told at once."""
        with self._condition:
            self._is_ending = True
            self._condition.notify_all()
        self._listener.end()

    def hear(self, changes: Changes) -> None:
        """Take note of an announcement."""
        with self._condition:
            self._heard.add(changes)
            self._condition.notify_all()

    def hear_gap(self) -> None:
        """Take note that announcements may have been missed."""
        with self._condition:
            self._heard.is_gap = True
            self._condition.notify_all()

    def next(self, timeout: float) -> Heard | None:
        """Wait for changes, for this many seconds at most; return what there is, or None once it has ended."""
        with self._condition:
            self._condition.wait_for(lambda: self._is_ending, self._answered_at + self._interval - time.monotonic())
            self._condition.wait_for(lambda: self._is_ending or self._heard.ids or self._heard.is_gap, timeout)
            if self._is_ending:
                return None
            heard, self._heard = self._heard, Heard()
            if heard.ids or heard.is_gap:
                self._answered_at = time.monotonic()
            return heard
