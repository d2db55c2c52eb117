"""The option that says what books are filed as."""

from __future__ import annotations

from typing import Annotated

import typer

from ohdio_client.cli.bad_argument import BadArgument
from ohdio_core.sentences import sentence

_FORMS = ("original", "m4b", "mp3")  # the names of ``domain.book_form``


def form(text: str) -> str:
    """Read what books are to be filed as.

    Raises:
        BadArgument: There is no such form.
    """
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


As = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="FORM",
        parser=form,
        help="As m4b or mp3: one file with chapters, where the parts can be joined as they are; or original.",
    ),
]
