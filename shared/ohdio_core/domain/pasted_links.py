"""Links that somebody pastes at once, with blanks or new lines between them."""

from __future__ import annotations

import re

#: A link begins after it; other blanks belong to a link, or to what is refused as one.
_BETWEEN = re.compile(r"\s+(?=[A-Za-z][A-Za-z0-9+.-]*://)")


def pasted_links(text: str) -> list[str]:
    """Return each line of a text, and each link of a line, without the blanks around it."""
    found = (each.strip() for line in text.splitlines() for each in _BETWEEN.split(line))
    return [each for each in found if each]
