"""Routes of the library."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from ohdio_api.audiobooks.facets import FacetService
from ohdio_api.library.renames import RenameService
from ohdio_api.library.service import LibraryService
from ohdio_api.paging import Cursor, Limit, SearchText
from ohdio_api.provide import given
from ohdio_core.schemas.audiobooks import AudiobookSort, LibraryFacets
from ohdio_core.schemas.library import (
    Arrivals,
    LibraryPage,
    MissingBooks,
    MissingIds,
    RenameList,
    RenameOrder,
)
from ohdio_core.schemas.pages import Order
from ohdio_core.schemas.queue import Concerned

router = APIRouter(prefix="/library", tags=["library"])

Service = Annotated[LibraryService, Depends(given(LibraryService))]
Renames = Annotated[RenameService, Depends(given(RenameService))]
ByHand = Annotated[bool, Query(description="Those that people have put elsewhere, too.")]


@router.get("")
def list_library(
    *,
    library: Service,
    q: SearchText = None,
    sort: AudiobookSort = AudiobookSort.ADDED,
    order: Order = Order.ASC,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> LibraryPage:
    """List the books whose files are in the library now, wherever they were moved in it.

    A page is shorter by those that are not there, and `missing` counts them; `next` says whether there is another one.
    """
    return library.page(words=q, sort=sort, order=order, cursor=cursor, limit=limit)


@router.get("/arrivals")
def list_arrivals(library: Service, limit: Limit = 10) -> Arrivals:
    """List the books that were filed within a day, the last one first."""
    return Arrivals(items=library.audiobooks.arrivals(limit))


@router.get("/facets")
def count_library(facets: Annotated[FacetService, Depends(given(FacetService))]) -> LibraryFacets:
    """Count the books of the library by author, narrator, series, language and source.

    In a large library the numbers are of a while ago.
    """
    return facets.facets()


@router.get("/renames")
def list_renames(renames: Renames, *, by_hand: ByHand = False) -> RenameList:
    """List what would become of the folders of books by the names of today (`BOOK_NAMES`); nothing is moved."""
    return renames.plan(by_hand=by_hand)


@router.post("/renames")
def order_renames(renames: Renames, body: RenameOrder) -> Concerned:
    """Move the folders of all books to where they belong by the names of today, each in one rename.

    It goes on after whatever interrupts it; `under_way` of the list says how many are left.
    """
    return Concerned(changed=renames.order(by_hand=body.by_hand))


@router.get("/missing")
def list_missing(library: Service, q: SearchText = None) -> MissingBooks:
    """List complete books whose files are gone; 503 when the library itself is not there."""
    return library.missing(q)


@router.post("/missing/fetch")
def fetch_missing(library: Service, body: MissingIds) -> Concerned:
    """Fetch missing books again."""
    return Concerned(changed=library.fetch(body.ids))


@router.post("/missing/forget")
def forget_missing(library: Service, body: MissingIds) -> Concerned:
    """Forget missing books: no scan brings them back, their own links or `again` do. No file is touched."""
    return Concerned(changed=library.forget(body.ids))
