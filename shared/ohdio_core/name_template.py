"""Templates for the names of folders: ``{author}/{series}/{sequence - }{title}``, checked before they are used.

A name in braces is a value of the book. What else stands in the braces goes with it: where a book has no place in a
series, ``{sequence - }`` leaves nothing. So does a folder of whose values there is none. Braces that are meant as such
are doubled.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from ohdio_core.expectations import UnexpectedValue
from ohdio_core.sentences import Sentence, sentence


class NameField(StrEnum):
    """A value that a name can be made of; the members are what people write."""

    SHOW = "show"  #: of an episode
    AUTHOR = "author"  #: all of them; the show of a book without any
    TITLE = "title"
    SERIES = "series"
    SEQUENCE = "sequence"  #: the place in it, as a number
    NARRATOR = "narrator"  #: all who read it
    YEAR = "year"
    DATE = "date"  #: the day on which it appeared, where that is known
    PUBLISHER = "publisher"
    GENRE = "genre"
    LANGUAGE = "language"
    ASIN = "asin"


class NamePiece(NamedTuple):
    """A piece of a folder's name: a value with what goes with it, or text alone."""

    before: str
    field: NameField | None = None
    after: str = ""


@dataclass(frozen=True, slots=True)
class NameTemplate:
    """What the folder of a book is called: the pieces of each level."""

    text: str  #: as somebody wrote it
    folders: tuple[tuple[NamePiece, ...], ...]

    def __str__(self) -> str:
        """Return it as somebody wrote it."""
        return self.text

    @property
    def is_series_misread(self) -> bool:
        """Return whether players take the folder above a book's for a series that it does not name."""
        return len(self.folders) > 2 and all(piece.field is not NameField.SERIES for piece in self.folders[-2])


_LONGEST = 200  # characters
_MOST_FOLDERS = 5
_MOST_TEXT = 40  # bytes of a folder's name that are no values
_FORBIDDEN = frozenset('\\:*?"<>|')
_WORD = re.compile(r"[^\W_]+")


def parse_names(text: str) -> NameTemplate:
    """Return a template for books, if every book could be filed by it on every system.

    Raises:
        UnexpectedValue: It is none; the sentence says where, and what is wrong there.
    """
    template = _parse(text)
    if not any(piece.field is NameField.TITLE for piece in template.folders[-1]):
        raise UnexpectedValue(
            sentence("names.no_title", "The last folder is that of one book, so it must have {{title}} in its name.")
        )
    return template


def parse_show_names(text: str) -> NameTemplate:
    """Return a template for episodes, whose last level is what the files of one are called.

    Raises:
        UnexpectedValue: It is none; the sentence says where, and what is wrong there.
    """
    template = _parse(text)
    if len(template.folders) < 2 or not any(
        piece.field is NameField.SHOW for pieces in template.folders[:-1] for piece in pieces
    ):
        raise UnexpectedValue(
            sentence(
                "names.no_show", "Episodes lie in the folder of their show, so {{show}} must stand before the last /."
            )
        )
    if not any(piece.field is NameField.TITLE for piece in template.folders[-1]):
        raise UnexpectedValue(
            sentence(
                "names.no_episode_title",
                "Behind the last / is the name of one episode, so it must have {{title}} in it.",
            )
        )
    return template


def _parse(text: str) -> NameTemplate:
    if len(text) > _LONGEST:
        raise UnexpectedValue(sentence("names.too_long", "A template has at most {most} characters.", most=_LONGEST))
    folders = tuple(_folder(text, start, end) for start, end in _levels(text))
    if len(folders) > _MOST_FOLDERS:
        said = sentence("names.too_deep", "There are at most {most} folders within each other.", most=_MOST_FOLDERS)
        raise UnexpectedValue(said)
    return NameTemplate(text, folders)


def _levels(text: str) -> list[tuple[int, int]]:
    """Return where each folder's name begins and ends; a ``/`` within braces is left for whoever reads the piece."""
    levels, start, is_open, at = [], 0, False, 0
    while at < len(text):
        if text[at] in "{}" and text[at : at + 2] == text[at] * 2:
            at += 1
        elif text[at] in "{}":
            is_open = text[at] == "{"
        elif text[at] == "/" and not is_open:
            levels.append((start, at))
            start = at + 1
        at += 1
    return [*levels, (start, len(text))]


def _folder(text: str, start: int, end: int) -> tuple[NamePiece, ...]:
    pieces: list[NamePiece] = []
    said, at = "", start
    while at < end:
        if text[at] in "{}" and text[at : at + 2] == text[at] * 2:
            said += text[at]
            at += 2
        elif text[at] == "}":
            raise _wrong(
                at,
                sentence(
                    "names.closed",
                    "this brace closes none. One that is meant as such is written twice: {braces}.",
                    braces="}}",
                ),
            )
        elif text[at] == "{":
            pieces += [NamePiece(said)] if said else []
            piece, at, said = *_piece(text, at, end), ""
            pieces.append(piece)
        else:
            _require_allowed(text, at)
            said += text[at]
            at += 1
    pieces += [NamePiece(said)] if said else []
    _require_name(pieces, start)
    return tuple(pieces)


def _piece(text: str, start: int, end: int) -> tuple[NamePiece, int]:
    """Return what a pair of braces has in it, and where the text goes on behind."""
    inner, places, at = "", [], start + 1
    while at < end and (text[at] != "}" or _is_meant(inner, text[at : at + 2])):
        if text[at] == "{" and text[at : at + 2] != "{{":
            raise _wrong(at, sentence("names.opened_twice", "a brace is opened within braces."))
        if text[at] == "/":
            raise _wrong(at, sentence("names.slash", "a folder cannot end within braces: write / between them."))
        _require_allowed(text, at)
        inner += text[at]
        places.append(at)
        at += 2 if text[at] in "{}" else 1
    if at >= end:
        raise _wrong(start, sentence("names.not_closed", "this brace is not closed."))
    words = list(_WORD.finditer(inner))
    named = [word for word in words if word[0] in NameField.__members__.values()]
    if not named:
        first = words[0] if words else None
        where = start if first is None else places[first.start()]
        raise _wrong(where, _unknown("{}" if first is None else first[0]))
    if len(named) > 1:
        two = sentence("names.two_values", "a pair of braces has one value, and this would be a second one.")
        raise _wrong(places[named[1].start()], two)
    found = named[0]
    return NamePiece(inner[: found.start()], NameField(found[0]), inner[found.end() :]), at + 1


def _is_meant(inner: str, braces: str) -> bool:
    """Return whether braces within a piece are meant as one, as one was opened there: else the first ends the piece."""
    return braces == "}}" and inner.count("{") > inner.count("}")


def _require_allowed(text: str, at: int) -> None:
    character = text[at]
    if character in _FORBIDDEN or unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
        raise _wrong(
            at,
            sentence(
                "names.forbidden",
                "names with {character} are refused by some systems. / stands between folders.",
                character=character if character in _FORBIDDEN else f"U+{ord(character):04X}",
            ),
        )


def _require_name(pieces: list[NamePiece], start: int) -> None:
    texts = [text for piece in pieces for text in (piece.before, piece.after)]
    if not pieces or (all(piece.field is None for piece in pieces) and not "".join(texts).strip(". ")):
        raise _wrong(start, sentence("names.no_name", "this folder has no name. A template begins and ends without /."))
    if pieces[0].before.lstrip(" ").startswith("."):
        raise _wrong(start, sentence("names.hidden", "folders whose names begin with a dot are hidden."))
    if len("".join(texts).encode()) > _MOST_TEXT:
        raise _wrong(
            start,
            sentence(
                "names.too_much_text", "a folder has at most {most} bytes of text besides values.", most=_MOST_TEXT
            ),
        )


def _unknown(name: str) -> Sentence:
    return sentence(
        "names.unknown",
        "there is no value called {name}. There are: {values}.",
        name=name,
        values=", ".join(NameField),
    )


def _wrong(at: int, said: Sentence) -> UnexpectedValue:
    return UnexpectedValue(sentence("names.wrong", "At character {place}: {problem}", place=at + 1, problem=said))
