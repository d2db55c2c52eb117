"""Narrators named in an uploader's description: archive.org has no field for them."""

from __future__ import annotations

import re

# At the beginning of a sentence, or after the book's name: "… are read by" within one may name only some of them.
_BEGINNING = r"(?:^|(?<=[.!?)\n]\s)|(?<=\n))"
_ENGLISH = (
    rf"{_BEGINNING}(?:(?:Read|Narrated|Recorded)(?: in [A-Z]\w+)?(?: for Libri[Vv]ox)? by ?:? ?|Recording by "
    r"|(?:Narrat(?:ors?|ion)|Readers?|Voice) ?[:–-] ?)"
)
_OF = r"(?:de |d['’])"
_FRENCH = (
    r"\b(?:[Ll]u(?:e|s|es)?(?: (?:pour|sur) Libri[Vv]ox)? par "
    r"|(?:[Ee]nregistr|[Rr]acont|[Nn]arr)é(?:e|s|es)?(?: (?:en|pour|à|au|chez) [\w’' -]{1,40}?)? par "
    rf"|[Nn]arration ?(?:{_OF}|par |: ?)|[Ll]ecture par |(?:[Nn]arrat|[Ll]ect)(?:eur|rice)s? ?: ?"
    rf"|[Aa]vec l(?:a|es) voix {_OF}|[Vv]oix ?: ?|[Ii]nterprété(?:e|s|es)? par )"
)
_GERMAN = r"\b(?:(?:[Gg]elesen|[Gg]esprochen)(?: für Libri[Vv]ox)? von:? |Sprecher(?:in)?: )"
# A full stop belongs to a name after an initial only; elsewhere it ends the sentence.
_WORD = r"(?:(?:[^\W\d_a-z]\.)+|[^\W\d_a-z][\w'’-]*)"
_PARTICLE = r"(?:de|du|la|le|van|von|der|den|di|da|of)"
_NAME = rf"(?!Libri[Vv]ox\b){_WORD}(?: (?:{_PARTICLE} ){{0,3}}{_WORD}){{0,4}}"
_NAMES = rf"({_NAME}(?:(?:,? (?:and|et|und|&) |, ){_NAME}){{0,30}})"
_READ_BY = re.compile(rf"(?:{_ENGLISH}|{_FRENCH}|{_GERMAN}){_NAMES}")
# Two or three words alone before the end of a sentence or a line, of which the first is nobody's title.
_NOBODY = (
    r"(?:un|une|des|le|la|les|l['’]\w+|mon|ma|mes|son|sa|ses|notre|nos|plusieurs|divers|moi|the|a|my|ein|eine|den|dem)"
)
_SMALL_WORD = r"(?!(?:and|et|und)\b)(?![A-ZÀ-Þ])[^\W\d_]['’\w-]*"
_SMALL_NAME = rf"{_SMALL_WORD}(?: {_SMALL_WORD}){{1,2}}"
_IN_SMALL_LETTERS = re.compile(
    rf"(?:{_ENGLISH}|{_FRENCH}|{_GERMAN})(?!{_NOBODY}\b)"
    rf"({_SMALL_NAME}(?: (?:and|et|und) {_SMALL_NAME}){{0,5}})(?=[ \t]*(?:[.;\n(]|\Z))"
)
_SEARCHED = 20_000  # characters; it stands at the beginning
_BETWEEN = re.compile(r",? (?:and|et|und|&) |, ")


def readers_in(description: str) -> tuple[str, ...]:
    """Return the names that follow "Read by", "lu par", "narration de" or "gelesen von" in a description.

    Names in small letters count where nothing else follows them in their sentence; in capitals they are wanted.
    """
    if (found := _READ_BY.search(description, 0, _SEARCHED)) is not None:
        return tuple(dict.fromkeys(_BETWEEN.split(found[1])))
    found = _IN_SMALL_LETTERS.search(description, 0, _SEARCHED)
    return () if found is None else tuple(dict.fromkeys(name.title() for name in _BETWEEN.split(found[1])))
