"""Ctrl-C and SIGTERM as something to look at, so that they never interrupt what must be ended in order."""

from __future__ import annotations

import math
import signal
import threading
import time
from types import FrameType


class StopSignal:
    """Remembers the first signal that asked this process to end; further ones change nothing."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._number = signal.SIGINT
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._remember)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait so long at most, or for ever; say whether this process was asked to end."""
        deadline = math.inf if seconds is None else time.monotonic() + seconds
        # Not one long wait: a signal that the kernel gives to another thread does not end the main thread's.
        while not self._event.wait(max(0.0, min(deadline - time.monotonic(), 1.0))):
            if time.monotonic() >= deadline:
                return False
        return True

    @property
    def exit_code(self) -> int:
        """What a process that ended by this signal returns, by the convention of shells."""
        return 128 + self._number

    def _remember(self, number: int, _: FrameType | None) -> None:
        if not self._event.is_set():
            self._number = signal.Signals(number)
            self._event.set()
