"""Reading the body of a page within bounds, so that neither its size nor its compression can hurt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ohdio_core.errors import PermanentError
from ohdio_core.sentences import sentence
from ohdio_core.sources.http.codings import undone


def decoded(chunks: Iterable[bytes], codings: tuple[str, ...], limit: int, host: str) -> Iterator[bytes]:
    """Yield the decompressed body in pieces, as it arrives.

    Args:
        chunks: The body as it arrives.
        codings: How it is compressed, as ``codings_of`` gives it.
        limit: The most bytes that the body may have, after decompression.
        host: Who sends it, for the sentences.

    Raises:
        PermanentError: The body is larger, or compressed in a way that cannot be undone.
        TransientError: The compressed body is damaged or cut.
    """
    size = 0
    # Some keep pages compressed and do not say so; what does not begin as gzip comes as it is.
    for chunk in undone(chunks, codings or ("gzip",), host):
        size += len(chunk)
        if size > limit:
            raise too_large(host, limit)
        yield chunk


def too_large(host: str, limit: int) -> PermanentError:
    """Return the error for a body above ``limit``."""
    if limit < 2**20:
        return PermanentError(
            sentence(
                "http.page_too_large_by_bytes",
                "{host} sent more than {bytes} bytes; a page of that size is not read.",
                host=host,
                bytes=limit,
            )
        )
    return PermanentError(
        sentence(
            "http.page_too_large",
            "{host} sent more than {mebibytes:.3g} MiB; a page of that size is not read.",
            host=host,
            mebibytes=limit / 2**20,
        )
    )
