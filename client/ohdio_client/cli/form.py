"""The option that says what books are filed as."""

from __future__ import annotations

from typing import Annotated

import typer

from ohdio_client.cli.bad_argument import BadArgument
from ohdio_core.domain.sought import unless_blank
from ohdio_core.sentences import sentence

_RATES = ("32k", "48k", "64k", "96k", "128k")
_FORMS = ("original", "m4b", "mp3", *(f"m4b-{rate}" for rate in _RATES))  # the names of ``domain.book_form``


def form(text: str) -> str | None:
    """Read what books are to be filed as; None for blanks, which choose nothing.

    Raises:
        BadArgument: There is no such form.
    """
    if unless_blank(text) is None:
        return None
    if text.lower() not in _FORMS:
        raise BadArgument(
            sentence(
                "argument.no_form",
                "{text!r} is no form of a book: write one of {forms}.",
                text=text,
                forms=", ".join(_FORMS),
            )
        )
    return text.lower()


def bit_rate(text: str) -> str | None:
    """Read with how many bits a second sound is encoded: "64k", or "64"; None for blanks, which choose nothing.

    Raises:
        BadArgument: It is none of those that can be chosen.
    """
    if unless_blank(text) is None:
        return None
    if (rate := f"{text.lower().removesuffix('k')}k") not in _RATES:
        raise BadArgument(
            sentence(
                "argument.no_bit_rate",
                "{text!r} is no bit rate that can be chosen: write one of {rates}.",
                text=text,
                rates=", ".join(_RATES),
            )
        )
    return rate


As = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="FORM",
        parser=form,
        help="As m4b or mp3: one file with chapters, where the parts can be joined as they are; m4b-64k: encoded, "
        "where they cannot; or original.",
    ),
]
