"""How a fault spoils an answer that would have been right."""

from __future__ import annotations

import functools
import zlib
from collections.abc import Callable
from dataclasses import replace

from tests.sites.answers import Answer, Header, content, file_answer
from tests.sites.connection import Request
from tests.sites.faults import FAULTS_OF_FILES, Fault, FaultKind
from tests.sites.ranges import NotSatisfiable, requested_range
from tests.sites.site import Route, Site, validation

_LOGIN = (
    b'<!DOCTYPE html><html lang="fr"><head><title>Connexion</title></head>'
    b"<body><h1>Veuillez vous connecter</h1></body></html>"
)
_MIB = 1024 * 1024
_BOMB_MIB = 256


def spoiled(fault: Fault, route: Route, request: Request, site: Site) -> Answer:
    """The answer to the request under this fault."""
    if fault.kind in FAULTS_OF_FILES:
        return _spoiled_file(fault, route, request, site)
    if fault.kind in _INSTEAD:
        return _INSTEAD[fault.kind](fault)
    return _ALTERED[fault.kind](fault, route.answer())


@functools.cache
def _gzip_bomb() -> bytes:
    """256 MiB of zeros as one gzip stream (RFC 1952).

    A full flush leaves the compressor without memory of what went before, so one flushed mebibyte
    can be repeated instead of compressing each.
    """
    zeros = bytes(_MIB)
    compressor = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = compressor.compress(zeros) + compressor.flush(zlib.Z_FULL_FLUSH)
    checksum = 0
    for _ in range(_BOMB_MIB):
        checksum = zlib.crc32(zeros, checksum)
    trailer = checksum.to_bytes(4, "little") + (_BOMB_MIB * _MIB).to_bytes(4, "little")
    return b"\x1f\x8b\x08\0\0\0\0\0\x02\xff" + block * _BOMB_MIB + b"\x03\0" + trailer


def _status(fault: Fault) -> Answer:
    waiting: tuple[Header, ...] = (("Retry-After", fault.retry_after),) if fault.retry_after is not None else ()
    return content(f"status {fault.status}\n".encode(), "text/plain", *waiting, status=fault.status)


#: Answers that have nothing to do with what was asked.
_INSTEAD: dict[FaultKind, Callable[[Fault], Answer]] = {
    FaultKind.STATUS: _status,
    FaultKind.REDIRECT: lambda fault: Answer(302, headers=(("Location", fault.location),)),
    FaultKind.SILENCE: lambda _: Answer(200, is_silent=True),
    FaultKind.MEDIA_ERROR: lambda fault: validation(None, code=fault.code),
    FaultKind.HTML: lambda _: content(_LOGIN, "text/html; charset=utf-8"),
}
#: The right answer, badly sent or with another body.
_ALTERED: dict[FaultKind, Callable[[Fault, Answer], Answer]] = {
    FaultKind.CUT: lambda fault, right: replace(right, cut_after=fault.size),
    FaultKind.DRIP: lambda fault, right: replace(right, rate=fault.rate),
    FaultKind.EMPTY: lambda _, right: Answer(200, headers=_content_type(right)),
    FaultKind.GZIP_BOMB: lambda _, right: Answer(
        200, _gzip_bomb(), (*_content_type(right), ("Content-Encoding", "gzip"))
    ),
}


def _spoiled_file(fault: Fault, route: Route, request: Request, site: Site) -> Answer:
    version = 2 if fault.kind is FaultKind.NEW_VERSION else 1
    file = site.media_file(route.address, request, version) if route.address else None
    if file is None:
        return route.answer()
    if fault.kind is FaultKind.TRUNCATED:
        file = replace(file, body=file.body[: fault.size])
    if fault.kind is FaultKind.WRONG_CONTENT_RANGE:
        request = _asking_elsewhere(request, len(file.body))
    return file_answer(file, request, with_ranges=fault.kind is not FaultKind.NO_RANGE)


def _asking_elsewhere(request: Request, size: int) -> Request:
    try:
        wanted = requested_range(request.headers.get("range"), size)
    except NotSatisfiable:
        return request
    if wanted is None:
        return request
    start = wanted.start - 100 if wanted.start >= 100 else wanted.start + 100
    return replace(request, headers={**request.headers, "range": f"bytes={start}-{wanted.stop - 1}"})


def _content_type(answer: Answer) -> tuple[Header, ...]:
    return tuple(header for header in answer.headers if header[0] == "Content-Type")
