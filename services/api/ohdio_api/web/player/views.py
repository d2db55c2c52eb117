"""The sound of a book as one file, where its parts can be laid end to end."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Request
from starlette.responses import Response

from ohdio_api.audiobooks.files import serve_joined
from ohdio_api.paging import RowId
from ohdio_api.problems import Refusal
from ohdio_api.web.services import BookShelf
from ohdio_core.sentences import sentence

router = APIRouter(include_in_schema=False)


@router.api_route("/books/{audiobook_id}/sound", methods=["GET", "HEAD"])
def send_sound(request: Request, shelf: BookShelf, audiobook_id: RowId) -> Response:
    """Send all parts as one file, or a range of it."""
    joined = shelf.joined(audiobook_id)
    if joined is None:
        raise Refusal(
            HTTPStatus.NOT_FOUND,
            sentence("book.not_joined", "The parts of book {id} are files of their own.", id=audiobook_id),
        )
    return serve_joined(request, joined)
