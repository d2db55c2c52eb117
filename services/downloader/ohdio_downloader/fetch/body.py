"""Reading a body that may stop, drip or be cut, under the engine's control."""

from __future__ import annotations

import threading
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
    to be asked.
    """

    def __init__(self, response: MediaResponse, stall: timedelta) -> None:
        self.is_stalled = False
        self._response = response
        self._seconds = stall.total_seconds()
        self._received = 0
        self._over = threading.Event()

    def count(self, chunks: Iterator[bytes], control: Control) -> Iterator[bytes]:
        for chunk in chunks:
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

    def _run(self) -> None:
        seen = 0
        while not self._over.wait(self._seconds):
            received = self._received
            if received - seen < _SLOWEST * self._seconds:
                self.is_stalled = True
                self._response.close()
                return
            seen = received
