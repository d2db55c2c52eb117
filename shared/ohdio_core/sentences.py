"""Sentences that people read, each with an id and values by which it can be said in another language.

A sentence is written where it is said, with a template in English::

    sentence("feed.empty", "{link} lists no item with sound.", link=url)

Ids are unique, and each has one template; a test reads them all from the code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ohdio_core.control_characters import controls_shown

#: The id of what was written without one: by an earlier version, or by somebody else's program.
LEGACY = "legacy"


@dataclass(frozen=True, slots=True)
class Sentence:
    """What people read; steers no terminal, whatever a site has put into it."""

    id: str
    text: str
    #: What JSON can write; sentences within it as they are. Of no use to a hash, as it may be a dictionary.
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        """Return the text."""
        return self.text

    def as_json(self) -> dict[str, Any]:
        """Return ``{"id", "values"}``, with sentences within it in the same form."""
        return {"id": self.id, "values": {name: _as_json(value) for name, value in self.values.items()}}


def sentence(id_: str, template: str, /, **values: str | float | Sentence) -> Sentence:
    """Return a sentence.

    Args:
        id_: Says what it is about and what: "feed.empty".
        template: As ``str.format`` takes it, with the values by name.
        values: Text, numbers, and sentences within this one.
    """
    shown = {name: controls_shown(value) if isinstance(value, str) else value for name, value in values.items()}
    return Sentence(id_, controls_shown(template.format(**shown)), shown)


def about(subject: Sentence | str, said: Sentence) -> Sentence:
    """Return a sentence with its subject before it: "Part 3 of 12: …"."""
    return sentence("about", "{about}: {sentence}", about=subject, sentence=said)


def together(first: Sentence, *others: Sentence) -> Sentence:
    """Return sentences one after another, as one."""
    for other in others:
        first = sentence("together", "{first} {second}", first=first, second=other)
    return first


def together_if_any(*sentences: Sentence | None) -> Sentence | None:
    """Return the sentences that there are one after another, as one; None where there is none."""
    there = [each for each in sentences if each is not None]
    return together(*there) if there else None


def listed(first: Sentence, *others: Sentence) -> Sentence:
    """Return clauses one after another, with commas between them, as one."""
    for other in others:
        first = sentence("listed", "{first}, {second}", first=first, second=other)
    return first


def alternatives(first: Sentence, *others: Sentence) -> Sentence:
    """Return clauses that have commas of their own one after another, with semicolons between them, as one."""
    for other in others:
        first = sentence("alternatives", "{first}; {second}", first=first, second=other)
    return first


def legacy(text: str) -> Sentence:
    """Return a text that has no id of its own as a sentence."""
    return Sentence(LEGACY, controls_shown(text), {"text": controls_shown(text)})


def stored(text: str | None, message: Mapping[str, Any] | None) -> Sentence | None:
    """Return a sentence as a row has it; None when it has none.

    Args:
        text: Its text.
        message: Its id and values, as ``Sentence.as_json`` returns them; None where an earlier version wrote the row.
    """
    if not text:
        return None
    return legacy(text) if message is None else Sentence(message["id"], text, message["values"])


def text_of(said: Sentence | None) -> str | None:
    """Return the text, for a column that may be null."""
    return None if said is None else said.text


def json_of(said: Sentence | None) -> str | None:
    """Return the id and values as JSON, for a column that may be null."""
    return None if said is None else json.dumps(said.as_json(), ensure_ascii=False)


def as_record(said: Sentence) -> dict[str, Any]:
    """Return ``{"text", "id", "values"}``: all of a sentence, for what keeps it in one place."""
    return {"text": said.text, **said.as_json()}


def from_record(record: str | Mapping[str, Any]) -> Sentence:
    """Return the sentence that ``as_record`` was given, or that an earlier version kept as its text alone."""
    if isinstance(record, str):
        return legacy(record)
    return Sentence(record["id"], record["text"], record["values"])


def values_within(message: Mapping[str, Any], id_: str) -> Mapping[str, Any] | None:
    """Return the values of the sentence of an id, also of one within another; None where there is none.

    Args:
        message: The id and values of a sentence, as ``Sentence.as_json`` returns them.
    """
    values: Mapping[str, Any] = message["values"]
    if message["id"] == id_:
        return values
    inner = (value for value in values.values() if isinstance(value, Mapping) and "values" in value)
    return next((found for each in inner if (found := values_within(each, id_)) is not None), None)


def has_within(message: Mapping[str, Any], id_: str) -> bool:
    """Return whether a sentence is that of an id, or has it within it.

    Args:
        message: The id and values of a sentence, as ``Sentence.as_json`` returns them.
    """
    return values_within(message, id_) is not None


def _as_json(value: Any) -> Any:
    return value.as_json() if isinstance(value, Sentence) else value
