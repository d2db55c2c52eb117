"""Whom a feed names: authors in several notations, and readers (``podcast:person``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape

from ohdio_core.sources.markup import line_of_text
from ohdio_core.sources.rss.elements import FeedElement

_LONGEST = 1000  # characters of what one element says
# Of an address (RFC 5322 section 3.4.1): words with dots or quotes, an at sign, and a host, or a literal of one.
# Possessive are sets of characters alone: of groups, Python before 3.11.5 keeps half an iteration (gh-106052).
_LETTERS = r"[^\s@＠<>()\[\]\",;:"
_WORD = rf"(?:(?!%40){_LETTERS}.])"
_QUOTED = r"\"[^\"\\]*+(?:\\.[^\"\\]*+)*\""
_DOT = r"(?:\.|\s?[(\[]\s?dot\s?[)\]]\s?)"
_LOCAL = rf"(?<!{_LETTERS}])(?<!\")(?:(?!%40){_LETTERS}]|{_QUOTED})+"
_PLAIN_HOST = rf"{_WORD}+(?:\.+{_WORD}+)*\.*"
_DOTTED_HOST = rf"{_WORD}+(?:{_DOT}+{_WORD}+)+\.*"
_LITERAL = r"\[[^\[\]\s]++\]"
# As it is written to be hidden from machines.
_AT = r"(?:[@＠]|%40|\s?[(\[]\s?at\s?[)\]]\s?)"
_CERTAIN = rf"{_LOCAL}{_AT}(?:{_DOTTED_HOST}|{_LITERAL})|{_QUOTED}@{_PLAIN_HOST}"


def _mail(address: str) -> re.Pattern[str]:
    return re.compile(rf"[<(\[]?\s?(?:mailto:)?(?:{address})\s?[>)\]]?", re.IGNORECASE)


_ANY_MAIL = _mail(rf"{_CERTAIN}|{_LOCAL}@{_PLAIN_HOST}")
# "Radio@Night" is a name, where names are written.
_CERTAIN_MAIL = _mail(_CERTAIN)
_MAIL = "\0"  # in an address's place, once it is found: no text has it
# A comma behind an address, or before one, stands between two people; another may be part of a name ("Roy, Ana").
_BETWEEN_MAILBOXES = re.compile(rf"(?<=[>)\]{_MAIL}])\s{{0,9}},|,(?=\s{{0,9}}{_MAIL})|;")
_AROUND = " \t\r\n\"',;:-–—/\\|•·=+&<>"  # what stands between an address and a name
# What programs write where they know nobody; Blogger does so beside its own address.
_NOBODY = frozenset({"unknown", "unknown author", "inconnu", "auteur inconnu", "noreply", "no-reply"})
# Of the roles in github.com/Podcastindex-org/podcast-namespace/blob/main/taxonomy.json: who writes, and who reads.
_WRITERS = frozenset({"author"})
_READERS = frozenset({"narrator", "reader", "voice actor"})
_TRANSLATORS = frozenset({"translator"})
_MOST_PEOPLE = 50
#: What is a mail address by the specification of RSS 2.0, and the elements in whose place people write it.
_AUTHORS = {
    "itunes:author": _CERTAIN_MAIL,
    "dc:creator": _CERTAIN_MAIL,
    "dcterms:creator": _CERTAIN_MAIL,
    "author": _ANY_MAIL,
    "googleplay:author": _CERTAIN_MAIL,
}


def authors_of(element: FeedElement) -> tuple[str, ...]:
    """Return the authors that an item or a channel names, each once; mail addresses are no names.

    They are those of one notation: persons with that role, else the first kind of element that names anybody.
    """
    if writers := _persons(element, _WRITERS):
        return writers
    for name, mail in _AUTHORS.items():
        if (elements := element.children(name)) and (names := _each_once(_names(elements, mail))):
            return names
    persons = element.children("atom:author")
    if not persons:
        return ()
    return _each_once(_names((each for person in persons for each in person.children("atom:name")), _CERTAIN_MAIL))


def readers_of(element: FeedElement) -> tuple[str, ...]:
    """Return those whom an item or a channel names as its readers."""
    return _persons(element, _READERS)


def translators_of(element: FeedElement) -> tuple[str, ...]:
    """Return those whom an item or a channel names as its translators."""
    return _persons(element, _TRANSLATORS)


def _persons(element: FeedElement, roles: frozenset[str]) -> tuple[str, ...]:
    persons = element.children("podcast:person")
    if not persons:
        return ()
    texts = (person.whole_text() for person in persons if person.get("role").lower() in roles)
    return _each_once(_name(_CERTAIN_MAIL.sub(_MAIL, text)) for text in texts if len(text) <= _LONGEST)


def _each_once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))[:_MOST_PEOPLE]


def _names(elements: Iterable[FeedElement], mail: re.Pattern[str]) -> Iterator[str]:
    for element in elements:
        # Escaped twice, a name has semicolons that separate nothing.
        text = unescape(element.whole_text())
        if len(text) <= _LONGEST:
            # Before it is cut: what is quoted in an address separates nothing.
            text, addresses = mail.subn(_MAIL, text)
            yield from map(_name, _BETWEEN_MAILBOXES.split(text) if addresses else text.split(";"))


def _name(text: str) -> str:
    """Return the name in "mail (Name)", "Name <mail>", or without any address; "" where nobody is named.

    Args:
        text: With ``_MAIL`` in the place of each address. They were found before tags are taken out here, as one in
            angle brackets looks like a tag.
    """
    name = line_of_text(text.replace(_MAIL, " "))
    if _MAIL in text:
        name = name.strip(_AROUND)
        if name.startswith(("(", "[")) and name.endswith((")", "]")):
            name = name[1:-1].strip(_AROUND)
    return "" if name.casefold() in _NOBODY else name
