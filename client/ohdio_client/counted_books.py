"""Numbers of books and scans, to be put into sentences."""

from __future__ import annotations

from ohdio_core.sentences import Sentence, sentence


def books_in_sentence(count: int) -> Sentence:
    """Return a number of books."""
    return sentence("count.book", "1 book") if count == 1 else sentence("count.books", "{count} books", count=count)


def missing_in_sentence(count: int) -> Sentence:
    """Return a number of books that are missing."""
    if count == 1:
        return sentence("count.missing_book", "1 book that is missing")
    return sentence("count.missing_books", "{count} books that are missing", count=count)


def both_in_sentence(books: int, scans: int) -> Sentence:
    """Return how many books and scans there are, of those that there are any of."""
    counted = sentence("count.scan", "1 scan") if scans == 1 else sentence("count.scans", "{count} scans", count=scans)
    if not scans:
        return books_in_sentence(books)
    if not books:
        return counted
    return sentence("count.both", "{books} and {scans}", books=books_in_sentence(books), scans=counted)
