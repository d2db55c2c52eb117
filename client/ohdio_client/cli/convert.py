"""``ohdio convert``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from ohdio_client.cli.bad_argument import BadArgument
from ohdio_client.cli.confirmation import confirm
from ohdio_client.cli.connection import connected
from ohdio_client.cli.conversions import how_long, list_conversions, settle_conversions
from ohdio_client.cli.form import As, bit_rate
from ohdio_client.cli.lines import lines_of
from ohdio_client.cli.matching import ANY_BOOK, NOT_ALL, Book, Meant, books_matching, numbered
from ohdio_client.cli.options import Api, AsJson, Data
from ohdio_client.cli.output import books, length, print_error, print_json, print_line, size
from ohdio_client.cli.words import words
from ohdio_client.counted_books import books_in_sentence
from ohdio_core.domain.book_form import BookForm
from ohdio_core.sentences import sentence

if TYPE_CHECKING:
    from ohdio_client.api.client import Client
    from ohdio_client.api.errors import ItemRefused
    from ohdio_core.schemas.conversions import ConversionEstimate


def convert(
    wanted: Annotated[
        list[str] | None,
        typer.Argument(metavar="BOOK", help="Numbers that `ohdio queue` shows, links, or words of a title or author."),
    ] = None,
    *,
    form: As = None,
    rate: Annotated[
        str | None,
        typer.Option(
            "--bit-rate",
            metavar="RATE",
            parser=bit_rate,
            help="Encode what cannot be joined as it is, MP3 for an M4B for instance, with so many bits a second: 64k.",
        ),
    ] = None,
    is_shown: Annotated[bool, typer.Option("--status", help="Show what is converted, and what could not be.")] = False,
    is_paused: Annotated[bool, typer.Option("--pause", help="Pause conversions; all without BOOK.")] = False,
    is_resumed: Annotated[
        bool, typer.Option("--resume", help="Let them go on, and try again what has failed.")
    ] = False,
    is_cancelled: Annotated[bool, typer.Option("--cancel", help="Cancel them; the books stay as they are.")] = False,
    is_meant: Annotated[
        bool, typer.Option("--yes", help="Do not ask, where it is more than one book, or takes its time.")
    ] = False,
    api: Api = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make one file with chapters of books in the library: an M4B, or with --as mp3 an MP3.

    The old files stay until the new one is there and verified, and go to the trash then. Sound is encoded only with
    --bit-rate, with low priority, beside the downloads; how long that takes on this machine is said first.
    """
    action = _one_of(status=is_shown, pause=is_paused, resume=is_resumed, cancel=is_cancelled)
    with connected(api, data) as client:
        if action is not None:
            asked = words(" ".join(wanted)) if wanted else None
            if action == "status":
                list_conversions(client, asked, as_json=as_json)
            else:
                settle_conversions(client, asked, action, as_json=as_json)
            return
        _convert(client, wanted or [], _form_of(form, rate), is_meant=is_meant, as_json=as_json)


def _one_of(**options: bool) -> Literal["status", "pause", "resume", "cancel"] | None:
    """Return the option that was chosen, or None.

    Raises:
        BadArgument: Several were.
    """
    chosen = [name for name, is_chosen in options.items() if is_chosen]
    if len(chosen) > 1:
        raise BadArgument(
            sentence("convert.one_of", "Only one of --status, --pause, --resume and --cancel can be meant.")
        )
    return cast("Literal['status', 'pause', 'resume', 'cancel'] | None", next(iter(chosen), None))


def _form_of(form: str | None, rate: str | None) -> BookForm:
    """Return what books become.

    Raises:
        BadArgument: It is no one file, or is never encoded.
    """
    if form == "original":
        raise BadArgument(
            sentence(
                "convert.original",
                "One file cannot be made into the parts of the site: `ohdio again` downloads these anew.",
            )
        )
    if rate is None:
        return BookForm(form or "m4b")
    if BookForm(form or "m4b").container is not BookForm.M4B:
        raise BadArgument(sentence("convert.never_encoded", "Only M4B is encoded: --bit-rate goes with no other form."))
    return BookForm(f"m4b-{rate}")


def _convert(client: Client, wanted: Sequence[str], form: BookForm, *, is_meant: bool, as_json: bool) -> None:
    if not wanted:
        raise BadArgument(sentence("convert.which", "Write which books: words of a title or author, or links."))
    meant = Meant.by(wanted)
    found = books_matching(client, meant, ANY_BOOK) + [numbered(client, number) for number in meant.numbers]
    estimate = None if form.bit_rate is None else client.conversions.estimate([book.id for book in found], form.value)
    if (len(found) > 1 or (estimate is not None and estimate.encoded)) and not is_meant:
        _confirm(found, estimate, as_json=as_json)
    ordered, refused = _order(client, found, form.value)
    if as_json:
        said = [{"url": book.url, "detail": str(why)} for book, why in refused]
        print_json({"changed": len(ordered), "refused": said, "estimate": estimate})
    elif ordered:
        print_line(f"Converting: {books(len(ordered))}.", *lines_of(ordered), *_takes(estimate))
    for book, why in refused:
        print_error(why.shown_of(book.title or book.url))
    if refused:
        raise SystemExit(NOT_ALL)


def _confirm(found: Sequence[Book], estimate: ConversionEstimate | None, *, as_json: bool) -> None:
    confirm(
        f"Convert {books(len(found))}?",
        [*lines_of(found), *_takes(estimate)],
        nothing=sentence("convert.nothing", "Nothing is converted."),
        unasked=sentence(
            "convert.unasked",
            "Nothing is converted, as nobody can be asked here: --yes converts {books}.",
            books=books_in_sentence(len(found)),
        ),
        as_json=as_json,
    )


def _takes(estimate: ConversionEstimate | None) -> Sequence[str]:
    """Return how long the encoding takes; nothing where nothing is encoded."""
    if estimate is None or not estimate.encoded:
        return ()
    sound = f"{length(estimate.sound_seconds)} of sound" if estimate.sound_seconds else "Sound of unknown length"
    if estimate.seconds is None:
        return (f"{sound} is encoded; nobody knows yet how long that takes.",)
    became = f"{size(estimate.bytes)} in the place of {size(estimate.bytes_before)}"
    return (f"{sound} is encoded, which takes {how_long(estimate.seconds)} on this machine: {became}.",)


def _order(client: Client, found: Sequence[Book], form: str) -> tuple[list[Book], list[tuple[Book, ItemRefused]]]:
    """Order books to be converted; return them, and those that are refused, with why."""
    from ohdio_client.api.errors import ItemRefused

    ordered, refused = [], []
    for book in found:
        try:
            ordered.append(Book.of_view(client.books.convert(book.id, form)))
        except ItemRefused as error:
            refused.append((book, error))
    return ordered, refused
