"""A link as people may see it, in logs, answers and on screens."""

from __future__ import annotations

import re

from ohdio_core.domain.identity import refuse_reason

_MOST = 200  # characters

# Greedy up to the last @, as a password may hold any character.
_CREDENTIALS = re.compile(r"\A([^/@]*//)?.*@", re.DOTALL)


def shown_link(url: str) -> str:
    """Return a pasted link as it may be shown, whatever it is: bounded, encodable, and without a password."""
    shown = url.strip()
    if refuse_reason(url) is not None:
        shown = _CREDENTIALS.sub(lambda match: f"{match[1] or ''}…@", shown)
    # JSON can carry half a character (a lone surrogate); no answer can.
    shown = shown.encode(errors="replace").decode()
    return shown if len(shown) <= _MOST else f"{shown[: _MOST - 1]}…"
