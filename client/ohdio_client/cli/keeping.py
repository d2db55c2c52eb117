"""Options that say which of its books a follow keeps."""

from __future__ import annotations

from typing import Annotated

import typer

from ohdio_client.cli.bad_argument import BadArgument
from ohdio_client.cli.whole_number import up_to
from ohdio_core.sentences import sentence

# What the API takes.
_MOST_BOOKS = 1000
_MOST_DAYS = 3650

Keep = Annotated[
    int | None,
    typer.Option(
        "--keep",
        metavar="N",
        parser=up_to(_MOST_BOOKS),
        help="Of the books that it has added keep the newest N; the others go to the trash.",
    ),
]
KeepDays = Annotated[
    int | None,
    typer.Option(
        "--keep-days",
        metavar="N",
        parser=up_to(_MOST_DAYS),
        help="Keep each book that it has added for N days; then it goes to the trash.",
    ),
]
AsShow = Annotated[
    bool | None,
    typer.Option(
        "--as-show/--as-books",
        help="File what it adds as the episodes of a show, as players of podcasts expect it, or each in a folder of "
        "its own (default: those of feeds as a show).",
    ),
]
KeepAll = Annotated[bool, typer.Option("--keep-all", help="Keep all that it has added.")]


def kept(keep: int | None, keep_days: int | None, *, keeps_all: bool = False) -> dict[str, int | None]:
    """Return what a follow is to keep, as the API takes it; nothing where nothing is said of it.

    Raises:
        BadArgument: It is to keep all, and not all.
    """
    rules: dict[str, int | None] = {
        name: value for name, value in (("keep_newest", keep), ("keep_days", keep_days)) if value is not None
    }
    if not keeps_all:
        return rules
    if rules:
        raise BadArgument(
            sentence(
                "follow.keeps_all_and_not",
                "--keep-all and {other} contradict each other: leave one of them out.",
                other="--keep-days" if keep is None else "--keep",
            )
        )
    return {"keep_newest": None, "keep_days": None}
