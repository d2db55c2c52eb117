"""Errors as one sentence on standard error, and the exit code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ohdio_client.cli.output import print_error
from ohdio_client.errors import CommandError

BAD_INPUT = 2


@contextmanager
def exiting_with_sentences() -> Iterator[None]:
    """End the command with code 2 and a sentence when it was asked for something that cannot be."""
    try:
        yield
    except CommandError as error:
        exit_with(error.shown)


def exit_with(*lines: str) -> None:
    """End with code 2 and what an error says."""
    print_error(*lines)
    raise SystemExit(BAD_INPUT)
