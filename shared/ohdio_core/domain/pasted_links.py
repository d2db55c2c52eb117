"""Links that somebody pastes at once, with blanks or new lines between them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from ohdio_core.domain.typed_link import is_link

_WORD = re.compile(r"\S+")
#: As a link begins, also one that mail or a text sets off, or whose source a browser shows.
_BEGINNING = re.compile(r"[<\"'“«‹]?(?:view-source:)?[A-Za-z][A-Za-z0-9+.-]*://")


def pasted_links(text: str) -> list[str]:
    """Return each line of a text, and each link of a line, without the blanks around it.

    A link ends where the next one begins; other blanks belong to it, or to what is refused as one. Links without a
    scheme are told apart where a line has nothing else.
    """
    return [link for line in text.splitlines() for link in _links_of(line)]


def _links_of(line: str) -> Iterator[str]:
    words = list(_WORD.finditer(line))
    begins = [word.start() for word in words if _BEGINNING.match(word.group()) is not None]
    if not begins and all(is_link(word.group()) for word in words):
        begins = [word.start() for word in words]
    for begin, end in pairwise(sorted({0, *begins, len(line)})):
        if link := line[begin:end].strip():
            yield link
