"""``ohdio import DIR``: books that a person had."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import typer

from ohdio_client.cli.output import books, print_error, print_json, print_line
from ohdio_client.cli.sentences import exit_with
from ohdio_client.language import sentence_of, translated_text, with_reason
from ohdio_core.domain.found_book import Verdict

if TYPE_CHECKING:
    from ohdio_client.api.client import Client
    from ohdio_core.schemas.folder_imports import FolderImports, FoundBookView

_NOT_ALL = 1  # exit code
_LOOKS_EVERY = 0.5  # seconds
_TOLD = {
    Verdict.HAVE: "{} in the library already.",
    Verdict.KNOWN: "{} waited for, and need not be fetched:",
    Verdict.NEW: "{} that nobody knows:",
    Verdict.UNSURE: "{} unsure; `ohdio import DIR --take NUMBER` takes one for the known book:",
    Verdict.REFUSED: "{} cannot be taken:",
}


def import_folder(
    client: Client, path: str, *, is_moved: bool, chosen: Sequence[int], is_meant: bool, as_json: bool
) -> None:
    """Order a folder to be read, show what is in it, and take what is meant.

    Args:
        chosen: The numbers of found books of the folder that was read last; none for all that are sure.
        is_meant: Nobody is asked.
    """
    if chosen:
        client.imports.take(chosen)
        _end(_when_at_rest(client), as_json=as_json)
        return
    client.imports.begin(path, is_moved=is_moved)
    found = _when_at_rest(client)
    if found.last is not None and found.last.error is not None:
        # Nothing was taken, as nothing could be read.
        if as_json:
            print_json(found)
        exit_with(translated_text(found.last.error, found.last.error_message))
    if not as_json:
        _print(found)
    which = _which(found, is_meant=is_meant, as_json=as_json)
    if which is not None:
        client.imports.take(which)
        found = _when_at_rest(client)
    _end(found, as_json=as_json)


def _which(found: FolderImports, *, is_meant: bool, as_json: bool) -> Literal["new"] | None:
    """Return what is to be taken; None for nothing."""
    sure = [book for book in found.items if book.verdict in {Verdict.KNOWN, Verdict.NEW}]
    if not sure:
        return None
    if not is_meant and (as_json or not sys.stdin.isatty()):
        print_error(f"Nothing is taken, as nobody can be asked here: --yes takes {books(len(sure))}.")
        return None
    if is_meant or typer.confirm(f"Take {books(len(sure))} into the library?"):
        return "new"
    return None


def _when_at_rest(client: Client) -> FolderImports:
    while True:
        found = client.imports.read()
        if found.last is None or found.last.ended_at is not None or found.last.step == "read":
            return found
        time.sleep(_LOOKS_EVERY)


def _end(found: FolderImports, *, as_json: bool) -> None:
    if as_json:
        print_json(found)
    elif found.last is not None:
        print_line(f"Taken: {books(found.last.taken)}.")
        for book in found.items:
            if book.is_wanted and book.taken_at is None and book.reason is not None:
                print_error(with_reason(book.place, sentence_of(book.reason, book.message)))
    if found.last is not None and found.last.error is not None:
        print_error(translated_text(found.last.error, found.last.error_message))
    if found.last is None or found.last.error is not None:
        raise SystemExit(_NOT_ALL)


def _print(found: FolderImports) -> None:
    if found.last is None:
        return
    for verdict, said in _TOLD.items():
        count = found.last.counts.get(verdict, 0)
        if count:
            print_line(said.format(books(count)))
        if verdict is not Verdict.HAVE:
            print_line(*(_line(book) for book in found.items if book.verdict is verdict))
    if not found.last.counts:
        print_line("No sound was found in it.")


def _line(book: FoundBookView) -> str:
    who = f", {', '.join(book.authors)}" if book.authors else ""
    number = f"{book.id}  " if book.verdict is Verdict.UNSURE else ""
    named = f"  {number}{book.title or book.place}{who} ({book.place})"
    return with_reason(named, sentence_of(book.reason, book.message))
