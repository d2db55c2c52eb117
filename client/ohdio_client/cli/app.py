"""The command of commands. What one of them needs is imported when it runs, so that each answers at once."""

from __future__ import annotations

from typing import Annotated

import typer

from ohdio_client.cli.help import PlainGroup
from ohdio_client.cli.output import print_line

app = typer.Typer(
    name="ohdio",
    cls=PlainGroup,
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        from ohdio_client.cli.version import version_lines

        print_line(*version_lines())
        raise typer.Exit


@app.callback()
def ohdio(
    *,
    is_version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_print_version, help="Say which version, and how to update it."
        ),
    ] = False,
) -> None:
    """Collect audiobooks: paste a link, get complete books."""
