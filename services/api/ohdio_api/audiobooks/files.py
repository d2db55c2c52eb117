"""Serving a file of the library, whole or in part."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from email.utils import formatdate
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from ohdio_api.audiobooks.archive import Archive
from ohdio_api.audiobooks.joined import JoinedBook
from ohdio_api.audiobooks.ranges import ByteRange, requested_range
from ohdio_api.audiobooks.thumbnails import MEDIA_TYPE
from ohdio_core.domain.formats import audio_format, picture_format
from ohdio_core.library import Library, LibraryFile


class _Content(StreamingResponse):
    """Bytes of a file, which is closed when they are sent, and also when the client goes away in the middle."""

    def __init__(self, content: Generator[bytes], **response: Any) -> None:
        super().__init__(content, **response)
        self._content = content

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send them."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._content.close()


class _Served(NamedTuple):
    """What is sent, whole or in part."""

    size: int  #: bytes
    etag: str
    media_type: str | None
    modified: str | None  #: when it was changed last, as HTTP has it
    read: Callable[[int, int], Generator[bytes]]


def serve_file(request: Request, library: Library, file: LibraryFile) -> Response:
    """Answer a GET or HEAD with a file: 200, 206 for a range, 304 for what the client has already.

    Raises:
        Refusal: The range lies outside the file.
    """
    served_as = audio_format(file.name) or picture_format(file.name)
    served = _Served(
        size=file.size,
        etag=f'"{file.modified_ns:x}-{file.size:x}"',
        media_type=None if served_as is None else served_as.media_type,
        modified=formatdate(file.modified_ns // 10**9, usegmt=True),
        read=lambda start, length: library.read(file.name, start, length),
    )
    name = quote(file.name.name, safe="")
    return _serve(request, served, {"Content-Disposition": f"inline; filename*=utf-8''{name}"})


def serve_joined(request: Request, book: JoinedBook) -> Response:
    """Answer a GET or HEAD with all parts of a book as one file, as ``serve_file`` does.

    Raises:
        Refusal: The range lies outside of it.
    """
    return _serve(request, _Served(book.size, book.etag, book.media_type, None, book.read), {})


def serve_archive(name: str, archive: Archive) -> Response:
    """Answer a GET with an archive that is made while it is sent.

    Args:
        name: What a browser calls it.
    """
    headers = {
        "Content-Length": str(archive.size),
        "Content-Disposition": f"attachment; filename*=utf-8''{quote(name, safe='')}",
        "Cache-Control": "private, no-store",
    }
    return _Content(archive.chunks(), headers=headers, media_type="application/zip")


def _serve(request: Request, served: _Served, more: Mapping[str, str]) -> Response:
    etag = served.etag
    headers = {
        "Accept-Ranges": "bytes",
        "ETag": etag,
        "Cache-Control": "private, no-cache",
        "X-Content-Type-Options": "nosniff",
        **more,
    }
    if served.modified is not None:
        headers["Last-Modified"] = served.modified
    if is_known(request, etag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    part = None
    condition = request.headers.get("if-range")
    if condition is None or condition in (etag, served.modified):
        part = requested_range(request.headers.get("range"), served.size)
    code = HTTPStatus.OK
    if part is not None:
        code = HTTPStatus.PARTIAL_CONTENT
        headers["Content-Range"] = f"bytes {part.first}-{part.last}/{served.size}"
    sent = part or ByteRange(0, served.size - 1)
    headers["Content-Length"] = str(sent.length)
    if request.method == "HEAD":
        return Response(status_code=code, headers=headers, media_type=served.media_type)
    content = served.read(sent.first, sent.length)
    return _Content(content, status_code=code, headers=headers, media_type=served.media_type)


def serve_thumbnail(request: Request, name: str, picture: bytes) -> Response:
    """Answer a GET or HEAD with a small picture.

    Args:
        name: Changes with what it shows.
        picture: A JPEG.
    """
    etag = f'"{name}"'
    # A page of the library shows 48: browsers ask for none of them again while one looks around.
    headers = {"ETag": etag, "Cache-Control": "private, max-age=600", "X-Content-Type-Options": "nosniff"}
    if is_known(request, etag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    headers["Content-Length"] = str(len(picture))
    return Response(b"" if request.method == "HEAD" else picture, headers=headers, media_type=MEDIA_TYPE)


def is_known(request: Request, etag: str) -> bool:
    """Return whether the client has this version (If-None-Match, RFC 9110 section 13.1.2: compared weakly)."""
    known = request.headers.get("if-none-match")
    return known is not None and (
        known.strip() == "*" or etag in (tag.strip().removeprefix("W/") for tag in known.split(","))
    )
