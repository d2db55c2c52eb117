"""Errors as one sentence on standard error, and the exit code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ohdio.cli.output import print_error

BAD_INPUT = 2


class BadInput(Exception):
    """What was asked for cannot be; the message is a line for each reason."""


@contextmanager
def exiting_with_sentences() -> Iterator[None]:
    """End the command with code 2 and a sentence when it was asked for something that cannot be."""
    from ohdio.client import ApiError, ApiUnreachable
    from ohdio.datadir import DataDirectoryInUse, DataDirectoryUnusable

    try:
        yield
    except (BadInput, ApiError, ApiUnreachable, DataDirectoryInUse, DataDirectoryUnusable) as error:
        exit_with(error)


@contextmanager
def exiting_with_sentences_of_a_start() -> Iterator[None]:
    """The same for a command that starts everything itself."""
    from ohdio.postgres import PostgresUnavailable
    from ohdio_core.errors import OhdioError
    from ohdio_core.settings import InvalidSettings

    with exiting_with_sentences():
        try:
            yield
        except (InvalidSettings, PostgresUnavailable, OhdioError) as error:
            exit_with(error)


def exit_with(error: Exception) -> None:
    """End with code 2 and the error's sentence."""
    print_error(str(error))
    raise SystemExit(BAD_INPUT)
