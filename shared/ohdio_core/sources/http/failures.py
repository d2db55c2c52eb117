"""From an exception of the network to one of our errors: one table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpcore

from ohdio_core.errors import OhdioError, PermanentError, SiteFailed, TransientError, Unreachable
from ohdio_core.sentences import Sentence, sentence
from ohdio_core.sources.http.abort import Exchange, StreamClosed
from ohdio_core.sources.http.request import parse_address

#: The most special class first; what happened, as a clause about the host.
_TABLE: tuple[tuple[type[Exception], type[OhdioError], Sentence], ...] = (
    (httpcore.ConnectTimeout, Unreachable, sentence("http.no_answer", "does not answer")),
    (httpcore.ReadTimeout, SiteFailed, sentence("http.silent", "fell silent")),
    (httpcore.TimeoutException, SiteFailed, sentence("http.slow", "takes too long")),
    (httpcore.ConnectError, Unreachable, sentence("http.unreachable", "could not be reached")),
    (httpcore.NetworkError, TransientError, sentence("http.broken", "broke the connection")),
    (
        httpcore.RemoteProtocolError,
        TransientError,
        sentence("http.no_http", "closed the connection before the end, or sent no HTTP"),
    ),
    (httpcore.LocalProtocolError, PermanentError, sentence("http.unsendable", "cannot be sent such a request")),
)


def error_for_failure(failure: Exception, host: str) -> OhdioError | None:
    """Return our error for an exception of the network layer; None when it is none of those."""
    for failure_class, error_class, happened in _TABLE:
        if isinstance(failure, failure_class):
            return error_class(_failed(host, happened, _reason(failure)))
    return None


def _reason(failure: Exception) -> Sentence | str:
    """Return what our own connections (``connect``) put into an exception, or the text of another library's."""
    said = failure.args[0] if failure.args else ""
    return said if isinstance(said, Sentence) else str(said).rstrip(".")


def _failed(host: str, happened: Sentence, reason: Sentence | str) -> Sentence:
    if not reason:
        return sentence("http.failed", "{host} {happened}.", host=host, happened=happened)
    return sentence("http.failed_because", "{host} {happened}: {reason}.", host=host, happened=happened, reason=reason)


@contextmanager
def translated(url: str, exchange: Exchange) -> Iterator[None]:
    """Raise our errors in place of the network's inside the block; ``StreamClosed`` when we stopped it."""
    try:
        yield
    except Exception as failure:
        error = error_for_failure(failure, parse_address(url).host)
        if error is None:
            raise
        if exchange.is_closed:
            raise StreamClosed from failure
        raise error from failure
