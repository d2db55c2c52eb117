"""What goes on beside people's orders fails now and then because something is away: that is a line in the log.

A traceback stands there only for what nobody expected, so that it is seen.
"""

from __future__ import annotations

import errno

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from structlog.typing import FilteringBoundLogger

from ohdio_core.errors import OhdioError
from ohdio_core.reasons import reason_of

#: What disks, shares and the system say that are away, full or not ours: no mistake of a program.
_AWAY = frozenset(
    {
        *(errno.EIO, errno.ESTALE, errno.ENODEV, errno.ENXIO, errno.ENOTCONN, errno.ETIMEDOUT),
        *(errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.ENETDOWN, errno.ENETUNREACH),
        *(errno.ECONNREFUSED, errno.ECONNRESET, errno.ECONNABORTED, errno.EPIPE),
        *(errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT),
        *(errno.EMFILE, errno.ENFILE, errno.ENOMEM),
    }
)


def what_is_away(error: BaseException) -> str | None:
    """Return what is away or in the way, for a line in the log; None for what is a mistake of ours, or may be."""
    if isinstance(error, OhdioError):
        return str(error)
    if isinstance(error, OSError) and error.errno in _AWAY:
        return reason_of(error) if error.filename is None else f"{error.filename}: {reason_of(error)}"
    is_database = isinstance(error, OperationalError | InterfaceError | PoolExhausted)
    if is_database or (isinstance(error, DBAPIError) and error.connection_invalidated):
        return str(error).splitlines()[0]
    return None


def is_unanswered(error: BaseException) -> bool:
    """Return whether the database gave no answer, however long it was waited for; what it refuses it has answered."""
    is_without_answer = isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", None) is None
    return is_without_answer or isinstance(error, PoolExhausted)


def log_failure(log: FilteringBoundLogger, event: str, error: BaseException, **facts: object) -> None:
    """Log that something failed that is tried again: in one line where something is away, else with a traceback."""
    if (reason := what_is_away(error)) is None:
        log.error(event, exc_info=error, **facts)
    else:
        log.warning(event, reason=reason, **facts)
