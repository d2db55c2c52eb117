"""Reading a body that may stop, drip or be cut, under the engine's control."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from ohdio_core.errors import TransientError
from ohdio_core.sentences import sentence
from ohdio_downloader.fetch.protocol import Control, MediaResponse
from ohdio_downloader.fetch.refusal import host

#: Large enough that Python's part of the work does not count, small enough that a stop is quick.
CHUNK = 256 * 1024

#: Slower than this, averaged over the stall time, nobody would call a download running.
_SLOWEST = 1024  # bytes a second

#: Seconds between two looks at a transfer whose bytes nobody takes.
_SHORTEST = 0.05


@contextmanager
def open_body(response: MediaResponse, control: Control, stall: timedelta) -> Iterator[Iterator[bytes]]:
    """Yield the body as it comes; read it inside the ``with`` block.

    However the block fails, the reason to stop comes first: a socket that was shut down under a read
    breaks in many ways, and why it was shut down is what counts.

    Raises:
        TransientError: Fewer than 1 KiB a second came for ``stall``, or the connection broke.
        Exception: Whatever ``control.check`` raises when the engine wants the work to stop.
    """
    watch = _Watch(response, stall)
    try:
        with control.guard(response.close), watch.running():
            yield watch.count(response.iter_bytes(CHUNK), control)
    except BaseException as error:
        control.check()
        if watch.is_stalled:
            raise _stalled(response, stall) from error
        raise
    control.check()


def _stalled(response: MediaResponse, stall: timedelta) -> TransientError:
    return TransientError(
        sentence(
            "transfer.stalled",
            "{site} stopped sending: less than 1 KiB a second for {seconds:g} s.",
            site=host(response.url),
            seconds=stall.total_seconds(),
        )
    )


class _Watch:
    """Closes a response that brings too few bytes.

    A thread of its own, because neither a silent read nor one that waits until a buffer is full returns
    to be asked. Only the time counts in which bytes are waited for: whoever takes them may be slow.
    """

    def __init__(self, response: MediaResponse, stall: timedelta) -> None:
        self.is_stalled = False
        self._response = response
        self._seconds = stall.total_seconds()
        self._received = 0
        self._waited = 0.0  #: seconds, before ``_waits_since``
        self._waits_since: float | None = None
        self._over = threading.Event()

    def count(self, chunks: Iterator[bytes], control: Control) -> Iterator[bytes]:
        while (chunk := self._next(chunks)) is not None:
            control.check()
            self._received += len(chunk)
            control.count_received(len(chunk))
            yield chunk

    @contextmanager
    def running(self) -> Iterator[None]:
        thread = threading.Thread(target=self._run, name="stall-watch", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def _next(self, chunks: Iterator[bytes]) -> bytes | None:
        since = self._waits_since = time.monotonic()
        try:
            return next(chunks, None)
        finally:
            self._waits_since = None
            self._waited += time.monotonic() - since

    def _run(self) -> None:
        seen, judged_at, left = 0, 0.0, self._seconds
        while not self._over.wait(left):
            received, waited = self._received, self._seconds_waited()
            left = max(self._seconds - (waited - judged_at), _SHORTEST)
            if waited - judged_at < self._seconds:
                continue
            if received - seen < _SLOWEST * self._seconds:
                self.is_stalled = True
                self._response.close()
                return
            seen, judged_at, left = received, waited, self._seconds

    def _seconds_waited(self) -> float:
        since = self._waits_since
        return self._waited + (0.0 if since is None else time.monotonic() - since)
