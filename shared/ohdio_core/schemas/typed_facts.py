"""Facts of a book as people type them: checked, and as they are kept."""

from __future__ import annotations

import re
from datetime import date

from ohdio_core.domain.book_numbers import isbn
from ohdio_core.expectations import UnexpectedValue
from ohdio_core.sentences import Sentence, sentence

_ISBN = re.compile(r"\s*(?:ISBN(?:[- ]?1[03](?![0-9]))?:?\s*)?([0-9X \u2010-\u2013-]+)", re.IGNORECASE)
_DIGITS = re.compile(r"97[89][0-9]{10}|[0-9]{9}[0-9X]")
_ASIN = re.compile(r"[0-9A-Z]{10}", re.IGNORECASE | re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

_NO_ISBN = sentence("expected.isbn", "An ISBN is expected: 10 or 13 digits, as in 978-2-07-036822-8.")
_MISTYPED_ISBN = sentence(
    "expected.checked_isbn", "This is no ISBN: its last digit does not fit the others, one of them may be mistyped."
)
_NO_ASIN = sentence("expected.asin", "Amazon's number is expected: ten letters and digits, as in B0015T963C.")
_NO_DAY = sentence("expected.day", "A day is expected, as in 2019-05-04.")


def typed_isbn(text: str) -> str:
    """Return an ISBN without hyphens and without what stands before it on a cover.

    Raises:
        UnexpectedValue: It is none, by the number of its digits or by the last one.
    """
    typed = _ISBN.fullmatch(text)
    digits = "" if typed is None else re.sub("[^0-9X]", "", typed[1].upper())
    if not _DIGITS.fullmatch(digits):
        raise UnexpectedValue(_NO_ISBN)
    return _found(isbn(digits), _MISTYPED_ISBN)


def typed_asin(text: str) -> str:
    """Return Amazon's number of a book in capitals; of printed books it is their ISBN.

    Raises:
        UnexpectedValue: It is none.
    """
    return _found(text.upper() if _ASIN.fullmatch(text) else None, _NO_ASIN)


def typed_day(text: str) -> date:
    """Return a day as ISO 8601 writes it.

    Raises:
        UnexpectedValue: It is written in another way, or the calendar has no such day.
    """
    try:
        return date.fromisoformat(_found(text if _DAY.fullmatch(text) else None, _NO_DAY))
    except ValueError:
        raise UnexpectedValue(_NO_DAY) from None


def _found(value: str | None, otherwise: Sentence) -> str:
    if value is None:
        raise UnexpectedValue(otherwise)
    return value
