"""Whom a feed names: authors in several notations, and readers (``podcast:person``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape

from ohdio_core.sources.markup import line_of_text
from ohdio_core.sources.rss.elements import Node

_LONGEST = 1000  # characters of what one element says
_ATOM = r"[^\s@<>()\[\]\",;:]"  # of an address; RFC 5322 section 3.4.1, without its quoted forms


def _mail_at(host: str) -> re.Pattern[str]:
    return re.compile(rf"[<(\[]?\s?(?:mailto:)?{_ATOM}{{1,200}}@{host}\s?[>)\]]?", re.IGNORECASE)


_ANY_MAIL = _mail_at(rf"{_ATOM}{{1,200}}")
# "Radio@Night" is a name, where names are written.
_CERTAIN_MAIL = _mail_at(rf"{_ATOM}{{1,100}}\.{_ATOM}{{1,100}}")
# A comma behind an address, or before one, stands between two people; another may be part of a name ("Roy, Ana").
_BETWEEN_MAILBOXES = re.compile(rf"(?<=[>)\]])\s{{0,9}},|,(?=\s{{0,9}}{_ATOM}{{1,200}}@)|;")
_QUOTES = " \t\r\n\"',;:-–—"
# Of the roles in github.com/Podcastindex-org/podcast-namespace/blob/main/taxonomy.json: who writes, and who reads.
_WRITERS = frozenset({"author"})
_READERS = frozenset({"narrator", "reader", "voice actor"})
_MOST_PEOPLE = 50
#: What is a mail address by the specification of RSS 2.0, and the elements in whose place people write it.
_AUTHORS = {"itunes:author": _CERTAIN_MAIL, "dc:creator": _CERTAIN_MAIL, "author": _ANY_MAIL}


def authors_of(element: Node) -> tuple[str, ...]:
    """Return the authors that an item or a channel names, each once; mail addresses are no names.

    They are those of one notation: persons with that role, else the first kind of element that names anybody.
    """
    if writers := _persons(element, _WRITERS):
        return writers
    for name, mail in _AUTHORS.items():
        if names := _each_once(_names(element.children(name), mail)):
            return names
    persons = element.children("atom:author")
    return _each_once(_names((each for person in persons for each in person.children("atom:name")), _CERTAIN_MAIL))


def readers_of(element: Node) -> tuple[str, ...]:
    """Return those whom an item or a channel names as its readers."""
    return _persons(element, _READERS)


def _persons(element: Node, roles: frozenset[str]) -> tuple[str, ...]:
    persons = element.children("podcast:person")
    return _each_once(line_of_text(person.whole_text()) for person in persons if person.get("role").lower() in roles)


def _each_once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))[:_MOST_PEOPLE]


def _names(elements: Iterable[Node], mail: re.Pattern[str]) -> Iterator[str]:
    for element in elements:
        # Escaped twice, a name has semicolons that separate nothing.
        text = unescape(element.whole_text())
        if len(text) <= _LONGEST:
            pieces = _BETWEEN_MAILBOXES.split(text) if mail.search(text) else text.split(";")
            yield from (_name(piece, mail) for piece in pieces)


def _name(text: str, mail: re.Pattern[str]) -> str:
    """Return the name in "mail (Name)", "Name <mail>", or without any address; "" for an address alone."""
    # Before tags are taken out: an address in angle brackets looks like one.
    without, addresses = mail.subn(" ", text)
    name = line_of_text(without)
    if not addresses:
        return name
    name = name.strip(_QUOTES)
    return name[1:-1].strip(_QUOTES) if name.startswith(("(", "[")) and name.endswith((")", "]")) else name
