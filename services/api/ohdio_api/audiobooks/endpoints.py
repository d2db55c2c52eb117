"""Routes of books."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from ohdio_api.audiobooks.facets import Picked, read_picked
from ohdio_api.audiobooks.files import serve_file, serve_thumbnail
from ohdio_api.audiobooks.service import AudiobookService
from ohdio_api.audiobooks.several import Carried, SeveralBooks
from ohdio_api.audiobooks.shelf import Shelf
from ohdio_api.audiobooks.thumbnails import CoverSize
from ohdio_api.audiobooks.trace import TraceService
from ohdio_api.paging import IN_DIGITS, Cursor, Limit, LinkText, RowId, SearchText
from ohdio_api.problems import problems
from ohdio_api.provide import given
from ohdio_core.domain.book_form import BookForm
from ohdio_core.schemas.audiobooks import AudiobookDetail, AudiobookSort, AudiobookView, BookEdit
from ohdio_core.schemas.body import WITHOUT_NUL
from ohdio_core.schemas.pages import Order, Page
from ohdio_core.schemas.sentences import SentenceView
from ohdio_core.schemas.trace import BookTrace
from ohdio_core.schemas.trash import BookIds, ChangedBooks, ConversionOrder, ConvertedBooks, DeletedBooks

router = APIRouter(prefix="/audiobooks", tags=["audiobooks"])

Audiobooks = Annotated[AudiobookService, Depends(given(AudiobookService))]
Traces = Annotated[TraceService, Depends(given(TraceService))]
BookShelf = Annotated[Shelf, Depends(given(Shelf))]
SomeBooks = Annotated[SeveralBooks, Depends(given(SeveralBooks))]
Part = Annotated[int, Query(ge=1, le=100_000, description="Of a book of several parts.", examples=[1]), IN_DIGITS]

Size = Annotated[
    CoverSize | None, Query(description="The longest side in pixels; smaller covers stay as they are.", examples=[320])
]

_MISSING = problems(HTTPStatus.NOT_FOUND)
_MISSING_OR_UNFIT = problems(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)


def _bytes_of(kind: str) -> dict[str, Any]:
    return {"content": {kind: {"schema": {"type": "string", "format": "binary"}}}}


_AUDIO: dict[int | str, dict[str, Any]] = {
    200: {"description": "The whole part.", **_bytes_of("audio/*")},
    206: {"description": "The bytes that Range asked for.", **_bytes_of("audio/*")},
    304: {"description": "The client has it already (If-None-Match)."},
    **problems(HTTPStatus.NOT_FOUND, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE),
}
_COVER: dict[int | str, dict[str, Any]] = {
    **_AUDIO,
    200: {"description": "The picture.", **_bytes_of("image/*")},
    206: {"description": "The bytes that Range asked for.", **_bytes_of("image/*")},
    307: {"description": "The picture is at its source."},
}


@router.get("")
def list_audiobooks(
    *,
    audiobooks: Audiobooks,
    q: SearchText = None,
    url: LinkText = None,
    added_by: Annotated[
        str | None,
        Query(
            max_length=4000,
            pattern=WITHOUT_NUL,
            description="Only books that scans of this link have added: they were not known before, and no other "
            "link's scan has found them.",
        ),
    ] = None,
    is_filed: Annotated[bool | None, Query(description="Only what is in the library, or only what is not.")] = None,
    picked: Annotated[Picked, Depends(read_picked)],
    sort: AudiobookSort = AudiobookSort.ADDED,
    order: Order = Order.ASC,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[AudiobookView]:
    """List books, a page at a time; `q` looks into titles, authors and names of shows."""
    return audiobooks.page(
        words=q,
        url=url,
        scan_url=added_by,
        is_filed=is_filed,
        picked=picked,
        sort=sort,
        order=order,
        cursor=cursor,
        limit=limit,
    )


@router.get("/{audiobook_id}", responses=_MISSING)
def get_audiobook(audiobooks: Audiobooks, audiobook_id: RowId) -> AudiobookDetail:
    """Read one book with its parts."""
    return audiobooks.get(audiobook_id)


@router.get("/{audiobook_id}/trace", responses=_MISSING)
def trace_audiobook(traces: Traces, audiobook_id: RowId) -> BookTrace:
    """Read what happened to a book, from the submission to the file: scans, runs, waits and where it is."""
    return traces.trace(audiobook_id)


@router.post("/delete")
def delete_audiobooks(several: SomeBooks, body: BookIds) -> DeletedBooks:
    """Delete several books, each as `DELETE /audiobooks/{audiobook_id}` does; for seven days that can be undone."""
    carried = several.delete(body.ids)
    return DeletedBooks(changed=carried.books, removal=carried.removal, problems=_problems(carried))


@router.post("/download")
def download_audiobooks(several: SomeBooks, body: BookIds) -> ChangedBooks:
    """Download several books again; their files stay until the new ones are there."""
    carried = several.download_again(body.ids)
    return ChangedBooks(changed=carried.books, problems=_problems(carried))


@router.post("/convert")
def convert_audiobooks(several: SomeBooks, body: ConvertedBooks) -> ChangedBooks:
    """Make one file of each of several books, as `POST /audiobooks/{audiobook_id}/convert` does."""
    carried = several.convert(body.ids, BookForm(body.form))
    return ChangedBooks(changed=carried.books, problems=_problems(carried))


def _problems(carried: Carried) -> list[SentenceView]:
    return [view for problem in carried.problems if (view := SentenceView.of(problem)) is not None]


@router.patch("/{audiobook_id}", responses=_MISSING_OR_UNFIT)
def edit_audiobook(audiobooks: Audiobooks, audiobook_id: RowId, body: BookEdit) -> AudiobookDetail:
    """Change what is said of a book, here and in its files; no later description changes it back.

    409 where somebody else has changed it since `revision`.
    """
    return audiobooks.edit(audiobook_id, body.changes, revision=body.revision)


@router.delete("/{audiobook_id}", status_code=HTTPStatus.NO_CONTENT, responses=_MISSING_OR_UNFIT)
def delete_audiobook(audiobooks: Audiobooks, audiobook_id: RowId) -> None:
    """Delete a book: its download is stopped, its files go to the trash, from where all of it can be had back."""
    audiobooks.delete(audiobook_id)


@router.post("/{audiobook_id}/download", status_code=HTTPStatus.ACCEPTED, responses=_MISSING_OR_UNFIT)
def download_audiobook(audiobooks: Audiobooks, audiobook_id: RowId) -> AudiobookDetail:
    """Download a book again; its files stay until the new ones are there."""
    return audiobooks.download_again(audiobook_id)


@router.post("/{audiobook_id}/convert", status_code=HTTPStatus.ACCEPTED, responses=_MISSING_OR_UNFIT)
def convert_audiobook(audiobooks: Audiobooks, audiobook_id: RowId, body: ConversionOrder) -> AudiobookDetail:
    """Make one file of a book in the library; the old ones stay until it is verified, and go to the trash then."""
    return audiobooks.convert(audiobook_id, BookForm(body.form))


@router.get("/{audiobook_id}/audio", response_class=Response, responses=_AUDIO)
def play_audiobook(shelf: BookShelf, request: Request, audiobook_id: RowId, part: Part = 1) -> Response:
    """Send the audio of one part; Range, If-Range and If-None-Match are understood."""
    return serve_file(request, shelf.library, shelf.audio(audiobook_id, part))


@router.head("/{audiobook_id}/audio", response_class=Response, responses=_AUDIO)
def measure_audiobook(shelf: BookShelf, request: Request, audiobook_id: RowId, part: Part = 1) -> Response:
    """Return how large the audio of one part is, and of what type."""
    return serve_file(request, shelf.library, shelf.audio(audiobook_id, part))


@router.get("/{audiobook_id}/cover", response_class=Response, responses=_COVER)
def show_cover(shelf: BookShelf, request: Request, audiobook_id: RowId, size: Size = None) -> Response:
    """Send the cover, or say where it is; with `size` a small copy, as JPEG, of that in the library alone."""
    return _cover(shelf, request, audiobook_id, size)


@router.head("/{audiobook_id}/cover", response_class=Response, responses=_COVER)
def measure_cover(shelf: BookShelf, request: Request, audiobook_id: RowId, size: Size = None) -> Response:
    """Return how large the cover is, and of what type."""
    return _cover(shelf, request, audiobook_id, size)


def _cover(shelf: Shelf, request: Request, audiobook_id: int, size: CoverSize | None) -> Response:
    if size is not None:
        return serve_thumbnail(request, *shelf.thumbnail(audiobook_id, size))
    cover = shelf.cover(audiobook_id)
    return RedirectResponse(cover) if isinstance(cover, str) else serve_file(request, shelf.library, cover)
