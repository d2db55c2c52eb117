"""Serving a file of the library, whole or in part."""

from __future__ import annotations

from email.utils import formatdate
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import FileResponse
from starlette.types import Receive, Scope, Send

from ohdio_api.audiobooks.ranges import ByteRange, requested_range
from ohdio_core.domain.formats import audio_format, picture_format


class _File(FileResponse):
    """A file, of which the part is sent that ``requested_range`` has read, whatever the header looks like."""

    chunk_size = 256 * 1024  # a quarter of the hops between threads

    def __init__(self, path: Path, part: ByteRange | None, **response: Any) -> None:
        super().__init__(path, **response)
        self._part = part

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        headers = [pair for pair in scope["headers"] if pair[0] not in {b"range", b"if-range"}]
        if self._part is not None:
            headers.append((b"range", f"bytes={self._part.first}-{self._part.last}".encode()))
        await super().__call__({**scope, "headers": headers}, receive, send)


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
    served_as = audio_format(path) or picture_format(path)
    media_type = None if served_as is None else served_as.media_type
    return _File(path, part, headers=headers, media_type=media_type, stat_result=status)


def _is_known(request: Request, etag: str) -> bool:
    """Return whether the client has this version (If-None-Match, RFC 9110 section 13.1.2: compared weakly)."""
    known = request.headers.get("if-none-match")
    return known is not None and (
        known.strip() == "*" or etag in (tag.strip().removeprefix("W/") for tag in known.split(","))
    )
