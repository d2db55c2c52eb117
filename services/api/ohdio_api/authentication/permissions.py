"""What a listener may ask for; managers may ask for everything."""

from __future__ import annotations

import re

from ohdio_core.domain.role import Role

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
#: What a listener may change: how the pages look to them, their own sessions and listening feeds, where they are in a
#: book.
_THEIR_OWN = re.compile(
    r"/(theme|language|keys|login|login/end|account/password)|(/api/v1)?/feeds(/\d+(/revoke)?)?"
    r"|/api/v1/audiobooks/\d+/position"
)
#: What a listener may not even read: settings, who else gets in, what asks other sites, what is followed, and lists
#: of books that are there for orders alone.
_OF_MANAGERS = re.compile(
    r"/(settings|add|sources|follows|library/(trash|missing|renames|verify|import|convert|conversions))(/.*)?|/books/\d+/edit"
    r"|/api/v1/(settings|accounts|sessions|search|listeners|follows(\.opml)?|history|export|channels)(/.*)?"
    r"|/api/v1/conversions(/.*)?|/api/v1/library/(trash|missing|renames|verification|imports)(/.*)?"
)


def may(role: Role, method: str, path: str) -> bool:
    """Return whether somebody with a role may send a request.

    Args:
        path: Below the root path.
    """
    if role is Role.MANAGER:
        return True
    if not path.isprintable():
        return False  # routes take a line feed at the end of a path
    if _THEIR_OWN.fullmatch(path):
        return True
    return method in _SAFE_METHODS and not _OF_MANAGERS.fullmatch(path)
