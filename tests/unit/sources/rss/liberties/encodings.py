"""From the text of a document to its bytes: each function one liberty, and where it was met."""

from __future__ import annotations

import re
from collections.abc import Callable

_NAMED = re.compile(r'encoding="[^"]*"')


def utf_8(text: str) -> bytes:
    """UTF-8: nearly all."""
    return text.encode()


def utf_8_with_a_mark(text: str) -> bytes:
    """A byte order mark before UTF-8: editors on Windows."""
    return text.encode("utf-8-sig")


def utf_16(text: str) -> bytes:
    """UTF-16: exports of databases on Windows."""
    return text.encode("utf-16")


def utf_8_that_says_utf_16(text: str) -> bytes:
    """UTF-8 that says it is UTF-16: .NET's StringWriter."""
    return _NAMED.sub('encoding="utf-16"', text).encode()


def utf_8_that_says_latin_1(text: str) -> bytes:
    """UTF-8 that says it is Latin 1: old templates over new databases."""
    return _NAMED.sub('encoding="iso-8859-1"', text).encode()


def windows_that_says_so(text: str) -> bytes:
    """Windows 1252: sites of the nineties."""
    return _NAMED.sub('encoding="windows-1252"', text).encode("cp1252", "xmlcharrefreplace")


def windows_that_says_latin_1(text: str) -> bytes:
    """Windows 1252 that says it is Latin 1: what browsers took it for."""
    return _NAMED.sub('encoding="ISO-8859-1"', text).encode("cp1252", "xmlcharrefreplace")


def windows_within_utf_8(text: str) -> bytes:
    """Windows text within UTF-8: notes pasted into a database that asks nothing."""
    return text.encode().replace(b"<description>", b"<description>\x93caf\xe9\x94 ")


Encoding = Callable[[str], bytes]
ENCODINGS: tuple[Encoding, ...] = (
    *(utf_8, utf_8_with_a_mark, utf_16, utf_8_that_says_utf_16, utf_8_that_says_latin_1, windows_that_says_so),
    *(windows_that_says_latin_1, windows_within_utf_8),
)
