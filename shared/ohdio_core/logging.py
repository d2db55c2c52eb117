"""Structured logs: one event a line, with the ids that it is about."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog

from ohdio_core.control_characters import controls_shown, controls_shown_in_line
from ohdio_core.known_secrets import hidden


def configure_logging(
    *, level: str = "info", as_json: bool = False, to: logging.StreamHandler[Any] | None = None
) -> None:
    """Send our events, and those of the libraries we use, to standard error, or to where a handler writes."""
    handler = logging.StreamHandler(sys.stderr) if to is None else to
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _show_no_secrets,
        _show_controls,
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=handler.stream.isatty())
    )
    structlog.configure(
        # First what is not logged at all, before it costs anything.
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    set_log_level(level)
    # pika reports every closed socket as an error with a traceback; our own events say what matters.
    logging.getLogger("pika").setLevel(logging.CRITICAL)
    # Several workers on one broker are how stages are kept apart in a single process; it warns of each.
    logging.getLogger("dramatiq").setLevel(logging.ERROR)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    # They would write every header of every request to a bucket at the level "debug", and what is uploaded.
    logging.getLogger("botocore").setLevel(logging.WARNING)
    # It would also warn of each connection to a bucket that it does not keep.
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    # Four lines at each start, and four at each end, that say nothing of books.
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)


def set_log_level(level: str) -> None:
    """Log what is of this level, or graver, from now on.

    Args:
        level: "debug", "info", "warning" or "error".
    """
    logging.getLogger().setLevel(level.upper())


def _show_no_secrets(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Hide what is secret, wherever it came from."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = hidden(value)
    return event


def _show_controls(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Write control characters out: sites choose many of the words, and no line may look like two."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = controls_shown(value) if key == "exception" else controls_shown_in_line(value)
    return event
