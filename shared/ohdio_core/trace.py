"""The trace id: one id for everything that comes of a submission, in rows and in the lines of every service's log.

It has the form of a trace id of W3C Trace Context (section 3.2.2.3), 32 hexadecimal digits, as ``trace_id`` of
OpenTelemetry's logs has. Rows carry it, messages do not: a message is a wake-up, and whoever takes it may take a more
urgent row.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from uuid import UUID, uuid4

from structlog.contextvars import bound_contextvars


def new_trace() -> UUID:
    """Return the id of a new trace."""
    return uuid4()


def bound_trace(trace_id: UUID | None) -> AbstractContextManager[None]:
    """Log the trace id with every line of this thread while inside; None, of rows of earlier versions, is left out."""
    return bound_contextvars() if trace_id is None else bound_contextvars(trace_id=trace_id.hex)
