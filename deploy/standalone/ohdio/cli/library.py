"""``ohdio library``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ohdio.cli.connection import connected
from ohdio.cli.options import Api, AsJson, Data
from ohdio.cli.output import books, print_error, print_json, print_line
from ohdio.cli.sentences import BadInput
from ohdio.cli.table import print_table
from ohdio.cli.whole_number import whole_number
from ohdio.cli.words import words

if TYPE_CHECKING:
    from ohdio.client import Client

_NOT_MEANT = 1  # exit code


@dataclass(frozen=True, slots=True)
class _Action:
    """What can be done about missing books."""

    path: str
    question: str
    done: str
    nothing: str


_FETCH = _Action("fetch", "Fetch {} again?", "{} queued to be fetched again.", "Nothing was queued")
_FORGET = _Action(
    "forget",
    "Let go of {}? No scan brings them back, `--again` does.",
    "Let go of {}; no file was touched.",
    "Nothing was let go",
)


def library(
    sought: Annotated[
        list[str] | None, typer.Argument(metavar="WORDS", help="Only books with these words in title or author.")
    ] = None,
    *,
    is_missing: Annotated[
        bool, typer.Option("--missing", help="Complete books whose files are not there any more.")
    ] = False,
    is_fetched: Annotated[bool, typer.Option("--fetch", help="Fetch the missing ones again.")] = False,
    is_forgotten: Annotated[bool, typer.Option("--forget", help="Let go of the missing ones.")] = False,
    is_meant: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    most: Annotated[
        int | None, typer.Option("--limit", metavar="N", parser=whole_number, help="How many to show at most.")
    ] = None,
    api: Api = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List the books that are in the library now, and where; with --missing, those that ought to be."""
    asked = words(" ".join(sought)) if sought else None
    if is_fetched and is_forgotten:
        raise typer.BadParameter("--fetch and --forget cannot both be meant.")
    with connected(api, data) as client:
        if is_fetched or is_forgotten:
            _settle(client, asked, _FETCH if is_fetched else _FORGET, is_meant=is_meant, as_json=as_json)
        elif is_missing:
            _list_missing(client, asked, most, as_json=as_json)
        else:
            _list(client, asked, most, as_json=as_json)


def _list(client: Client, asked: str | None, most: int | None, *, as_json: bool) -> None:
    every = list(client.every("library", q=asked))
    found = every[:most]
    if as_json:
        print_json({"items": found})
        return
    _print_table(found)
    of_all = f"{len(found)} of " if len(found) < len(every) else ""
    print_line(f"{of_all}{books(len(every))}.")
    if asked is None:
        _tell_of_missing(client)


def _tell_of_missing(client: Client) -> None:
    """Print how many are missing, or why nobody can tell."""
    from ohdio.client import ApiError

    try:
        missing = len(client.missing(None)["items"])
    except ApiError as error:
        print_error(str(error))
        return
    if missing:
        is_, them = ("is", "it") if missing == 1 else ("are", "them")
        print_line(f"{books(missing)} {is_} missing: `ohdio library --missing` shows {them}.")


def _list_missing(client: Client, asked: str | None, most: int | None, *, as_json: bool) -> None:
    every = client.missing(asked)["items"]
    found = list(islice(every, most))
    if as_json:
        print_json({"items": found})
        return
    _print_table(found)
    print_line(f"{books(len(every))} missing.")
    if every:
        print_line("`ohdio library --missing --fetch` fetches what is missing again, `--missing --forget` lets it go.")


def _settle(client: Client, asked: str | None, action: _Action, *, is_meant: bool, as_json: bool) -> None:
    """Do something about missing books, once a person has confirmed it.

    Raises:
        BadInput: Nobody is there to be asked.
        SystemExit: It is not meant.
    """
    found = client.missing(asked)["items"]
    if not as_json:
        _print_table(found)
    if found and not is_meant:
        if as_json or not sys.stdin.isatty():
            raise BadInput(
                f"{action.nothing}, as nobody can be asked here: --yes means {books(len(found))} that {_are(found)} "
                "missing."
            )
        if not typer.confirm(action.question.format(books(len(found)))):
            print_line(f"{action.nothing}.")
            raise SystemExit(_NOT_MEANT)
    changed = client.settle_missing(action.path, [book["id"] for book in found]) if found else 0
    if as_json:
        print_json({"items": found, "changed": changed})
    else:
        print_line(action.done.format(books(changed)) if found else "No book is missing.")


def _are(found: Sequence[Any]) -> str:
    return "is" if len(found) == 1 else "are"


def _print_table(found: Sequence[dict[str, Any]]) -> None:
    if found:
        rows = ((book["title"] or book["url"], ", ".join(book["authors"]), book["library_path"]) for book in found)
        print_table(("title", "author", "folder"), rows)
