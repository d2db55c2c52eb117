"""Counting what became of the entries of a document."""

from __future__ import annotations

from ohdio_core.schemas.portable import RefusedEntry, TakenIn
from ohdio_core.schemas.sentences import SentenceView
from ohdio_core.sentences import Sentence

_MOST_PROBLEMS = 50


class Tally:
    """What became of entries of one kind."""

    def __init__(self) -> None:
        self._added = self._known = self._refused = 0
        self.problems: list[Sentence] = []  #: why entries were refused; of many, the first ones

    def count(self, *, is_new: bool) -> None:
        """Count one that was taken."""
        self.add(1, int(is_new))

    def add(self, taken: int, new: int) -> None:
        """Count several that were taken, of which so many were new."""
        self._added += new
        self._known += taken - new

    def refuse(self, said: Sentence, count: int = 1) -> None:
        """Count what was not taken, and keep why."""
        self._refused += count
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(said)

    def view(self) -> TakenIn:
        """Return the numbers."""
        return TakenIn(added=self._added, known=self._known, refused=self._refused)

    @staticmethod
    def problems_of(*tallies: Tally) -> list[RefusedEntry]:
        """Return why entries were refused; of many, the first ones."""
        said = [problem for tally in tallies for problem in tally.problems][:_MOST_PROBLEMS]
        return [RefusedEntry(detail=problem.text, message=SentenceView(**problem.as_json())) for problem in said]
