"""Serving a file of the library, whole or in part."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import formatdate
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from ohdio_api.audiobooks.ranges import ByteRange, requested_range
from ohdio_core.domain.formats import audio_format, picture_format

_CHUNK = 256 * 1024


def serve_file(request: Request, path: Path) -> Response:
    """Answer a GET or HEAD with a file: 200, 206 for a range, 304 for what the client has already.

    Raises:
        FileNotFoundError: It is gone.
        Refusal: The range lies outside the file.
    """
    status = path.stat()
    etag = f'"{status.st_mtime_ns:x}-{status.st_size:x}"'
    modified = formatdate(status.st_mtime, usegmt=True)
    headers = {
        "Accept-Ranges": "bytes",
        "ETag": etag,
        "Last-Modified": modified,
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f"inline; filename*=utf-8''{quote(path.name, safe='')}",
    }
    if _is_known(request, etag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    part = None
    condition = request.headers.get("if-range")
    if condition is None or condition in (etag, modified):
        part = requested_range(request.headers.get("range"), status.st_size)
    code = HTTPStatus.OK
    if part is not None:
        code = HTTPStatus.PARTIAL_CONTENT
        headers["Content-Range"] = f"bytes {part.first}-{part.last}/{status.st_size}"
    served = part or ByteRange(0, status.st_size - 1)
    headers["Content-Length"] = str(served.length)
    served_as = audio_format(path) or picture_format(path)
    media_type = None if served_as is None else served_as.media_type
    if request.method == "HEAD":
        return Response(status_code=code, headers=headers, media_type=media_type)
    return StreamingResponse(_read(path, served), status_code=code, headers=headers, media_type=media_type)


def _is_known(request: Request, etag: str) -> bool:
    known = request.headers.get("if-none-match")
    return known is not None and (known.strip() == "*" or etag in (tag.strip() for tag in known.split(",")))


def _read(path: Path, part: ByteRange) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(part.first)
        remaining = part.length
        while remaining > 0 and (chunk := file.read(min(_CHUNK, remaining))):
            remaining -= len(chunk)
            yield chunk
