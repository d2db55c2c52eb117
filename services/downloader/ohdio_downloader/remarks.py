"""What people should know of a book that is complete all the same."""

from __future__ import annotations

import json
from collections.abc import Iterable

from ohdio_core.domain.audiobook import Part
from ohdio_core.sentences import Sentence, as_record, from_record, sentence, together_if_any
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
        self._of_book: list[Sentence] = []
        self._are_none = work_dir.was_empty

    def on(self, part: Part, remark: Sentence | None) -> None:
        """Keep a remark on a part, in place of an earlier one; None for nothing to remark."""
        if remark != self._kept(part):
            kept = "" if remark is None else json.dumps(as_record(remark), ensure_ascii=False)
            self._work_dir.note(part, _REMARK, kept)
            self._are_none = False

    def add_of_book(self, remark: Sentence) -> None:
        """Keep a remark on the whole book, for this run."""
        self._of_book.append(remark)

    def of_book(self, parts: Iterable[Part]) -> Sentence | None:
        """Return all of them for people, those on parts with the part's number; None without any."""
        remarks = [
            self._named(part, remark) if self._count > 1 else remark
            for part in parts
            if (remark := self._kept(part)) is not None
        ]
        hidden = len(remarks) - _MOST
        more = sentence("remark.more_parts", "There are {count} more such parts.", count=hidden) if hidden > 0 else None
        return together_if_any(*self._of_book, *remarks[:_MOST], more)

    def _named(self, part: Part, remark: Sentence) -> Sentence:
        return sentence(
            "remark.on_part",
            "Part {number} of {count}: {remark}",
            number=part.index + 1,
            count=self._count,
            remark=remark,
        )

    def _kept(self, part: Part) -> Sentence | None:
        text = None if self._are_none else self._work_dir.noted(part, _REMARK)
        if not text:
            return None
        # An earlier version may have kept the text alone, before it was stopped.
        return from_record(json.loads(text) if text.startswith("{") else text)
