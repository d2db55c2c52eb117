"""Routes of the library."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from ohdio_api.audiobooks.facets import FacetService
from ohdio_api.library.service import LibraryService
from ohdio_api.paging import Cursor, Limit, SearchText
from ohdio_api.provide import given
from ohdio_core.schemas.audiobooks import AudiobookSort, LibraryFacets
from ohdio_core.schemas.library import Arrivals, LibraryPage, MissingBooks, MissingIds
from ohdio_core.schemas.pages import Order
from ohdio_core.schemas.queue import Concerned

router = APIRouter(prefix="/library", tags=["library"])

Service = Annotated[LibraryService, Depends(given(LibraryService))]


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
