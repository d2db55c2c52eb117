"""Errors of a command that starts everything itself, as sentences."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ohdio_client.cli.sentences import exit_with, exiting_with_sentences
from ohdio_client.language import translated


@contextmanager
def exiting_with_sentences_of_a_start() -> Iterator[None]:
    """End the command with code 2 and a sentence when it was asked for something that cannot be, or cannot start."""
    from ohdio_core.errors import OhdioError
    from ohdio_core.settings import InvalidSettings

    with exiting_with_sentences():
        try:
            yield
        except InvalidSettings as error:
            exit_with(*map(translated, error.sentences))
        except OhdioError as error:
            exit_with(translated(error.sentence))
