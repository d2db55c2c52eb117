"""What goes out: answers as records, and how a file is answered (whole, in a range, or not at all)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tests.sites.connection import Request
from tests.sites.media import MediaFile
from tests.sites.ranges import NotSatisfiable, is_same_version, requested_range

Header = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, and how it is sent. Content-Length is the length of the body."""

    status: int
    body: bytes | memoryview = b""
    headers: tuple[Header, ...] = ()
    rate: float | None = None  #: bytes a second; None for the origin's own rate
    cut_after: int | None = None  #: bytes of the body after which the connection is closed
    is_silent: bool = False  #: nothing is sent at all


def content(body: bytes, content_type: str, *headers: Header, status: int = 200) -> Answer:
    """An answer with a body of this type."""
    return Answer(status, body, (("Content-Type", content_type), *headers))


def file_answer(file: MediaFile, request: Request, *, with_ranges: bool = True) -> Answer:
    """A file, as the Range and If-Range headers ask for it (RFC 9110)."""
    headers: tuple[Header, ...] = (
        ("Content-Type", file.content_type),
        ("ETag", file.etag),
        ("Last-Modified", file.last_modified),
    )
    whole = Answer(200, file.body, headers)
    if not with_ranges:
        return whole
    whole = replace(whole, headers=(*headers, ("Accept-Ranges", "bytes")))
    if not is_same_version(request.headers.get("if-range"), file.etag, file.last_modified):
        return whole
    size = len(file.body)
    try:
        # Ranges are defined for GET alone (RFC 9110, 14.2).
        wanted = requested_range(request.headers.get("range"), size) if request.method == "GET" else None
    except NotSatisfiable:
        return Answer(416, headers=(("Content-Range", f"bytes */{size}"), ("ETag", file.etag)))
    if wanted is None:
        return whole
    return Answer(
        206,
        memoryview(file.body)[wanted.start : wanted.stop],
        (*whole.headers, ("Content-Range", f"bytes {wanted.start}-{wanted.stop - 1}/{size}")),
    )
