"""From an HTTP status to one of our errors: one table for pages and media alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from ohdio_core.domain.retry import LONGEST_RETRY_AFTER
from ohdio_core.errors import (
    Blocked,
    GoneForGood,
    NotFound,
    OhdioError,
    PermanentError,
    SiteFailed,
    Throttled,
    TransientError,
)
from ohdio_core.sentences import Sentence, sentence, together

_GONE = sentence("http.gone", "it does not exist (any more)")
_REFUSED = sentence("http.refused", "it may not be read from here, or not without a login")
#: What a person may do about a 403: firewalls in front of many sites let in by name, and it is the operator's to set.
UNKNOWN_PROGRAM = sentence(
    "http.unknown_program",
    "Some sites let in only programs that they know: OHDIO_USER_AGENT sets what ohdio calls itself.",
)
_BUSY = sentence("http.busy", "it asks for fewer requests")
_FAILED = sentence("http.site_problem", "the site has a problem of its own")
_NOT_UNDERSTOOD = sentence("http.not_understood", "the request is not understood there")
_NOWHERE = sentence("http.redirects_nowhere", "it redirects, and does not say where to")

#: What a status means, and the words for it; any other 4xx is permanent, any 5xx a failing site.
_TABLE: dict[int, tuple[type[OhdioError], Sentence]] = {
    401: (PermanentError, _REFUSED),
    403: (Blocked, _REFUSED),
    404: (NotFound, _GONE),
    410: (GoneForGood, _GONE),
    451: (PermanentError, _REFUSED),
    **dict.fromkeys((300, 301, 302, 303, 307, 308), (PermanentError, _NOWHERE)),  # those with an address are followed
    408: (TransientError, _FAILED),
    425: (TransientError, _FAILED),
    429: (Throttled, _BUSY),
}


def error_for_status(status: int, host: str, retry_after: timedelta | None = None) -> OhdioError | None:
    """Return the error that an answer stands for; None for a success (2xx)."""
    if 200 <= status < 300:
        return None
    error_class, meaning = _TABLE.get(status, (PermanentError, _NOT_UNDERSTOOD))
    if status >= 500:
        error_class, meaning = SiteFailed, _FAILED
    said = sentence(
        "http.answered", "{host} answered {status}: {meaning}.", host=host, status=_named(status), meaning=meaning
    )
    if status == 403:
        said = together(said, UNKNOWN_PROGRAM)
    if issubclass(error_class, TransientError):
        return error_class(said, retry_after=retry_after)
    return error_class(said)


def parse_retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Read a Retry-After header in either form (seconds, or an HTTP date); RFC 9110 section 10.2.3.

    The result is never negative and at most a day; None when there is no such header, or no sense in it.
    """
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        # More digits than this are beyond a day, and beyond what timedelta can hold.
        return min(timedelta(seconds=int(text[:12])), LONGEST_RETRY_AFTER)
    try:
        date = parsedate_to_datetime(text)
        # A date in "-0000" is naive: it is UTC all the same.
        wait = (date if date.tzinfo is not None else date.replace(tzinfo=UTC)) - now
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return max(timedelta(0), min(wait, LONGEST_RETRY_AFTER))


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
