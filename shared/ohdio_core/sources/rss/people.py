"""Whom a feed names: authors in several notations, and readers (``podcast:person``)."""

from __future__ import annotations

import re

from ohdio_core.sources.markup import line_of_text
from ohdio_core.sources.rss.elements import Node

# RSS writes an author as "mail@host (Name)", people also the other way round.
_MAILBOX = re.compile(r"\S{1,200}@\S{1,200}\s{0,9}\((?P<name>[^)]+)\)")
_MAIL = re.compile(r"\s?[(<][^\s@(<]{1,200}@[^\s)>]{1,200}[)>]\s?")
#: Of the roles in github.com/Podcastindex-org/podcast-namespace/blob/main/taxonomy.json, those who read aloud.
_READERS = frozenset({"narrator", "reader", "voice actor"})
_MOST_READERS = 50


def author_of(element: Node) -> str | None:
    """Give the author that an item or a channel names."""
    text = element.text("itunes:author", "dc:creator", "author")
    if not text and (person := element.child("atom:author")) is not None:
        text = person.text("atom:name")
    if not text:
        return None
    text = line_of_text(text)
    mailbox = _MAILBOX.fullmatch(text)
    return (mailbox["name"].strip() if mailbox else _MAIL.sub(" ", text).strip()) or None


def readers_of(element: Node) -> tuple[str, ...]:
    """Give those whom an item or a channel names as its readers."""
    names = (
        line_of_text(person.whole_text())
        for person in element.children("podcast:person")
        if person.get("role").lower() in _READERS
    )
    return tuple(dict.fromkeys(name for name in names if name))[:_MOST_READERS]
