"""The confirmation by a person of what cannot be taken back."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

import typer

from ohdio_client.cli.matching import NOT_ALL
from ohdio_client.cli.output import print_line
from ohdio_client.errors import BadInput
from ohdio_client.language import translated

if TYPE_CHECKING:
    from ohdio_core.sentences import Sentence


def confirm(question: str, lines: Iterable[str], *, nothing: Sentence, unasked: Sentence, as_json: bool) -> None:
    """Show what an order is about and let a person confirm it.

    Args:
        nothing: What is said where it is not confirmed.
        unasked: What is said where nobody is there to be asked: the same, and what ``--yes`` would do.

    Raises:
        BadInput: Nobody is there to be asked.
        SystemExit: It is not meant.
    """
    if not as_json:
        print_line(*lines)
    if as_json or not sys.stdin.isatty():
        raise BadInput(unasked)
    if not typer.confirm(question):
        print_line(translated(nothing))
        raise SystemExit(NOT_ALL)
