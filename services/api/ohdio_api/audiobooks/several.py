"""What people order of several books at once; what is wrong with one keeps no other from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import NamedTuple
from uuid import UUID, uuid4

from ohdio_api.audiobooks.service import AudiobookService
from ohdio_api.problems import Refusal
from ohdio_core.domain.book_form import BookForm
from ohdio_core.errors import OhdioError
from ohdio_core.sentences import Sentence


class Carried(NamedTuple):
    """What became of an order."""

    books: int  #: that it has changed
    problems: Sequence[Sentence]  #: why others were not, each once
    removal: UUID  #: with which a deletion can be undone


class SeveralBooks:
    """Orders for several books; those that are gone are left out."""

    def __init__(self, audiobooks: AudiobookService) -> None:
        self.audiobooks = audiobooks

    def delete(self, ids: Sequence[int]) -> Carried:
        """Delete books; what is in the library goes to the trash."""
        removal = uuid4()
        return self._each(ids, lambda book: self.audiobooks.delete(book, removal), removal)

    def download_again(self, ids: Sequence[int]) -> Carried:
        """Download books anew; their files stay until the new ones are there."""
        return self._each(ids, self.audiobooks.download_again, uuid4())

    def convert(self, ids: Sequence[int], form: BookForm) -> Carried:
        """Convert books in the library into one file each; the old files go to the trash."""
        return self._each(ids, lambda book: self.audiobooks.convert(book, form), uuid4())

    def _each(self, ids: Sequence[int], order: Callable[[int], object], removal: UUID) -> Carried:
        changed, problems = 0, dict[Sentence, None]()
        for book in dict.fromkeys(ids):
            try:
                order(book)
                changed += 1
            except (Refusal, OhdioError) as error:
                if getattr(error, "status", None) != HTTPStatus.NOT_FOUND:
                    problems[error.sentence] = None
        return Carried(changed, list(problems), removal)
