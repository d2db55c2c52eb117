"""Content codings: how a body is compressed, and undoing that as it arrives; RFC 9110 section 8.4.

We ask for gzip for pages and for none for sound, but what is sent decides. Object stores repeat what an uploader wrote,
so the header often names no coding at all (``aws-chunked``, ``UTF-8``, ``binary``), or one that the bytes do not have.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from itertools import chain

import brotli

from ohdio_core.errors import PermanentError, TransientError
from ohdio_core.sentences import sentence
from ohdio_core.sources.http.signatures import SOUND, SOUND_BYTES

_GZIP = 16 + zlib.MAX_WBITS
_PIECE = 256 * 1024  # what decompression may give at once: a few bytes can stand for a thousand times as many
#: Sound hardly shrinks, silence shrinks a thousandfold: beyond some minutes of that a body is made to fill the disk.
_ANY_GROWTH = 64 * 1024 * 1024
_MOST_GROWTH = 100
_MOST_CODINGS = 4

_GZIP_MAGIC = b"\x1f\x8b"


def codings_of(headers: Mapping[str, str]) -> tuple[str, ...]:
    """Return the compressions that an answer names, in the order in which they were applied; other words are left out.

    Args:
        headers: Their names in lower case.
    """
    names = (name.strip().lower() for name in headers.get("content-encoding", "").split(","))
    return tuple(name for name in names if name in _UNDO or name in _UNKNOWN)


def undone(chunks: Iterable[bytes], codings: tuple[str, ...], host: str) -> Iterator[bytes]:
    """Yield the body as it was before it was compressed, in pieces, as it arrives.

    Args:
        chunks: The body as it was sent.
        codings: As ``codings_of`` gives them.
        host: Who sends it, for the sentences.

    Raises:
        PermanentError: It is compressed in a way that cannot be undone here, or grows beyond all measure.
        TransientError: The compressed body is damaged or cut.
    """
    if not codings:
        yield from chunks
        return
    head, body = _peeked(chunks, SOUND_BYTES)
    if SOUND.match(head):  # nothing that is compressed in any of these ways begins so
        yield from body
        return
    if len(codings) > _MOST_CODINGS or any(name not in _UNDO for name in codings):
        raise PermanentError(
            sentence(
                "http.unknown_coding",
                "{host} compresses what it sends in a way that cannot be undone here ({coding}).",
                host=host,
                coding=codings[-1],
            )
        )
    growth = _Growth(host)
    pieces = growth.count_in(body)
    for name in reversed(codings):
        pieces = _UNDO[name](pieces, host)
    yield from growth.count_out(pieces)


class _Growth:
    """Limits the ratio of the decompressed to the compressed size."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._taken = 0

    def count_in(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self._taken += len(chunk)
            yield chunk

    def count_out(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        size = 0
        for chunk in chunks:
            size += len(chunk)
            if size > _ANY_GROWTH and size > _MOST_GROWTH * self._taken:
                raise PermanentError(
                    sentence(
                        "http.decompression_bomb",
                        "{host} sends something that grows more than {most}-fold when it is decompressed; "
                        "no recording does.",
                        host=self._host,
                        most=_MOST_GROWTH,
                    )
                )
            yield chunk


def _peeked(chunks: Iterable[bytes], count: int) -> tuple[bytes, Iterator[bytes]]:
    """Return the first bytes, ``count`` of them or more where there are as many, and all of the body."""
    iterator, head = iter(chunks), b""
    while len(head) < count and (chunk := next(iterator, None)) is not None:
        head += chunk
    return head, chain((head,) if head else (), iterator)


def _gunzip(chunks: Iterable[bytes], host: str) -> Iterator[bytes]:
    """Yield what gzip packed, in one member or several (RFC 1952 section 2.2); a body that it did not pack as it is."""
    head, rest = _peeked(chunks, len(_GZIP_MAGIC))
    while head:
        if not head.startswith(_GZIP_MAGIC):
            yield from rest
            return
        unused = yield from _inflated(rest, _GZIP, host)
        head, rest = _peeked(chain((unused,) if unused else (), rest), len(_GZIP_MAGIC))
        if not head.startswith(_GZIP_MAGIC):
            return  # some fill up the rest of a block behind the end


def _inflate(chunks: Iterable[bytes], host: str) -> Iterator[bytes]:
    """Yield what "deflate" packed: in zlib's format (RFC 1950), or without it, as some servers have it."""
    head, rest = _peeked(chunks, 2)
    is_zlib = len(head) >= 2 and head[0] & 0x0F == 8 and int.from_bytes(head[:2]) % 31 == 0
    if head:
        yield from _inflated(rest, zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS, host)


def _inflated(chunks: Iterator[bytes], window: int, host: str) -> Generator[bytes, None, bytes]:
    """Yield one stream of zlib's; the generator's value is what stands behind its end in the last chunk read."""
    decoder = zlib.decompressobj(window)
    try:
        for chunk in chunks:
            rest, is_full = chunk, True
            while (rest or is_full) and not decoder.eof:
                piece = decoder.decompress(rest, _PIECE)
                rest, is_full = decoder.unconsumed_tail, len(piece) == _PIECE
                yield piece
            if decoder.eof:
                return decoder.unused_data
    except zlib.error as error:
        raise _damaged(host) from error
    raise _cut(host)


def _unbrotli(chunks: Iterable[bytes], host: str) -> Iterator[bytes]:
    """Yield what Brotli packed (RFC 7932)."""
    decoder = brotli.Decompressor()
    is_begun = False
    try:
        for chunk in chunks:
            is_begun, rest = True, chunk
            # It takes more than it gives at once: there is more to come until it gives nothing.
            while (piece := decoder.process(rest, output_buffer_limit=_PIECE)) or not decoder.can_accept_more_data():
                rest = b""
                yield piece
            if decoder.is_finished():
                return
    except brotli.error as error:
        raise _damaged(host) from error
    if is_begun:
        raise _cut(host)


def _damaged(host: str) -> TransientError:
    return TransientError(
        sentence("http.damaged", "{host} sent something damaged: it cannot be decompressed.", host=host)
    )


def _cut(host: str) -> TransientError:
    return TransientError(
        sentence("http.cut", "{host} closed the connection in the middle of something compressed.", host=host)
    )


_UNDO: dict[str, Callable[[Iterable[bytes], str], Iterator[bytes]]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
}
#: The others of IANA's registry of content codings (2025): they change the bytes, and cannot be undone here.
_UNKNOWN = frozenset({"aes128gcm", "compress", "x-compress", "dcb", "dcz", "exi", "pack200-gzip", "zstd"})
