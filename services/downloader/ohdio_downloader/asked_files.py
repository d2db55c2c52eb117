"""What files that lie among others are, each read once: many episodes of a show may be missing at a time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar

from ohdio_downloader.concurrency import ConcurrencyLimit

_T = TypeVar("_T")
_MOST = 20_000  # answers that are remembered


class AskedFiles:
    """Remembers what was found out of files, as long as this process runs and they are as they were."""

    def __init__(self) -> None:
        self._asking = ConcurrencyLimit(1)
        self._answers: OrderedDict[Hashable, object] = OrderedDict()

    def answer(self, question: Hashable, find_out: Callable[[], _T], check: Callable[[], None]) -> _T:
        """Return what was found out already, or find it out; one is found out at a time, so that none is twice.

        Args:
            question: The file as it is now, and what of it is asked; each has one type of answer.
            find_out: What it raises is not remembered: errors of a disk, which are no fault of the file.
            check: Called while others find something out; what it raises ends the waiting.
        """
        with self._asking.slot(check):
            if question not in self._answers:
                self._answers[question] = find_out()
                if len(self._answers) > _MOST:
                    self._answers.popitem(last=False)
            self._answers.move_to_end(question)
            return self._answers[question]  # type: ignore[return-value] # a question has one type of answer
