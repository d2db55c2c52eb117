"""Knowing again what a person had: by marker, by numbers of books, by title, people and length."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from ohdio_core.collection.folder_imports import KnownBook
from ohdio_core.domain.found_book import Verdict
from ohdio_core.domain.text_folding import fold_text
from ohdio_core.sentences import Sentence, sentence
from ohdio_downloader.own_books.facts import BookFacts

#: What other encodings, and an announcement more or less, may differ by.
_TOLERANCE, _SLACK = 0.02, 20.0
_OWN = "own:"


class Match:
    """What a found book is.

    Args:
        verdict: The result.
        book: The known book that it is, or may be.
        reason: Why it is not sure.
    """

    def __init__(self, verdict: Verdict, book: KnownBook | None = None, reason: Sentence | None = None) -> None:
        self.verdict = verdict
        self.book = book
        self.reason = reason


class KnownBooks:
    """The books that are known, to be asked which of them something is."""

    def __init__(self, books: Iterable[KnownBook]) -> None:
        self._by_owner: dict[str, KnownBook] = {}
        self._by_number: dict[str, list[KnownBook]] = defaultdict(list)
        self._by_title: dict[str, list[KnownBook]] = defaultdict(list)
        for book in books:
            self.add(book)

    def add(self, book: KnownBook) -> None:
        """Take one more."""
        for owner in book.owner_id.ids:
            self._by_owner[owner] = book
        for number in filter(None, (_number(book.isbn), _number(book.asin))):
            self._by_number[number].append(book)
        if book.title:
            self._by_title[_key(book.title)].append(book)

    def match(self, facts: BookFacts, seconds: float | None) -> Match:
        """Return which known book something is.

        Args:
            facts: What is known of it.
            seconds: How long all its sound lasts.
        """
        if facts.owner is not None and (book := self._by_owner.get(facts.owner)) is not None:
            return _of(book)
        numbered = [
            book for number in (facts.isbn, facts.asin) for book in self._by_number.get(_number(number) or "", ())
        ]
        found = numbered or self._by_title.get(_key(facts.title or ""), [])
        near = [book for book in found if _is_by(book, facts) and _is_as_long(book, seconds) is not False]
        sure = [book for book in near if _is_as_long(book, seconds)]
        if len(sure) == 1:
            return _of(sure[0])
        if len(found) > 0:
            return Match(Verdict.UNSURE, (sure or near or found)[0], _doubt(near, sure))
        if facts.title and (facts.authors or (facts.owner or "").startswith(_OWN)) and seconds:
            return Match(Verdict.NEW)
        return Match(
            Verdict.REFUSED,
            reason=sentence(
                "own.too_little", "Its title, its author or its length is not known: name its folder Author/Title."
            ),
        )


def _of(book: KnownBook) -> Match:
    if book.is_there:
        return Match(Verdict.HAVE, book)
    if not book.parts:
        why = sentence("own.not_described", "This book is not described yet; read the folder again once it is.")
        return Match(Verdict.UNSURE, book, why)
    return Match(Verdict.KNOWN, book)


def _doubt(near: Sequence[KnownBook], sure: Sequence[KnownBook]) -> Sentence:
    if len(sure) > 1 or len(near) > 1:
        return sentence("own.several", "Several known books have this title.")
    if near:
        return sentence("own.length_unknown", "A known book has this title, and nobody knows how long it is.")
    return sentence("own.differs", "A known book has this title, by somebody else or of another length.")


def _is_by(book: KnownBook, facts: BookFacts) -> bool:
    """Return whether authors are the same, as far as both are known."""
    if not book.authors or not facts.authors:
        return True
    return bool({_key(name) for name in book.authors} & {_key(name) for name in facts.authors})


def _is_as_long(book: KnownBook, seconds: float | None) -> bool | None:
    """Return whether lengths are the same; None where one is not known."""
    if not seconds or not book.seconds:
        return None
    return abs(book.seconds - seconds) <= max(_SLACK, book.seconds * _TOLERANCE)


def _key(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold_text(text)))


def _number(text: str | None) -> str | None:
    return re.sub(r"[^0-9A-Z]", "", (text or "").upper()) or None
