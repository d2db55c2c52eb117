"""Options that say which books of a listing are wanted, each by itself."""

from __future__ import annotations

import re
from typing import Annotated, TypeAlias

import typer

from ohdio_client.cli.bad_argument import BadArgument
from ohdio_client.cli.words import words
from ohdio_core.sentences import sentence

#: Filters, as the API takes them; only what somebody asked for.
Chosen: TypeAlias = "dict[str, object]"

# What the API takes.
_LONGEST = 10_000_000  # seconds
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


def book_filters(
    *,
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
) -> Chosen:
    """Return which books are wanted, as the API takes it; only what somebody asked for is set.

    Raises:
        BadArgument: Nothing could be left, or it is more than the API takes.
    """
    if max(len(values or ()) for values in (title, not_title, author, not_author, language)) > _MOST_VALUES:
        raise BadArgument(
            sentence("argument.too_often", "An option can be repeated {most} times at most.", most=_MOST_VALUES)
        )
    require_books(min_duration, max_duration)
    filters = {
        "title_include": title,
        "title_exclude": not_title,
        "author_include": author,
        "author_exclude": not_author,
        "languages": language,
        "min_duration_seconds": min_duration,
        "max_duration_seconds": max_duration,
    }
    return {name: value for name, value in filters.items() if value}


def require_books(shortest: int | None, longest: int | None) -> None:
    """Return if books may be left that last between so many seconds.

    Raises:
        BadArgument: None may.
    """
    if shortest and longest and shortest > longest:
        raise BadArgument(
            sentence("wishes.nothing_left", "--min-duration is more than --max-duration, so no book could be left.")
        )
