"""The page of the library."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from ohdio_api.audiobooks.service import AudiobookService
from ohdio_api.web.library.book_list import VIEW_COOKIE, BookList, View, read_book_list
from ohdio_api.web.library.several import MOST, matching
from ohdio_api.web.library.shelf import show_book, show_groups
from ohdio_api.web.pages import set_cookie
from ohdio_api.web.reader import A_YEAR, reader_of
from ohdio_api.web.services import Audiobooks, Facets, Missing, Positions, TheListener, ThePages
from ohdio_api.web.words import Words
from ohdio_core.schemas.audiobooks import AudiobookView
from ohdio_core.schemas.pages import Page

router = APIRouter(include_in_schema=False)

_PAGE = {View.GRID: 48, View.LIST: 50}


@router.get("/library")
def show_library(
    *,
    request: Request,
    pages: ThePages,
    audiobooks: Audiobooks,
    facets: Facets,
    library: Missing,
    positions: Positions,
    listener: TheListener,
    listed: Annotated[BookList, Depends(read_book_list)],
) -> HTMLResponse:
    """Return the books that are complete."""
    words = reader_of(request).words
    shown = _read(audiobooks, listed)
    page = shown.page
    heard = positions.heard(listener, [book.id for book in page.items])
    counted = facets.facets()
    aside = library.count_aside()
    answer = pages.render(
        request,
        "library/page.html",
        listed=listed,
        books=[show_book(book, words, heard.get(book.id)) for book in page.items],
        following=page.next,
        groups=list(show_groups(counted, listed, words)),
        books_in_all=counted.books,
        length=words.length(counted.seconds) if counted.seconds else None,
        everything=_everything(audiobooks, listed, shown, counted.books, words),
        in_trash=aside.in_trash,
        conversions=aside.conversions,
    )
    if listed.is_view_chosen:
        set_cookie(request, answer, VIEW_COOKIE, listed.view, max_age=A_YEAR)
    return answer


class _Shown(NamedTuple):
    """A page of books."""

    page: Page[AudiobookView]
    ids: Sequence[int] | None  #: of those on all pages, none of too many; None where they are not known with it


def _read(audiobooks: AudiobookService, listed: BookList) -> _Shown:
    limit = _PAGE[listed.view]
    if listed.q:
        found = audiobooks.found(
            words=listed.q,
            picked=listed.picked,
            sort=listed.sort,
            order=listed.order,
            cursor=listed.cursor,
            limit=limit,
            most=MOST,
        )
        if found is not None:
            return _Shown(*found)
    page = audiobooks.page(
        words=listed.q,
        url=None,
        scan_url=None,
        is_filed=True,
        picked=listed.picked,
        sort=listed.sort,
        order=listed.order,
        cursor=listed.cursor,
        limit=limit,
    )
    return _Shown(page, None)


class _Everything(NamedTuple):
    """What a list has on all its pages."""

    label: str
    books: str  #: how many, for people
    ids: Sequence[int]  #: an order is for these and no others, whatever comes meanwhile


def _everything(
    audiobooks: AudiobookService, listed: BookList, shown: _Shown, in_all: int, words: Words
) -> _Everything | None:
    """Return what the offer of all pages is for; None where there is no other page, or too much.

    Args:
        in_all: The books of the library.
    """
    if shown.page.next is None and listed.cursor is None:
        return None
    if not listed.is_narrowed and in_all > MOST:
        return None
    ids = matching(audiobooks, listed) if shown.ids is None else shown.ids
    if not ids:
        return None
    label = words.gettext("All %(count)s that match") % {"count": words.number(len(ids))}
    return _Everything(label, words.books(len(ids)), ids)
