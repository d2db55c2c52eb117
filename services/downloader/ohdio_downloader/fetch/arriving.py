"""A segment on its way from the thread that fetches it to the one that writes it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator


class GivenUp(Exception):
    """Nobody wants the segment any more."""


class Arriving:
    """The bytes of one segment, handed from one thread to another.

    Args:
        most: Bytes that may lie between them, and a chunk more; then whoever fetches waits until some are taken.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._chunks: deque[bytes | None] = deque()
        self._held = 0
        self._is_over = False
        self._error: BaseException | None = None
        self._is_given_up = False
        self._changed = threading.Condition()

    def put(self, chunk: bytes) -> None:
        """Hand over some bytes, once there is room for them.

        Raises:
            GivenUp: Nobody takes them.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._held < self._most or self._is_given_up)
            if self._is_given_up:
                raise GivenUp
            self._chunks.append(chunk)
            self._held += len(chunk)
            self._changed.notify_all()

    def begin_again(self) -> None:
        """Take back all that was handed over, as the segment is fetched once more."""
        with self._changed:
            self._chunks.clear()
            self._chunks.append(None)
            self._held = 0
            self._changed.notify_all()

    def end(self, error: BaseException | None = None) -> None:
        """Finish: this was all, or ``error`` is why it was not."""
        with self._changed:
            self._is_over, self._error = True, error
            self._changed.notify_all()

    def give_up(self) -> None:
        """Stop whoever waits for room."""
        with self._changed:
            self._is_given_up = True
            self._changed.notify_all()

    def chunks(self) -> Iterator[bytes | None]:
        """Yield what is handed over; None where it begins again, and all before it is to be forgotten.

        Raises:
            BaseException: With which the fetching ended.
        """
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._chunks or self._is_over)
                if not self._chunks:
                    break
                chunk = self._chunks.popleft()
                self._held -= len(chunk or b"")
                self._changed.notify_all()
            yield chunk
        if self._error is not None:
            raise self._error
