"""Filters of a listing: which books a person wants, decided for each by what is known of it."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from ohdio_core.domain.audiobook import BookDetails, BookRef
from ohdio_core.domain.languages import language_tag
from ohdio_core.domain.text_folding import fold_text
from ohdio_core.sentences import Sentence, sentence


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts that filters consider; None and () for what is unknown (yet)."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    language: str | None = None
    duration: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """Which books of a listing are wanted. Words match in any case, with or without accents.

    What is not known of a book speaks neither for it nor against it.
    """

    title_include: tuple[str, ...] = ()  #: one of these in the title
    title_exclude: tuple[str, ...] = ()  #: none of these
    author_include: tuple[str, ...] = ()
    author_exclude: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()  #: BCP 47; "fr" stands for "fr-CA" too
    min_duration: timedelta | None = None
    max_duration: timedelta | None = None
    newest: int | None = None  #: so many at most: see ``Newest``

    @property
    def judges_books(self) -> bool:
        """Return whether the filters consider more than the number of books."""
        return self not in (Filters(), Filters(newest=self.newest))

    def refusal(self, book: Facts) -> Sentence | None:
        """Return a sentence why a book is not wanted; None when no known fact speaks against it."""
        title = fold_text(book.title or "")
        authors = fold_text(", ".join(book.authors))
        if title and self.title_include and not _has_any(title, self.title_include):
            words = ", ".join(self.title_include)
            return sentence("filter.title_lacks", "Its title has none of: {words}.", words=words)
        if authors and self.author_include and not _has_any(authors, self.author_include):
            words = ", ".join(self.author_include)
            return sentence("filter.author_lacks", "Its author is none of: {words}.", words=words)
        if (word := _first_of(self.title_exclude, title)) is not None:
            return sentence("filter.title_has", "Its title has “{word}”.", word=word)
        if (word := _first_of(self.author_exclude, authors)) is not None:
            return sentence("filter.author_has", "Its author has “{word}”.", word=word)
        if book.language and self.languages and not any(_speaks(book.language, tag) for tag in self.languages):
            return sentence("filter.language", "Its language is {language}.", language=book.language)
        return None if book.duration is None else self._length_refusal(book.duration)

    def _length_refusal(self, duration: timedelta) -> Sentence | None:
        lasts = _written(duration)
        if self.min_duration is not None and duration < self.min_duration:
            least = _written(self.min_duration)
            return sentence("filter.short", "It lasts {duration}, less than {least}.", duration=lasts, least=least)
        if self.max_duration is not None and duration > self.max_duration:
            most = _written(self.max_duration)
            return sentence("filter.long", "It lasts {duration}, more than {most}.", duration=lasts, most=most)
        return None

    def is_undecided(self, book: Facts) -> bool:
        """Return whether a fact that these filters need is not known of the book."""
        return bool(
            ((self.title_include or self.title_exclude) and not book.title)
            or ((self.author_include or self.author_exclude) and not book.authors)
            or (self.languages and not book.language)
            or ((self.min_duration is not None or self.max_duration is not None) and book.duration is None)
        )


def facts_of(book: BookRef | BookDetails) -> Facts:
    """Return the facts that a listing or a description states about a book."""
    if isinstance(book, BookDetails):
        return Facts(book.title, book.authors, book.language, book.duration)
    details = book.details
    if details is None:
        return Facts(book.title, book.authors)
    return Facts(book.title or details.title, book.authors or details.authors, details.language, details.duration)


class Newest:
    """Picks the newest books of a listing: by date where it has dates, else those that it lists first.

    Holds no more than it picks, however long the listing is. In a listing with dates a book without one is older
    than all others.

    Args:
        most: How many are wanted.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._best: list[tuple[float, int, BookRef]] = []
        self._seen = 0
        self._has_dates = False

    def add(self, books: Iterable[BookRef]) -> None:
        """Consider further books, in the listing's order."""
        for book in books:
            published = float("-inf")
            if book.published is not None:
                published = book.published.timestamp()
                self._has_dates = True
            # Of two of one age the earlier one is better; no two have the same place, so books are never compared.
            entry = (published, -self._seen, book)
            self._seen += 1
            if len(self._best) < self._most:
                heapq.heappush(self._best, entry)
            else:
                heapq.heappushpop(self._best, entry)

    @property
    def is_settled(self) -> bool:
        """Return whether further books cannot change the selection."""
        return len(self._best) == self._most and not self._has_dates

    def books(self) -> tuple[BookRef, ...]:
        """Return the selected books, in the listing's order."""
        return tuple(book for _, _, book in sorted(self._best, key=lambda entry: -entry[1]))


def _first_of(words: Iterable[str], text: str) -> str | None:
    return next((word for word in words if _has_any(text, (word,))), None)


def _has_any(text: str, words: Iterable[str]) -> bool:
    # Of a word that is blank nothing is left, and that would be in every text.
    return any(folded in text for folded in map(fold_text, words) if folded)


def _speaks(language: str, tag: str) -> bool:
    spoken, asked = _folded_tag(language), _folded_tag(tag)
    return spoken == asked or spoken.startswith(f"{asked}-")


def _folded_tag(language: str) -> str:
    return (language_tag(language) or language).casefold().replace("_", "-")


def _written(duration: timedelta) -> str:
    minutes, seconds = divmod(round(duration.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"
