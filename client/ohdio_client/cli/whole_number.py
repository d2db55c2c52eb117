"""Whole numbers on the command line."""

from __future__ import annotations

from collections.abc import Callable

from ohdio_client.cli.bad_argument import BadArgument
from ohdio_core.sentences import sentence

_MOST = 2**53 - 1  # what every JSON reader can hold


def whole_number(text: str | int) -> int:
    """Read a whole number, 1 or more.

    Raises:
        BadArgument: It is none; the command line names the option or argument.
    """
    try:
        number = int(text)
    except ValueError:
        number = 0
    if not 1 <= number <= _MOST:
        raise BadArgument(sentence("argument.no_number", "{text!r} is not a whole number, 1 or more.", text=str(text)))
    return number


def up_to(most: int) -> Callable[[str | int], int]:
    """Make a reader of whole numbers that refuses larger ones, in the same way."""

    def read(text: str | int) -> int:
        if (number := whole_number(text)) > most:
            raise BadArgument(
                sentence("argument.too_many", "{number} is too many: {most} at most.", number=number, most=most)
            )
        return number

    return read


def between(least: int, most: int) -> Callable[[str | int], int]:
    """Return a reader of the whole numbers from ``least`` to ``most``, which refuses all others in one sentence."""

    def read(text: str | int) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            raise BadArgument(
                sentence(
                    "argument.no_number_between",
                    "{text!r} is not a whole number from {least} to {most}.",
                    text=str(text),
                    least=least,
                    most=most,
                )
            )
        return number

    return read
