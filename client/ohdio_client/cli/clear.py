"""``ohdio clear``."""

from __future__ import annotations

from typing import Annotated

import typer

from ohdio_client.cli.confirmation import confirm
from ohdio_client.cli.connection import connected
from ohdio_client.cli.options import Api, AsJson, Data
from ohdio_client.cli.output import books, print_json, print_line
from ohdio_client.cli.queue import summary
from ohdio_client.counted_books import books_in_sentence
from ohdio_core.sentences import sentence


def clear(
    *,
    is_all: Annotated[bool, typer.Option("--all", help="Everything, also what waits, runs or failed.")] = False,
    is_meant: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    api: Api = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Take the books that are complete out of the queue, or with --all every book; the library keeps its files."""
    with connected(api, data) as client:
        if is_all and not is_meant:
            stats = client.queue.stats()
            confirm(
                f"Take {books(stats.total)} out of the queue?",
                [summary(stats)],
                nothing=sentence("clear.nothing", "Nothing was taken out."),
                unasked=sentence(
                    "clear.unasked",
                    "Nothing was taken out, as nobody can be asked here: --yes takes {books} out of the queue.",
                    books=books_in_sentence(stats.total),
                ),
                as_json=as_json,
            )
        changed = client.queue.clear("all" if is_all else "completed")
    if as_json:
        print_json({"changed": changed})
    else:
        print_line(f"{books(changed)} taken out of the queue; what is in the library stays.")
