"""``ohdio library``."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ohdio_client.cli.bad_argument import BadArgument
from ohdio_client.cli.connection import connected
from ohdio_client.cli.edit import edit_book
from ohdio_client.cli.no_match import no_book_has, none_missing_has
from ohdio_client.cli.options import Api, AsJson, Data
from ohdio_client.cli.output import books, print_json, print_line
from ohdio_client.cli.rename import rename_folders
from ohdio_client.cli.shelf import in_shelf_order, print_shelf
from ohdio_client.cli.trash import empty_trash, list_trash, restore_trash
from ohdio_client.cli.whole_number import whole_number
from ohdio_client.cli.words import words
from ohdio_client.counted_books import missing_in_sentence
from ohdio_client.errors import BadInput
from ohdio_client.language import sentence_of, translated
from ohdio_core.domain.missing_books import are_many
from ohdio_core.sentences import Sentence, sentence, together

if TYPE_CHECKING:
    from ohdio_client.api.client import Client
    from ohdio_core.schemas.audiobooks import AudiobookView
    from ohdio_core.schemas.library import MissingBooks

_NOT_MEANT = 1  # exit code
_WHAT_CAN_BE_DONE = "`ohdio library --missing --fetch` fetches what is missing again, `--missing --forget` lets it go."
_NAME_THEM = sentence(
    "library.name_them",
    "If they are gone for good, name them, by words of a title or an author behind the command, or confirm it at a "
    "terminal, without --yes.",
)


@dataclass(frozen=True, slots=True)
class _Action:
    """What can be done about missing books."""

    path: Literal["fetch", "forget"]
    question: str
    done: str
    nothing: Sentence
    unasked: Callable[[int], Sentence]  #: of so many books: what is said where nobody is there to be asked


def _fetch_unasked(count: int) -> Sentence:
    return sentence(
        "library.fetch_unasked",
        "Nothing was queued, as nobody can be asked here: --yes means {books}.",
        books=missing_in_sentence(count),
    )


def _forget_unasked(count: int) -> Sentence:
    return sentence(
        "library.forget_unasked",
        "Nothing was let go, as nobody can be asked here: --yes means {books}.",
        books=missing_in_sentence(count),
    )


_FETCH = _Action(
    "fetch",
    "Fetch {} again?",
    "{} queued to be fetched again.",
    sentence("library.nothing_fetched", "Nothing was queued."),
    _fetch_unasked,
)
_FORGET = _Action(
    "forget",
    "Let go of {}? No scan brings them back, `--again` does.",
    "Let go of {}; no file was touched.",
    sentence("library.nothing_forgotten", "Nothing was let go."),
    _forget_unasked,
)


def library(
    sought: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="WORDS|rename",
            help="Only books with these words in title or author; or `rename`: move folders to where they belong by "
            "BOOK_NAMES.",
        ),
    ] = None,
    *,
    is_missing: Annotated[
        bool, typer.Option("--missing", help="Complete books whose files are not there any more.")
    ] = False,
    is_fetched: Annotated[bool, typer.Option("--fetch", help="Fetch the missing ones again.")] = False,
    is_forgotten: Annotated[bool, typer.Option("--forget", help="Let go of the missing ones.")] = False,
    is_trash: Annotated[bool, typer.Option("--trash", help="Books that were deleted within seven days.")] = False,
    is_restored: Annotated[bool, typer.Option("--restore", help="Put those of the trash back.")] = False,
    is_emptied: Annotated[bool, typer.Option("--empty", help="Delete those of the trash for good.")] = False,
    said: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="FIELD=VALUE",
            help="Change the one book with these words, in its files too: title, author, narrator (these repeatable), "
            "series, number, year, date, isbn, asin, genre, audience, description.",
        ),
    ] = None,
    with_moved: Annotated[
        bool, typer.Option("--moved", help="With `rename`: folders that people have put elsewhere, too.")
    ] = False,
    is_meant: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    most: Annotated[
        int | None, typer.Option("--limit", metavar="N", parser=whole_number, help="How many to show at most.")
    ] = None,
    api: Api = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List the books that are in the library now, and where; those that ought to be; or those that were deleted."""
    asked = words(" ".join(sought)) if sought else None
    order = _one_of(
        set=bool(said), fetch=is_fetched, forget=is_forgotten, restore=is_restored, empty=is_emptied, moved=with_moved
    )
    listed = _one_of(
        missing=is_missing or order in ("fetch", "forget"), trash=is_trash or order in ("restore", "empty")
    )
    if _is_rename(sought, order or listed):
        with connected(api, data) as client:
            rename_folders(client, by_hand=with_moved, is_meant=is_meant, as_json=as_json)
        return
    with connected(api, data) as client:
        match order or listed:
            case "fetch" | "forget":
                _settle(client, asked, _FETCH if is_fetched else _FORGET, is_meant=is_meant, as_json=as_json)
            case "set":
                edit_book(client, asked, said or (), as_json=as_json)
            case "restore":
                restore_trash(client, asked, as_json=as_json)
            case "empty":
                empty_trash(client, asked, is_meant=is_meant, as_json=as_json)
            case "missing":
                _list_missing(client, asked, most, as_json=as_json)
            case "trash":
                list_trash(client, asked, most, as_json=as_json)
            case _:
                _list(client, asked, most, as_json=as_json)


def _is_rename(sought: Sequence[str] | None, chosen: str | None) -> bool:
    """Return whether folders are to be moved.

    Raises:
        BadArgument: They are not, with an option that goes with that alone.
    """
    is_rename = sought == ["rename"] and chosen in (None, "moved")
    if chosen == "moved" and not is_rename:
        raise BadArgument(sentence("library.moved_alone", "--moved goes with `ohdio library rename` alone."))
    return is_rename


def _one_of(**options: bool) -> str | None:
    """Return the option that was chosen, or None.

    Raises:
        BadArgument: Several were.
    """
    chosen = [name for name, is_chosen in options.items() if is_chosen]
    if len(chosen) > 1:
        raise BadArgument(
            sentence(
                "library.two_orders",
                "--{first} and --{second} cannot both be meant.",
                first=chosen[0],
                second=chosen[1],
            )
        )
    return chosen[0] if chosen else None


def _list(client: Client, asked: str | None, most: int | None, *, as_json: bool) -> None:
    there: list[AudiobookView] = []
    missing = 0
    for page in client.books.shelf(asked):
        there += page.items
        missing += page.missing
    found = in_shelf_order(there)[:most]
    if as_json:
        print_json({"items": found})
        return
    if asked is not None and not there and not missing:
        print_line(translated(no_book_has(asked)))
        return
    print_shelf(found)
    of_all = f"{len(found)} of " if len(found) < len(there) else ""
    print_line(f"{of_all}{books(len(there))}.")
    if missing:
        _print_missing(missing, asked, is_much=asked is None and are_many(missing, len(there) + missing))


def _print_missing(missing: int, asked: str | None, *, is_much: bool) -> None:
    is_, them = ("is", "it") if missing == 1 else ("are", "them")
    why = ", so many at once as if a disk or a folder of the library were not mounted" if is_much else ""
    sought = f" {shlex.quote(asked)}" if asked else ""
    print_line(f"{books(missing)} {is_} missing{why}: `ohdio library --missing{sought}` shows {them}.")


def _list_missing(client: Client, asked: str | None, most: int | None, *, as_json: bool) -> None:
    answer = client.books.missing(asked)
    every = in_shelf_order(answer.items)
    found = every[:most]
    if as_json:
        print_json({"items": found, "note": answer.note})
        return
    if asked is not None and not every:
        print_line(translated(none_missing_has(asked)))
        return
    print_shelf(found)
    print_line(f"{books(len(every))} missing.")
    if every:
        print_line(*map(translated, filter(None, [_note_of(answer)])), _WHAT_CAN_BE_DONE)


def _note_of(answer: MissingBooks) -> Sentence | None:
    return sentence_of(answer.note, answer.note_message)


def _settle(client: Client, asked: str | None, action: _Action, *, is_meant: bool, as_json: bool) -> None:
    """Do something about missing books, once a person has confirmed it.

    So many that their disk may not be mounted are named by words, or confirmed at a terminal: --yes alone is what
    stands in scripts.

    Raises:
        BadInput: Nobody is there to be asked, or so many are missing.
        SystemExit: It is not meant.
    """
    answer = client.books.missing(asked)
    found, note = in_shelf_order(answer.items), _note_of(answer)
    if not as_json:
        print_shelf(found)
    is_anybody_there = not as_json and sys.stdin.isatty()
    if note and asked is None and (is_meant or not is_anybody_there):
        raise BadInput(together(action.nothing, note, _NAME_THEM))
    if found and not is_meant:
        _confirm(found, note, action, is_anybody_there=is_anybody_there)
    changed = client.books.settle_missing(action.path, [book.id for book in found]) if found else 0
    if as_json:
        print_json({"items": found, "changed": changed})
    elif found:
        print_line(action.done.format(books(changed)))
    else:
        print_line("No book is missing." if asked is None else translated(none_missing_has(asked)))


def _confirm(found: Sequence[AudiobookView], note: Sentence | None, action: _Action, *, is_anybody_there: bool) -> None:
    """Prompt whether it is meant.

    Raises:
        BadInput: Nobody is there to be asked.
        SystemExit: It is not meant.
    """
    if not is_anybody_there:
        raise BadInput(action.unasked(len(found)))
    if note:
        print_line(translated(note))
    if not typer.confirm(action.question.format(books(len(found)))):
        print_line(translated(action.nothing))
        raise SystemExit(_NOT_MEANT)
