"""What is known of a book that a person had: by its marker, what lies beside it, its tags, its name, in that order."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from pathlib import Path

#: A year, or a day, before a title.
_DATE_FIRST = re.compile(r"^\(?\d{4}(?:[-._]?\d{2}[-._]?\d{2})?\)?\s*[-–]\s*(?=\S)")


@dataclass(frozen=True, slots=True)
class BookFacts:
    """What something says of a book."""

    owner: str | None = None  #: the id that ohdio marked it with
    title: str | None = None
    authors: tuple[str, ...] = ()
    narrators: tuple[str, ...] = ()
    translators: tuple[str, ...] = ()
    series: str | None = None
    series_position: str | None = None
    published_year: int | None = None
    publisher: str | None = None
    genre: str | None = None
    language: str | None = None
    isbn: str | None = None
    asin: str | None = None
    description: str | None = None


def merged(facts: Iterable[BookFacts]) -> BookFacts:
    """Return one of several: of each fact what the first says that says any."""
    found = BookFacts()
    for each in facts:
        missing = {field.name for field in fields(found) if not getattr(found, field.name)}
        found = replace(found, **{name: getattr(each, name) for name in missing if getattr(each, name)})
    return found


def of_path(place: Path, root: Path, *, is_folder: bool) -> BookFacts:
    """Return what the names say: ``Author/Title/…``, ``Author - Title`` or ``Title``, as people write them."""
    name = place.name if is_folder else place.stem
    name = title_of_name(name)
    above = place.relative_to(root).parts[:-1]
    if above:
        return BookFacts(title=name, authors=(above[0],))
    author, dash, title = name.partition(" - ")
    if dash and title.strip() and not author.strip().isdecimal():
        return BookFacts(title=title.strip(), authors=(author.strip(),))
    return BookFacts(title=name)


def title_of_name(name: str) -> str:
    """Return the title that a name has, without the year or day before it."""
    return _DATE_FIRST.sub("", name.replace("_", " ")).strip()


def names_of(text: str | None) -> tuple[str, ...]:
    """Return the people that a line names, with ";", "/" or "&" between them, or commas between several words."""
    if not text or not text.strip():
        return ()
    pieces = [piece.strip() for piece in re.split(r"\s*(?:;|/|&|\band\b|\bet\b)\s*", text) if piece.strip()]
    if len(pieces) == 1 and all(" " in piece.strip() for piece in pieces[0].split(",")):
        pieces = [piece.strip() for piece in pieces[0].split(",")]
    return tuple(dict.fromkeys(pieces))


def year_of(text: str | None) -> int | None:
    """Return the year that a date begins with."""
    found = re.match(r"\s*(\d{4})(?!\d)", text or "")
    return int(found[1]) if found and 1000 <= int(found[1]) <= 2200 else None
