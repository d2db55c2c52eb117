"""Narrators named in an uploader's description: archive.org has no field for them."""

from __future__ import annotations

import re

# At the beginning of a sentence, or after the book's name: "… are read by" within one may name only some of them.
_ENGLISH = r"(?:^|(?<=[.!?)\n]\s)|(?<=\n))(?:Read|Narrated)(?: in [A-Z]\w+)?(?: for Libri[Vv]ox)? by"
_FRENCH = r"\b[Ll]u(?:e|s|es)?(?: pour Libri[Vv]ox)? par"
_GERMAN = r"\b[Gg]elesen(?: für Libri[Vv]ox)? von"
# A full stop belongs to a name after an initial only; elsewhere it ends the sentence.
_WORD = r"(?:(?:[^\W\d_a-z]\.)+|[^\W\d_a-z][\w'’-]*)"
_PARTICLE = r"(?:de|du|la|le|van|von|der|den|di|da|of)"
_NAME = rf"(?!Libri[Vv]ox\b){_WORD}(?: (?:{_PARTICLE} ){{0,3}}{_WORD}){{0,4}}"
_NAMES = rf"({_NAME}(?:(?:,? (?:and|et|und|&) |, ){_NAME}){{0,30}})"
_READ_BY = re.compile(rf"(?:{_ENGLISH}|{_FRENCH}|{_GERMAN}) {_NAMES}")
_SEARCHED = 20_000  # characters; it stands at the beginning
_BETWEEN = re.compile(r",? (?:and|et|und|&) |, ")


def readers_in(description: str) -> tuple[str, ...]:
    """Return the names that follow "Read by", "lu par" or "gelesen von" in a description; none where it has none."""
    found = _READ_BY.search(description, 0, _SEARCHED)
    if found is None:
        return ()
    return tuple(dict.fromkeys(_BETWEEN.split(found[1])))
