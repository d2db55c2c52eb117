"""How a fetch talks to the engine: one part's bytes become the whole book's progress."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from ohdio_core.domain.audiobook import Part
from ohdio_core.work.run import Run
from ohdio_downloader.book_pace import BookPace

#: A guess from wrong durations can be any number; database columns and readers of JSON have an end.
_MOST_BYTES = 2**53


class BookProgress:
    """Adds up what is on disk of a book, and guesses what is still to come.

    Args:
        parts: All parts of the book.
        finished: Bytes of the parts that are finished already, by index.
    """

    def __init__(self, run: Run, parts: tuple[Part, ...], finished: dict[int, int]) -> None:
        self._run = run
        self._parts = parts
        self._sizes = dict(finished)

    def begin(self, stage: str) -> None:
        """Set what is being done now."""
        self._run.report(stage=stage, limited_by="", parts_done=len(self._sizes), parts_total=len(self._parts))

    def advance(self, part: Part, done: int, total: int | None) -> None:
        """Set how much of one part is safely on disk."""
        self._run.report(progress=sum(self._sizes.values()) + done, bytes_total=self._expected(part, done, total))

    def finish(self, part: Part, size: int) -> None:
        """Count a part as finished."""
        self._sizes[part.index] = size
        self._run.overlong_at = math.inf
        self._run.report(
            progress=sum(self._sizes.values()),
            bytes_total=self._expected(part, size, size),
            parts_done=len(self._sizes),
        )

    def _expected(self, current: Part, done: int, total: int | None) -> int | None:
        """Bytes of the whole book: known sizes, and for the rest the rate of what is known."""
        sizes = dict(self._sizes)
        # What is there so far of a part that nobody knows the size of says nothing of how much is to come.
        if (size := total if total is not None else current.size) is not None:
            sizes[current.index] = max(size, done)
        known_seconds = sum(
            part.duration.total_seconds() for part in self._parts if part.index in sizes and part.duration
        )
        rate = sum(sizes.values()) / known_seconds if known_seconds else None
        expected = float(sum(sizes.values()))
        for part in self._parts:
            if part.index in sizes:
                continue
            if part.size is not None:
                expected += part.size
            elif part.duration is not None and rate is not None:
                guess = part.duration.total_seconds() * rate
                expected += max(guess, done) if part.index == current.index else guess
            else:
                return None
        return min(int(expected), _MOST_BYTES)


class PartControl:
    """What the engine gives the fetch of one part.

    Args:
        pace: Of the book.
        patience: Seconds that the part may take while nobody tells its length.
    """

    def __init__(self, run: Run, progress: BookProgress, part: Part, pace: BookPace, *, patience: float) -> None:
        self._run = run
        self._pace = pace
        self._progress = progress
        self._part = part
        self._patience = patience
        self._overlong_at: float | None = None

    def check(self) -> None:
        """Go on, or raise ``Stopped``."""
        self._run.check()

    def guard(self, close: Callable[[], None]) -> AbstractContextManager[None]:
        """While inside, a request to stop calls ``close``."""
        return self._run.guard(close)

    def begin_body(self, *, is_length_known: bool) -> None:
        """Count the time of bodies that may have no end, from the first of the part on.

        One that outlived its time in an earlier run does so still: beginning again is no end.
        """
        if is_length_known:
            self._run.overlong_at = math.inf
            return
        if self._overlong_at is None:
            self._overlong_at = time.monotonic() + (0 if self._run.is_overlong else self._patience)
        self._run.overlong_at = self._overlong_at + self._pace.waited

    def count_received(self, count: int) -> None:
        """Count bytes that came from the site."""
        self._run.count_received(count)

    def paced(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what has come, as fast as it may."""
        return self._pace.paced(chunk)

    def advance(self, done: int, total: int | None) -> None:
        """Set how many bytes of the part are safely on disk, and how many there will be."""
        self._progress.advance(self._part, done, total)
        self._run.report(limited_by=self._pace.limited_by)
        if self._overlong_at is not None and not math.isinf(self._run.overlong_at or 0):
            self._run.overlong_at = self._overlong_at + self._pace.waited
