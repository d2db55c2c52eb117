"""Words that a person looks for."""

from __future__ import annotations

import typer

_MOST = 200  # characters; the API takes no more


def words(text: str) -> str:
    """Read some words, with one blank between them.

    Raises:
        typer.BadParameter: There are none, or too many, or they are no text.
    """
    read = " ".join(text.split())
    if not read:
        raise typer.BadParameter("There are no words in it.")
    if len(read) > _MOST:
        raise typer.BadParameter(f"It is {len(read)} characters long; write at most {_MOST}.")
    if not read.isprintable():
        raise typer.BadParameter("It has characters in it that are not text.")
    return read
