"""``ohdio remove``."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from ohdio.cli.connection import connected
from ohdio.cli.options import Api, AsJson, Data
from ohdio.cli.output import books, print_error, print_json, print_line
from ohdio.cli.sentences import BadInput
from ohdio.cli.words import words

if TYPE_CHECKING:
    from ohdio.client import Client

_NOT_ALL = 1  # exit code
_MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class _Book:
    """A book that is to be removed."""

    id: int
    item: int | None  #: its number in the queue
    url: str
    title: str | None
    status: str | None


@dataclass(frozen=True, slots=True)
class _Scan:
    """A scan that is to be ended, or forgotten."""

    id: int
    url: str
    title: str | None
    status: str


def remove(
    wanted: Annotated[
        list[str],
        typer.Argument(metavar="BOOK", help="Numbers that `ohdio queue` shows, links, or words of a title or author."),
    ],
    *,
    with_files: Annotated[bool, typer.Option("--files", help="Delete their files in the library, too.")] = False,
    is_meant: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    api: Api = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Take books out of the queue, and forget scans; what is in the library stays, unless --files is given."""
    from ohdio.client import ItemRefused

    with connected(api, data) as client:
        found = _find(client, wanted, with_files=with_files)
        if not is_meant:
            _ask(found, with_files=with_files, as_json=as_json)
        removed: list[_Book | _Scan] = []
        refused: list[tuple[_Book | _Scan, str]] = []
        try:
            for each in found:
                try:
                    client.order("DELETE", _path(each, with_files=with_files))
                except ItemRefused as error:
                    refused.append((each, str(error)))
                else:
                    removed.append(each)
        finally:
            # Also when something ends it in the middle: what is gone is gone.
            if as_json:
                _print_json(removed, refused)
            else:
                _print(removed, with_files=with_files, is_all=len(removed) == len(found))
            for each, why in refused:
                print_error(f"{each.title or each.url}: {why}")
    if refused:
        raise SystemExit(_NOT_ALL)


def _print(removed: Sequence[_Book | _Scan], *, with_files: bool, is_all: bool) -> None:
    """Count what was removed; name it, too, where something was not."""
    if not is_all:
        for each in removed:
            print_line(_line(each, "removed"))
    if removed:
        print_line(f"{_counted(removed)} removed{', files too' if with_files else ''}.")


def _print_json(removed: Sequence[_Book | _Scan], refused: Sequence[tuple[_Book | _Scan, str]]) -> None:
    print_json(
        {
            "books": [asdict(each) for each in removed if isinstance(each, _Book)],
            "scans": [asdict(each) for each in removed if isinstance(each, _Scan)],
            "refused": [{"url": each.url, "detail": why} for each, why in refused],
        }
    )


def _find(client: Client, wanted: Sequence[str], *, with_files: bool) -> list[_Book | _Scan]:
    """Find what is meant, each once.

    Raises:
        BadInput: Some of it is not there.
        SystemExit: A number is nobody's.
    """
    from ohdio_core.domain.typed_link import is_link

    links = [each for each in wanted if is_link(each)]
    others = [each for each in wanted if not is_link(each)]
    are_numbers = all(each.isdecimal() for each in others)
    found: list[_Book | _Scan] = []
    for link in links:
        here: list[_Book | _Scan] = [*_scans(client, link)]
        here += _books(client, url=link, with_files=with_files)
        found += _some(here, link, with_files=with_files)
    if are_numbers:
        found += (_numbered(client, int(number)) for number in others)
    else:
        # All of them together: "tome 2" is a part of a title, and no book with the number 2.
        title = words(" ".join(others))
        found += _some([*_books(client, q=title, with_files=with_files)], title, with_files=with_files)
    return list({(type(each), each.id): each for each in found}.values())


def _some(found: Sequence[_Book | _Scan], wanted: str, *, with_files: bool) -> Sequence[_Book | _Scan]:
    if not found:
        raise BadInput(f"{wanted}: there is no such book in the queue{' or in the library' if with_files else ''}.")
    return found


def _books(client: Client, *, with_files: bool, **question: str) -> Iterator[_Book]:
    for book in client.every("audiobooks", **question):
        if with_files or book["queue_item_id"] is not None:
            yield _Book(book["id"], book["queue_item_id"], book["url"], book["title"], book["status"])


def _numbered(client: Client, number: int) -> _Book:
    """Read an item of the queue.

    Raises:
        SystemExit: There is none.
    """
    from ohdio.client import ItemRefused

    try:
        item = client.get(f"queue/items/{number}")
    except ItemRefused as error:
        # As `pause` and `retry` end.
        print_error(f"{number}: {error}")
        raise SystemExit(_NOT_ALL) from None
    book = item["audiobook"]
    return _Book(book["id"], item["id"], book["url"], book["title"], item["status"])


def _scans(client: Client, url: str) -> Iterator[_Scan]:
    for scan in client.every("scrapes", url=url, status=("scraping", "failed", "cancelled")):
        yield _Scan(scan["id"], scan["url"], scan["title"], scan["status"])


def _ask(found: Sequence[_Book | _Scan], *, with_files: bool, as_json: bool) -> None:
    """Let a person confirm it.

    Raises:
        BadInput: Nobody is there to be asked.
        SystemExit: It is not meant.
    """
    if not as_json:
        for each in found[:_MOST_SHOWN]:
            print_line(_line(each, each.status))
        if len(found) > _MOST_SHOWN:
            print_line(f"  and {len(found) - _MOST_SHOWN} others")
    if as_json or not sys.stdin.isatty():
        raise BadInput(f"Nothing was removed, as nobody can be asked here: --yes removes {_counted(found)}.")
    if not typer.confirm(f"Remove {_counted(found)}{', with files in the library' if with_files else ''}?"):
        print_line("Nothing was removed.")
        raise SystemExit(_NOT_ALL)


def _line(each: _Book | _Scan, state: str | None) -> str:
    kind = "the scan of " if isinstance(each, _Scan) else ""
    return f"  {kind}{each.title or each.url}{f': {state}' if state else ''}"


def _path(each: _Book | _Scan, *, with_files: bool) -> str:
    if isinstance(each, _Scan):
        return f"scrapes/{each.id}"
    return f"audiobooks/{each.id}" if with_files else f"queue/items/{each.item}"


def _counted(found: Sequence[_Book | _Scan]) -> str:
    scans = sum(isinstance(each, _Scan) for each in found)
    counts = [books(len(found) - scans)] if len(found) > scans else []
    counts += ["1 scan" if scans == 1 else f"{scans} scans"] if scans else []
    return " and ".join(counts)
