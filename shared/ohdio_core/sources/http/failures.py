"""From an exception of the network to one of our errors: one table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpcore

from ohdio_core.errors import OhdioError, PermanentError, SiteFailed, TransientError, Unreachable
from ohdio_core.sources.http.abort import Exchange, StreamClosed
from ohdio_core.sources.http.request import parse_address

#: The most special class first.
_TABLE: tuple[tuple[type[Exception], type[OhdioError], str], ...] = (
    (httpcore.ConnectTimeout, Unreachable, "{host} does not answer"),
    (httpcore.ReadTimeout, SiteFailed, "{host} fell silent"),
    (httpcore.TimeoutException, SiteFailed, "{host} takes too long"),
    (httpcore.ConnectError, Unreachable, "{host} could not be reached"),
    (httpcore.NetworkError, TransientError, "{host} broke the connection"),
    (httpcore.RemoteProtocolError, TransientError, "{host} closed the connection before the end, or sent no HTTP"),
    (httpcore.LocalProtocolError, PermanentError, "{host} cannot be sent such a request"),
)


def error_for_failure(failure: Exception, host: str) -> OhdioError | None:
    """Return our error for an exception of the network layer; None when it is none of those."""
    for failure_class, error_class, words in _TABLE:
        if isinstance(failure, failure_class):
            detail = f": {failure}" if str(failure) else ""
            return error_class(f"{words.format(host=host)}{detail}.")
    return None


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
