"""What people should know of a book that is complete all the same."""

from __future__ import annotations

from collections.abc import Iterable

from ohdio_core.domain.audiobook import Part
from ohdio_downloader.workdir import WorkDir

_REMARK = "remark"
_MOST = 5  # are listed; a serial may have hundreds of parts


class Remarks:
    """Remarks on the parts of one book; they outlive the run that makes them.

    Args:
        work_dir: Of the book; where they are kept.
        count: How many parts it has.
    """

    def __init__(self, work_dir: WorkDir, count: int) -> None:
        self._work_dir = work_dir
        self._count = count
        self._of_book: list[str] = []
        self._are_none = work_dir.was_empty

    def on(self, part: Part, sentence: str | None) -> None:
        """Keep a remark on a part, in place of an earlier one; None for nothing to remark."""
        if (sentence or "") != self._kept(part):
            self._work_dir.note(part, _REMARK, sentence or "")
            self._are_none = False

    def add_of_book(self, sentence: str) -> None:
        """Keep a remark on the whole book, for this run."""
        self._of_book.append(sentence)

    def of_book(self, parts: Iterable[Part]) -> str | None:
        """Return all of them for people, those on parts with the part's number; None without any."""
        remarks = [
            f"Part {part.index + 1} of {self._count}: {remark}" if self._count > 1 else remark
            for part in parts
            if (remark := self._kept(part))
        ]
        more = [f"There are {len(remarks) - _MOST} more such parts."] if len(remarks) > _MOST else []
        return " ".join([*self._of_book, *remarks[:_MOST], *more]) or None

    def _kept(self, part: Part) -> str:
        return "" if self._are_none else self._work_dir.noted(part, _REMARK) or ""
