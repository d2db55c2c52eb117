"""What the books of a page are called: links that find them again, and ids that stay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from ohdio_core.domain.audiobook import BookRef
from ohdio_core.domain.identity import identity_of
from ohdio_core.sources.canonical import canonical_url
from ohdio_core.sources.web import links
from ohdio_core.sources.web.content import Content
from ohdio_core.sources.web.found import FoundBook


def refs_on(content: Content, page: str) -> tuple[BookRef, ...]:
    """Return all books on a page: its own, those of other sources in its frames, and the playlists that it links to."""
    playlists = [BookRef(links.NAME, other, identity_of(other)) for other in map(canonical_url, content.playlists)]
    return (*refs_of(content.books, page), *content.framed, *playlists)


def refs_of(books: tuple[FoundBook, ...], page: str) -> list[BookRef]:
    """Return the books of a page: an only one under the page's URL, others under their own page or their recordings."""
    if len(books) == 1 and books[0].url is None:
        return [books[0].ref(page)]
    # By http and by https the id is one; the address is what the book was stored by, whatever ids are made of.
    urls = _made_distinct(books, str, partial(links.book_url, page))
    ids = _made_distinct(books, identity_of, partial(links.book_id, page))
    return [replace(book.ref(url), external_id=its_id) for book, url, its_id in zip(books, urls, ids, strict=True)]


def _made_distinct(
    books: tuple[FoundBook, ...], by_own_page: Callable[[str], str], by_key: Callable[[str], str]
) -> list[str]:
    names: list[str] = []
    taken = set[str]()
    for book in books:
        key = book.key or book.details.title
        name = by_own_page(book.url) if book.url else by_key(key)
        # Two that begin with the same recording are told apart by their titles.
        name = by_key(f"{key} {book.details.title}") if name in taken else name
        taken.add(name)
        names.append(name)
    return names
