"""Numbers on the command line that may have decimals."""

from __future__ import annotations

import re
from collections.abc import Callable

from ohdio_client.cli.bad_argument import BadArgument
from ohdio_core.sentences import sentence

_NUMBER = re.compile(r"\d{1,15}(?:[.,]\d*)?|[.,]\d+", re.ASCII)


def number_between(least: float, most: int) -> Callable[[str | float], float]:
    """Return a reader of the numbers from ``least`` to ``most``, with a point or a comma, which refuses all others."""

    def read(given: str | float) -> float:
        text = str(given).strip()
        number = float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else -1.0
        if not least <= number <= most:
            raise BadArgument(
                sentence(
                    "argument.no_amount_between",
                    "{text!r} is not a number from {least} to {most}.",
                    text=text,
                    least=least,
                    most=most,
                )
            )
        return number

    return read
