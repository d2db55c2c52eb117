"""Options that say what of a link is wanted: as one book, or only some books of it."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from ohdio_client.cli.bad_argument import BadArgument
from ohdio_client.cli.form import As
from ohdio_client.cli.speed import Speed
from ohdio_client.cli.whole_number import up_to
from ohdio_client.cli.words import words
from ohdio_core.sentences import sentence

if TYPE_CHECKING:
    from ohdio_core.schemas.submissions import Wishes

#: What is wanted of links, as the API takes it; by name, as its class takes long to import.
Wanted: TypeAlias = "Wishes"

# What the API takes.
_LONGEST = 10_000_000  # seconds
_MOST_NEWEST = 1000
_MOST_VALUES = 50  # of one option
_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,2}):(\d{2})")
_UNITS = re.compile(r"(?=\d)(?:(\d{1,5})\s*h)?\s*(?:(\d{1,6})\s*(?:m|min)?)?", re.IGNORECASE)


def _duration(text: str) -> int:
    """Read a duration, in seconds."""
    read = text.strip()
    hours = minutes = seconds = 0
    if (clock := _CLOCK.fullmatch(read)) is not None:
        hours, minutes, seconds = (int(group or 0) for group in clock.groups())
    elif (units := _UNITS.fullmatch(read)) is not None:
        hours, minutes = (int(group or 0) for group in units.groups())
    if not (duration := (hours * 60 + minutes) * 60 + seconds):
        raise BadArgument(
            sentence("argument.no_duration", "{text!r} is no duration. Write 90 (minutes), 1h30 or 1:30:00.", text=text)
        )
    if duration > _LONGEST:
        raise BadArgument(
            sentence("argument.too_long", "{text!r} is too long: {hours}h at most.", text=text, hours=_LONGEST // 3600)
        )
    return duration


def _language(text: str) -> str:
    from ohdio_core.domain.languages import language_tag

    if (tag := language_tag(text)) is None:
        raise BadArgument(
            sentence(
                "argument.no_language",
                "{text!r} is no language that is known. Write its code, for instance fr, or its name.",
                text=text,
            )
        )
    return tag


def wishes(
    *,
    as_book: Annotated[
        bool, typer.Option("--as-book", help="Make one book of a whole feed, with its episodes as chapters.")
    ] = False,
    title: Annotated[
        list[str] | None,
        typer.Option("--title", metavar="WORDS", parser=words, help="Only books with this in the title (repeatable)."),
    ] = None,
    not_title: Annotated[
        list[str] | None,
        typer.Option(
            "--not-title", metavar="WORDS", parser=words, help="No books with this in the title (repeatable)."
        ),
    ] = None,
    author: Annotated[
        list[str] | None,
        typer.Option("--author", metavar="NAME", parser=words, help="Only books of this author (repeatable)."),
    ] = None,
    not_author: Annotated[
        list[str] | None,
        typer.Option("--not-author", metavar="NAME", parser=words, help="No books of this author (repeatable)."),
    ] = None,
    language: Annotated[
        list[str] | None,
        typer.Option(
            "--language",
            metavar="LANGUAGE",
            parser=_language,
            help="Only books in this language: fr, French (repeatable).",
        ),
    ] = None,
    min_duration: Annotated[
        int | None,
        typer.Option("--min-duration", metavar="TIME", parser=_duration, help="No shorter books: 90 (minutes), 1h30."),
    ] = None,
    max_duration: Annotated[
        int | None, typer.Option("--max-duration", metavar="TIME", parser=_duration, help="No longer books.")
    ] = None,
    newest: Annotated[
        int | None,
        typer.Option("--newest", metavar="N", parser=up_to(_MOST_NEWEST), help="Only the N newest books of each link."),
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Also books of these links that were removed before.")] = False,
    wanted_form: As = None,
    no_faster: Speed = None,
) -> Wanted:
    """Return what is wanted, as the API takes it; only what somebody asked for is set.

    Raises:
        BadArgument: Nothing could be left, or it is more than the API takes.
    """
    if max(len(values or ()) for values in (title, not_title, author, not_author, language)) > _MOST_VALUES:
        raise BadArgument(
            sentence("argument.too_often", "An option can be repeated {most} times at most.", most=_MOST_VALUES)
        )
    if min_duration and max_duration and min_duration > max_duration:
        raise BadArgument(
            sentence("wishes.nothing_left", "--min-duration is more than --max-duration, so no book could be left.")
        )
    filters = {
        "title_include": title,
        "title_exclude": not_title,
        "author_include": author,
        "author_exclude": not_author,
        "languages": language,
        "min_duration_seconds": min_duration,
        "max_duration_seconds": max_duration,
        "newest": newest,
    }
    asked = {name: value for name, value in filters.items() if value}
    if as_book and asked:
        raise BadArgument(
            sentence(
                "wishes.whole_feed",
                "--as-book takes all of a feed, so nothing can be filtered: leave one of them out.",
            )
        )
    from ohdio_core.schemas.submissions import Wishes

    wanted: dict[str, object] = {"as": "book"} if as_book else {}
    if asked:
        wanted["filters"] = asked
    if again:
        wanted["again"] = True
    if wanted_form is not None:
        wanted["form"] = wanted_form
    if no_faster:
        wanted["speed_limit_kb"] = no_faster
    return Wishes.model_validate(wanted)


def with_wishes(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command with the options of ``wishes``, in the place of its parameter ``wanted``, which they become."""
    options = inspect.signature(wishes, eval_str=True).parameters
    signature = inspect.signature(command, eval_str=True)

    @functools.wraps(command)
    def with_options(**given: Any) -> None:
        wanted = wishes(**{name: given.pop(name) for name in options})
        command(**given, wanted=wanted)

    parameters: list[inspect.Parameter] = []
    for name, parameter in signature.parameters.items():
        parameters.extend(options.values() if name == "wanted" else [parameter])
    # The command line has no such option, so nobody is to look for its class.
    own = {name: hint for name, hint in command.__annotations__.items() if name != "wanted"}
    with_options.__annotations__ = own
    # Where inspect, and with it typer, looks first.
    vars(with_options)["__signature__"] = signature.replace(parameters=parameters)
    return with_options
