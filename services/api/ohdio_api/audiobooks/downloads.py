"""Routes by which books are kept on other devices."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from ohdio_api.audiobooks.files import serve_archive
from ohdio_api.audiobooks.shelf import Shelf
from ohdio_api.paging import IN_DIGITS, RowId
from ohdio_api.problems import problems
from ohdio_api.provide import given
from ohdio_core.schemas.body import MAX_ID

router = APIRouter(tags=["audiobooks"])

BookShelf = Annotated[Shelf, Depends(given(Shelf))]
_MOST = 200  # books at once
_ARCHIVE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A ZIP archive.",
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
    },
    **problems(HTTPStatus.NOT_FOUND),
}
Ids = Annotated[
    list[Annotated[int, Query(ge=1, le=MAX_ID), IN_DIGITS]],
    Query(alias="audiobook", min_length=1, max_length=_MOST, description="Which books.", examples=[[1, 2]]),
]


@router.get("/audiobooks/{audiobook_id}/download", response_class=Response, responses=_ARCHIVE)
def save_audiobook(shelf: BookShelf, audiobook_id: RowId) -> Response:
    """Send a book as a ZIP archive with all of its files, named as in the library."""
    return serve_archive(*shelf.packed([audiobook_id]))


@router.get("/library/download", response_class=Response, responses=_ARCHIVE)
def save_audiobooks(shelf: BookShelf, ids: Ids) -> Response:
    """Send several books as one ZIP archive, each in its folder of the library."""
    return serve_archive(*shelf.packed(ids))
