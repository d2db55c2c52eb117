"""Options that say what of a link is wanted: as one book, or only some books of it."""

from __future__ import annotations

import re
from typing import Annotated, Any

import typer

from ohdio.cli.whole_number import whole_number

_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,2}):(\d{2})")
_UNITS = re.compile(r"(?=\d)(?:(\d{1,5})\s*h)?\s*(?:(\d{1,6})\s*(?:m|min)?)?", re.IGNORECASE)


def _duration(text: str) -> int:
    """Read a duration, in seconds."""
    words = text.strip()
    if (clock := _CLOCK.fullmatch(words)) is not None:
        hours, minutes, seconds = (int(group or 0) for group in clock.groups())
        return (hours * 60 + minutes) * 60 + seconds
    if (units := _UNITS.fullmatch(words)) is not None:
        hours, minutes = (int(group or 0) for group in units.groups())
        return (hours * 60 + minutes) * 60
    raise typer.BadParameter(f"{text!r} is no duration. Write 90 (minutes), 1h30 or 1:30:00.")


def _language(text: str) -> str:
    from ohdio_core.domain.languages import language_tag

    if (tag := language_tag(text)) is None:
        raise typer.BadParameter(
            f"{text!r} is no language that is known. Write its code, for instance fr, or its name."
        )
    return tag


AsBook = Annotated[
    bool, typer.Option("--as-book", help="Make one book of a whole feed, with its episodes as chapters.")
]
Titles = Annotated[
    list[str] | None, typer.Option("--title", metavar="WORDS", help="Only books with this in the title (repeatable).")
]
NotTitles = Annotated[
    list[str] | None, typer.Option("--not-title", metavar="WORDS", help="No books with this in the title (repeatable).")
]
Authors = Annotated[
    list[str] | None, typer.Option("--author", metavar="NAME", help="Only books of this author (repeatable).")
]
NotAuthors = Annotated[
    list[str] | None, typer.Option("--not-author", metavar="NAME", help="No books of this author (repeatable).")
]
Languages = Annotated[
    list[str] | None,
    typer.Option(
        "--language", metavar="LANGUAGE", parser=_language, help="Only books in this language: fr, French (repeatable)."
    ),
]
Shortest = Annotated[
    int | None,
    typer.Option("--min-duration", metavar="TIME", parser=_duration, help="No shorter books: 90 (minutes), 1h30."),
]
Longest = Annotated[
    int | None, typer.Option("--max-duration", metavar="TIME", parser=_duration, help="No longer books.")
]
NewestOnly = Annotated[
    int | None,
    typer.Option("--newest", metavar="N", parser=whole_number, help="Only the N newest books of each link."),
]


def wishes(
    *,
    as_book: bool,
    title: list[str] | None,
    not_title: list[str] | None,
    author: list[str] | None,
    not_author: list[str] | None,
    language: list[str] | None,
    min_duration: int | None,
    max_duration: int | None,
    newest: int | None,
) -> dict[str, Any]:
    """Return what the API is to be told besides the links; nothing for what nobody asked for."""
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
    return {**({"as": "book"} if as_book else {}), **({"filters": asked} if asked else {})}
