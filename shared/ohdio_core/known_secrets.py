"""Secrets that this process has in its memory, so that no line of its log has one, whatever writes it.

It is the last of several guards: what knows a secret takes care of it by itself. A traceback of another library may
have one all the same.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable

HIDDEN = "…"
_SHORTEST = 4  # characters; whatever is shorter stands in innocent words, too
_MOST = 1000  # of the newest

_lock = threading.Lock()
_known: dict[str, None] = {}
_pattern: re.Pattern[str] | None = None


def remember(secrets: Iterable[str]) -> None:
    """Keep these out of the log from now on, as long as they are among the newest thousand."""
    global _pattern  # noqa: PLW0603 - one for the process, as its log is
    with _lock:
        for secret in secrets:
            if len(secret) < _SHORTEST:
                continue
            if secret not in _known:
                _pattern = None
            _known.pop(secret, None)
            _known[secret] = None
        while len(_known) > _MOST:
            del _known[next(iter(_known))]


def hidden(text: str) -> str:
    """Return a text without any secret that is known."""
    global _pattern  # noqa: PLW0603 - the same
    if not _known:
        return text
    with _lock:
        if _pattern is None:
            _pattern = re.compile("|".join(map(re.escape, sorted(_known, key=len, reverse=True))))
        pattern = _pattern
    return pattern.sub(HIDDEN, text)
