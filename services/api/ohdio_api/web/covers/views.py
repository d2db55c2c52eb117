"""The pictures of books, as pages show them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from ohdio_api.audiobooks.files import serve_thumbnail
from ohdio_api.audiobooks.shelf import Shelf
from ohdio_api.audiobooks.thumbnails import CoverSize
from ohdio_api.paging import RowId
from ohdio_api.problems import Refusal
from ohdio_api.provide import given
from ohdio_core.errors import Postponed

router = APIRouter(include_in_schema=False)

#: Seen through, so that what stands behind it is seen: the book's first letter.
_NOTHING = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'


@router.get("/covers/{audiobook_id}")
def show_cover(
    request: Request,
    shelf: Annotated[Shelf, Depends(given(Shelf))],
    audiobook_id: RowId,
    size: CoverSize = CoverSize.MEDIUM,
) -> Response:
    """Send a small copy of a book's cover; an empty picture where there is none, never one of another server."""
    try:
        return serve_thumbnail(request, *shelf.thumbnail(audiobook_id, size))
    except (Refusal, Postponed):  # there is none, or the library is out of reach: what is wrong is said elsewhere
        return Response(_NOTHING, media_type="image/svg+xml", headers={"Cache-Control": "private, max-age=60"})
