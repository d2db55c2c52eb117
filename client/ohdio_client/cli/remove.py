"""``ohdio remove``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated

import typer

from ohdio_client.cli.confirmation import confirm
from ohdio_client.cli.connection import connected
from ohdio_client.cli.lines import counted, lines_of
from ohdio_client.cli.matching import ANY_BOOK, NOT_ALL, Book, Meant, Scan, Scope, matching, numbered
from ohdio_client.cli.options import Api, AsJson, Data
from ohdio_client.cli.output import print_error, print_json, print_line
from ohdio_client.counted_books import both_in_sentence
from ohdio_client.errors import BadInput
from ohdio_core.sentences import about, sentence

if TYPE_CHECKING:
    from ohdio_client.api.client import Client
    from ohdio_client.api.errors import ItemRefused
    from ohdio_core.sentences import Sentence

_SCANS = ("scraping", "failed", "cancelled")
_IN_THE_QUEUE = Scope(sentence("matching.none_in_queue", "there is no such book in the queue."), scans=_SCANS)
_NONE_ADDED = sentence("remove.none_added", "no book in the queue was added by a scan of this link alone.")
_NONE_ADDED_AT_ALL = sentence(
    "remove.none_added_at_all",
    "no book in the queue or in the library was added by a scan of this link alone.",
)


def remove(
    wanted: Annotated[
        list[str] | None,
        typer.Argument(metavar="BOOK", help="Numbers that `ohdio queue` shows, links, or words of a title or author."),
    ] = None,
    *,
    of_scan: Annotated[
        list[str] | None,
        typer.Option("--of-scan", metavar="URL", help="All books that scans of this link have added (repeatable)."),
    ] = None,
    with_files: Annotated[bool, typer.Option("--files", help="Delete their files in the library, too.")] = False,
    is_meant: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    api: Api = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Take books out of the queue, and forget scans; what is in the library stays, unless --files is given."""
    from ohdio_client.api.errors import ItemRefused

    with connected(api, data) as client:
        found = _find(client, wanted or (), of_scan or (), with_files=with_files)
        if not is_meant:
            confirm(
                f"Remove {counted(found)}{', with files in the library' if with_files else ''}?",
                [*lines_of(found), *_what_stays(found, with_files=with_files)],
                nothing=sentence("remove.nothing", "Nothing was removed."),
                unasked=_unasked(found, with_files=with_files),
                as_json=as_json,
            )
        removed: list[Book | Scan] = []
        refused: list[tuple[Book | Scan, ItemRefused]] = []
        try:
            for each in found:
                try:
                    _remove(client, each, with_files=with_files)
                except ItemRefused as error:
                    refused.append((each, error))
                else:
                    removed.append(each)
        finally:
            # Also when something ends it in the middle: what is gone is gone.
            if as_json:
                _print_json(removed, refused)
            else:
                _print(removed, with_files=with_files, is_all=len(removed) == len(found))
            for each, why in refused:
                print_error(why.shown_of(each.title or each.url))
    if refused:
        raise SystemExit(NOT_ALL)


def _unasked(found: Sequence[Book | Scan], *, with_files: bool) -> Sentence:
    """Return what is said where nobody is there to be asked."""
    scans = sum(isinstance(each, Scan) for each in found)
    what = both_in_sentence(len(found) - scans, scans)
    if with_files:
        return sentence(
            "remove.unasked_with_files",
            "Nothing was removed, as nobody can be asked here: --yes removes {what}, with files in the library.",
            what=what,
        )
    return sentence(
        "remove.unasked", "Nothing was removed, as nobody can be asked here: --yes removes {what}.", what=what
    )


def _print(removed: Sequence[Book | Scan], *, with_files: bool, is_all: bool) -> None:
    """Count what was removed; name it, too, where something was not."""
    if not is_all:
        for each in removed:
            print_line(f"  {'the scan of ' if isinstance(each, Scan) else ''}{each.title or each.url}: removed")
    if removed:
        print_line(f"{counted(removed)} removed{', files too' if with_files else ''}.")
        if with_files and any(isinstance(each, Book) and each.folder is not None for each in removed):
            print_line("For seven days `ohdio library --restore WORDS` brings what was in the library back.")
        print_line(*_what_stays(removed, with_files=with_files))


def _what_stays(found: Sequence[Book | Scan], *, with_files: bool) -> Iterator[str]:
    """Return that files stay in the library; nothing where there are none, or where they are deleted."""
    if not with_files and any(isinstance(each, Book) and each.folder is not None for each in found):
        yield "What is in the library stays there; --files deletes it, too."


def _print_json(removed: Sequence[Book | Scan], refused: Sequence[tuple[Book | Scan, ItemRefused]]) -> None:
    print_json(
        {
            "books": [asdict(each) for each in removed if isinstance(each, Book)],
            "scans": [asdict(each) for each in removed if isinstance(each, Scan)],
            "refused": [{"url": each.url, "detail": str(why)} for each, why in refused],
        }
    )


def _find(client: Client, wanted: Sequence[str], of_scan: Sequence[str], *, with_files: bool) -> list[Book | Scan]:
    """Return what is meant, each once.

    Raises:
        BadInput: Nothing was named, or some of it is not there.
        SystemExit: A number is nobody's.
    """
    if not wanted and not of_scan:
        raise BadInput(
            sentence(
                "remove.what",
                "Name books or scans by numbers that `ohdio queue` shows, links or words, or with --of-scan.",
            )
        )
    scope = replace(ANY_BOOK, scans=_SCANS) if with_files else _IN_THE_QUEUE
    meant = Meant.by(wanted)
    found = matching(client, meant, scope)
    for link in of_scan:
        added = filter(scope.has, map(Book.of_view, client.books.every(added_by=link)))
        if not (here := list(added)):
            raise BadInput(about(link, _NONE_ADDED_AT_ALL if with_files else _NONE_ADDED))
        found += here
    found += (numbered(client, number) for number in meant.numbers)
    return list({(type(each), each.id): each for each in found}.values())


def _remove(client: Client, each: Book | Scan, *, with_files: bool) -> None:
    if isinstance(each, Scan):
        client.scans.forget(each.id)
    elif with_files or each.item is None:
        client.books.delete(each.id)
    else:
        client.queue.remove(each.item)
