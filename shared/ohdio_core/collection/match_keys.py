"""Recognition of books whose listing changes their ids.

A feed that is generated anew at each request may have new ids every time. What else identifies such an item
(``BookRef.match_keys``) is stored with the id and URL under which it was found first, so that later scans use these.
They are stored apart from audiobooks, because books that a person removed are recognised as well. Column: ``sign``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import UnitOfWork
from ohdio_core.domain.audiobook import FORMER_KEY, BookRef
from ohdio_core.domain.identity import identity_of

_SQL = NamedSql(__name__)
_LOCK = _SQL.statement("lock")
_FIND_KNOWN = _SQL.statement("find_known")
_FIND_BY_KEY = _SQL.statement("find_by_key")
_STORE = _SQL.statement("store")
_DELETE_FORMER = _SQL.statement("delete_former")


def recognise_and_store_keys(work: UnitOfWork, books: Sequence[BookRef]) -> list[BookRef]:
    """Return the books under the ids and URLs by which they are known, and store their match keys.

    Of two that read one listing, a scan and a check for instance, the second waits for the commit of the first: with
    other ids at each look neither could otherwise recognise what the other adds. Nothing else waits.
    """
    for listing in sorted({_listing_of(book) for book in books if book.match_keys}):
        work.execute(_LOCK, {"listing": listing})
    named = recognise_books(work.session, books)
    keyed = [(book, key) for book in named for key in book.match_keys if _kind(key) != FORMER_KEY]
    if keyed:
        rows = {
            "sources": [book.source for book, _ in keyed],
            "signs": [key for _, key in keyed],
            "external_ids": [book.external_id for book, _ in keyed],
            "urls": [book.url for book, _ in keyed],
        }
        work.execute(_STORE, rows)
        # Books of earlier versions have it until more is known of them.
        work.execute(_DELETE_FORMER, {"sources": rows["sources"], "external_ids": rows["external_ids"]})
    return named


def recognise_books(session: Session, books: Sequence[BookRef]) -> list[BookRef]:
    """Return the books, in order, under the ids and URLs by which they are known; no two get the same.

    A book that is known under its own id or URL keeps both, whatever its match keys say.
    """
    if not any(book.match_keys for book in books):
        return list(books)
    own = _with_known_ids(session, books)
    strangers = [book for book in books if book.url not in own]
    found = _identities_by_key(session, strangers)
    taken = {(book.source, book.external_id) for book in books if book.url in own}
    named = []
    for book in books:
        if book.url not in own:
            book = _recognised(book, found, taken)  # noqa: PLW2901
        named.append(book)
    return named


def _recognised(
    book: BookRef, found: Mapping[tuple[str, str], tuple[str, str]], taken: set[tuple[str, str]]
) -> BookRef:
    """Return a book with the id and URL of its most certain match key that no other book has taken; take them."""
    for key in book.match_keys:
        if (name := found.get((book.source, key))) is not None and (book.source, name[0]) not in taken:
            book = replace(book, external_id=name[0], url=name[1])
            break
    taken.add((book.source, book.external_id))
    return book


def _with_known_ids(session: Session, books: Sequence[BookRef]) -> set[str]:
    rows = session.execute(
        _FIND_KNOWN,
        {
            "urls": [book.url for book in books],
            "sources": [book.source for book in books],
            "external_ids": [book.external_id for book in books],
        },
    )
    return {row.url for row in rows}


def _identities_by_key(session: Session, books: Sequence[BookRef]) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the id and URL stored with each match key of these books, by source and key."""
    keyed = [(book.source, key) for book in books for key in book.match_keys]
    parameters: dict[str, Any] = {"sources": [each[0] for each in keyed], "signs": [each[1] for each in keyed]}
    rows = session.execute(_FIND_BY_KEY, parameters)
    return {(row.source, row.sign): (row.external_id, row.url) for row in rows}


def _listing_of(book: BookRef) -> str:
    """Return what names the listing of a book, by its own link; no two listings have a match key in common."""
    listing, mark, _ = book.url.partition("#")
    return identity_of(listing if mark else listing.rpartition("/")[0])


def _kind(key: str) -> str:
    return key.partition("-")[0]
