"""Reading a body that may stop, drip or be cut, under the engine's control."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from ohdio_core.errors import TransientError
from ohdio_core.sentences import sentence
from ohdio_downloader.fetch.protocol import Control, MediaResponse
from ohdio_downloader.fetch.refusal import host
from ohdio_downloader.fetch.stall import StallWatch, Transfer

#: Large enough that Python's part of the work does not count, small enough that a stop is quick.
CHUNK = 256 * 1024

_WATCH = StallWatch()


@contextmanager
def open_body(response: MediaResponse, control: Control, stall: timedelta) -> Iterator[Iterator[bytes]]:
    """Yield the body as it comes; read it inside the ``with`` block.

    However the block fails, the reason to stop comes first: a socket that was shut down under a read
    breaks in many ways, and why it was shut down is what counts.

    Raises:
        TransientError: Fewer than 1 KiB a second came for ``stall``, or the connection broke.
        Exception: Whatever ``control.check`` raises when the engine wants the work to stop.
    """
    transfer = Transfer(response.close, stall.total_seconds())
    try:
        with control.guard(response.close), _WATCH.watching(transfer):
            yield _counted(transfer, response.iter_bytes(CHUNK), control)
    except BaseException as error:
        control.check()
        if transfer.is_stalled:
            raise _stalled(response, stall) from error
        raise
    control.check()


def _counted(transfer: Transfer, chunks: Iterator[bytes], control: Control) -> Iterator[bytes]:
    while (chunk := transfer.next(chunks)) is not None:
        control.check()
        control.count_received(len(chunk))
        # Here, where the time does not count as waiting for the site: what is slowed by a limit has not stalled.
        yield from control.paced(chunk)


def _stalled(response: MediaResponse, stall: timedelta) -> TransientError:
    return TransientError(
        sentence(
            "transfer.stalled",
            "{site} stopped sending: less than 1 KiB a second for {seconds:g} s.",
            site=host(response.url),
            seconds=stall.total_seconds(),
        )
    )
