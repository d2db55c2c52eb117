"""All commands. What one of them needs is imported when it runs, so that ``--help`` answers at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from ohdio.cli.add import add
from ohdio.cli.again import again
from ohdio.cli.clear import clear
from ohdio.cli.doctor import doctor
from ohdio.cli.get import get
from ohdio.cli.library import library
from ohdio.cli.limit import limit
from ohdio.cli.output import print_line
from ohdio.cli.pause import pause, resume
from ohdio.cli.plain import PlainCommand, PlainGroup
from ohdio.cli.preview import preview
from ohdio.cli.priority import priority
from ohdio.cli.probe import probe
from ohdio.cli.queue import queue
from ohdio.cli.remove import remove
from ohdio.cli.repair import repair
from ohdio.cli.report import report
from ohdio.cli.retry import retry
from ohdio.cli.search import search
from ohdio.cli.show import show
from ohdio.cli.sources import sources
from ohdio.cli.token import token
from ohdio.cli.up import up
from ohdio.cli.watch import watch

app = typer.Typer(
    name="ohdio",
    cls=PlainGroup,
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _say_version(is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version

        print_line(f"ohdio {version('ohdio')}")
        raise typer.Exit


@app.callback()
def ohdio(
    *,
    is_version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_say_version, help="Say which version this is.")
    ] = False,
) -> None:
    """Collect audiobooks: paste a link, get complete books."""


_COMMANDS: dict[str, tuple[Callable[..., None], ...]] = {
    "Collect": (get, up),
    "Talk to the ohdio that is running": (
        preview,
        search,
        add,
        queue,
        show,
        watch,
        pause,
        resume,
        limit,
        priority,
        retry,
        again,
        remove,
        clear,
        library,
    ),
    "Look after it": (sources, probe, token, doctor, report, repair),
}
for panel, commands in _COMMANDS.items():
    for command in commands:
        app.command(cls=PlainCommand, rich_help_panel=panel)(command)
