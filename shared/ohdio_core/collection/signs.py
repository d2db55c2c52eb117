"""Names of books that their listing calls otherwise at each look.

A feed that is made anew at each request may have new ids every time. What else such an item tells (``BookRef.signs``)
is remembered with the name under which it was found first, so that whoever meets it again uses that name. Names are
kept apart from audiobooks: what a person removed is to be recognised as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from ohdio_core.db.session import UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.domain.audiobook import FORMER_SIGN, BookRef


def settle_names(work: UnitOfWork, books: Sequence[BookRef]) -> list[BookRef]:
    """Return these books under the names by which they are known, and remember their signs.

    For one listing it is called by one scan at a time.
    """
    named = find_names(work.session, books)
    signed = [(book, sign) for book in named for sign in book.signs if _kind(sign) != FORMER_SIGN]
    if signed:
        rows = {
            "sources": [book.source for book, _ in signed],
            "signs": [sign for _, sign in signed],
            "external_ids": [book.external_id for book, _ in signed],
            "urls": [book.url for book, _ in signed],
        }
        work.execute(_REMEMBER, rows)
        # Books of earlier versions have it until more is known of them.
        work.execute(_FORGET_FORMER, {"sources": rows["sources"], "external_ids": rows["external_ids"]})
    return named


def find_names(session: Session, books: Sequence[BookRef]) -> list[BookRef]:
    """Return these books, in order, under the names by which they are known; a name is given to one of them at most.

    A book that is known under its own name keeps it, whatever its signs say.
    """
    if not any(book.signs for book in books):
        return list(books)
    own = _known_as_they_are(session, books)
    strangers = [book for book in books if book.url not in own]
    found = _named_by_signs(session, strangers)
    taken = {(book.source, book.external_id) for book in books if book.url in own}
    named = []
    for book in books:
        if book.url not in own:
            book = _renamed(book, found, taken)  # noqa: PLW2901
        named.append(book)
    return named


def _renamed(book: BookRef, found: Mapping[tuple[str, str], tuple[str, str]], taken: set[tuple[str, str]]) -> BookRef:
    """Return a book under the name of its most certain sign that no other book has taken; take it."""
    for sign in book.signs:
        if (name := found.get((book.source, sign))) is not None and (book.source, name[0]) not in taken:
            book = replace(book, external_id=name[0], url=name[1])
            break
    taken.add((book.source, book.external_id))
    return book


def _known_as_they_are(session: Session, books: Sequence[BookRef]) -> set[str]:
    rows = session.execute(
        _KNOWN,
        {
            "urls": [book.url for book in books],
            "sources": [book.source for book in books],
            "external_ids": [book.external_id for book in books],
        },
    )
    return {row.url for row in rows}


def _named_by_signs(session: Session, books: Sequence[BookRef]) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the names (id, URL) that go with these books' signs, by source and sign."""
    signed = [(book.source, sign) for book in books for sign in book.signs]
    parameters: dict[str, Any] = {"sources": [each[0] for each in signed], "signs": [each[1] for each in signed]}
    rows = session.execute(_NAMES, parameters)
    return {(row.source, row.sign): (row.external_id, row.url) for row in rows}


def _kind(sign: str) -> str:
    return sign.partition("-")[0]


_KNOWN = sql(
    """
    SELECT named.url
    FROM unnest(CAST(:urls AS text[]), CAST(:sources AS text[]), CAST(:external_ids AS text[]))
        AS named (url, source, external_id)
    WHERE EXISTS (SELECT FROM audiobooks AS book WHERE book.url = named.url)
       OR EXISTS (
            SELECT FROM audiobooks AS book WHERE book.source = named.source AND book.external_id = named.external_id
       )
       OR EXISTS (SELECT FROM unwanted_books AS mark WHERE mark.url = named.url)
       OR EXISTS (
            SELECT FROM unwanted_books AS mark
            WHERE mark.source = named.source AND mark.external_id = named.external_id
       )
    """,
    "url",
)

_NAMES = sql(
    """
    SELECT source, sign, external_id, url FROM book_signs
    WHERE (source, sign) IN (SELECT * FROM unnest(CAST(:sources AS text[]), CAST(:signs AS text[])))
    """,
    *("source", "sign", "external_id", "url"),
)

# One of each kind: a length that differs at each look would make ever more of them.
_REMEMBER = sql(
    """
    INSERT INTO book_signs (source, sign, external_id, url)
    SELECT source, sign, external_id, url
    FROM unnest(
        CAST(:sources AS text[]), CAST(:signs AS text[]), CAST(:external_ids AS text[]), CAST(:urls AS text[])
    ) AS told (source, sign, external_id, url)
    WHERE NOT EXISTS (
        SELECT FROM book_signs AS known
        WHERE known.source = told.source AND known.external_id = told.external_id
          AND split_part(known.sign, '-', 1) = split_part(told.sign, '-', 1)
    )
    ORDER BY source, sign
    ON CONFLICT (source, sign) DO NOTHING
    """
)

_FORGET_FORMER = sql(
    """
    DELETE FROM book_signs WHERE sign LIKE 'former-%' AND (source, external_id) IN (
        SELECT * FROM unnest(CAST(:sources AS text[]), CAST(:external_ids AS text[]))
    )
    """
)
