"""The confirmation by a person of what cannot be taken back."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import typer

from ohdio_client.cli.matching import NOT_ALL
from ohdio_client.cli.output import print_line
from ohdio_client.errors import BadInput


def confirm(question: str, lines: Iterable[str], *, nothing: str, yes: str, as_json: bool) -> None:
    """Show what an order is about and let a person confirm it.

    Args:
        nothing: What is said where it is not confirmed.
        yes: What ``--yes`` would do.

    Raises:
        BadInput: Nobody is there to be asked.
        SystemExit: It is not meant.
    """
    if not as_json:
        print_line(*lines)
    if as_json or not sys.stdin.isatty():
        raise BadInput(f"{nothing}, as nobody can be asked here: --yes {yes}.")
    if not typer.confirm(question):
        print_line(f"{nothing}.")
        raise SystemExit(NOT_ALL)
