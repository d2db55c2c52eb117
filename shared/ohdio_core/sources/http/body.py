"""Reading the body of a page within bounds, so that neither its size nor its compression can hurt."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from ohdio_core.errors import PermanentError, TransientError
from ohdio_core.reasons import reason_of

_GZIP = 16 + zlib.MAX_WBITS
_PIECE = 256 * 1024  # what decompression may give at once: a few bytes can stand for a thousand times as many


def decoded(chunks: Iterable[bytes], encoding: str, limit: int, host: str) -> Iterator[bytes]:
    """Yield the decompressed body in pieces, as it arrives.

    Args:
        chunks: The body as it arrives.
        encoding: The answer's Content-Encoding, "" for none.
        limit: The most bytes that the body may have, after decompression.
        host: Who sends it, for the sentences.

    Raises:
        PermanentError: The body is larger, or compressed in a way that was not asked for.
        TransientError: The compressed body is damaged or cut.
    """
    encoding = encoding.strip().lower()
    if encoding in ("gzip", "x-gzip"):
        chunks = _gunzip(chunks, host)
    elif encoding not in ("", "identity"):
        raise PermanentError(f"{host} sent a page compressed with {encoding!r}, which was not asked for.")
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise too_large(host, limit)
        yield chunk


def too_large(host: str, limit: int) -> PermanentError:
    """The error for a body above ``limit``."""
    size = f"{limit / 2**20:.3g} MiB" if limit >= 2**20 else f"{limit} bytes"
    return PermanentError(f"{host} sent more than {size}; a page of that size is not read.")


def _gunzip(chunks: Iterable[bytes], host: str) -> Iterator[bytes]:
    decoder = zlib.decompressobj(_GZIP)
    is_begun = False
    try:
        for chunk in chunks:
            rest = chunk
            while rest:
                if decoder.eof:
                    # A file of several gzip members is legal (RFC 1952 section 2.2).
                    decoder = zlib.decompressobj(_GZIP)
                is_begun = True
                yield decoder.decompress(rest, _PIECE)
                rest = decoder.unused_data if decoder.eof else decoder.unconsumed_tail
    except zlib.error as error:
        raise TransientError(f"{host} sent a damaged page ({reason_of(error)}).") from error
    if is_begun and not decoder.eof:
        raise TransientError(f"{host} closed the connection in the middle of a compressed page.")
