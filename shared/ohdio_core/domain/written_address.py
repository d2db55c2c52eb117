"""Addresses as browsers read them (url.spec.whatwg.org), where what is written is more or less than a link.

What is done here changes no address that is written as it should be; ``docs/sources/web.md`` names what is left out,
and why.
"""

from __future__ import annotations

import re

_DOTS = re.compile(r"/(?:\.|%2e)", re.IGNORECASE)
_BACKSLASHES = re.compile(r"\A([a-z][a-z0-9+.-]*:)?[^?#]*", re.IGNORECASE)
_NOBODY = re.compile(r"\A([a-z]+:(?:[a-z]+:)?//):?@", re.IGNORECASE)
_IGNORED = str.maketrans("", "", "\t\n\r")
_AROUND = "".join(map(chr, range(0x21)))


def as_written(reference: str) -> str:
    """Return a reference of a page without what browsers do not see: blanks around it, line breaks and tabs."""
    return reference.strip(_AROUND).translate(_IGNORED)


def with_slashes(address: str) -> str:
    """Return an address with slashes in the place of backslashes, before its query."""
    if "\\" not in address:
        return address
    end = _BACKSLASHES.match(address)
    length = 0 if end is None else end.end()
    return f"{address[:length].replace(chr(92), '/')}{address[length:]}"


def without_nobody(address: str) -> str:
    """Return an address without a user name and password that are both empty ("https://@host/")."""
    return _NOBODY.sub(r"\1", address) if "@" in address else address


def without_dot_segments(path: str) -> str:
    """Return a path from the root whose "." and ".." are resolved (RFC 3986 section 5.2.4), also where escaped."""
    if _DOTS.search(path) is None:
        return path
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        plain = segment.lower().replace("%2e", ".")
        if plain == "..":
            del kept[max(1, len(kept) - 1) :]
        elif plain != ".":
            kept.append(segment)
    if plain in (".", ".."):
        kept.append("")
    return "/".join(kept)
