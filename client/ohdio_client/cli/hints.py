"""What a person may have meant by a word that is no link."""

from __future__ import annotations

import shlex
from pathlib import Path

_LONGEST = 200  # characters; the search takes no more


def hint_for(text: str, *, is_running: bool = True) -> str:
    """Return a sentence, with a blank before it, that says how it is done; "" where nothing can be guessed.

    Args:
        is_running: Whether there is an ohdio that the commands can talk to.
    """
    if ":" in text:
        return ""
    needs = "" if is_running else ", while `ohdio up` runs"
    if _is_file(text):
        return f" It is a file: `ohdio add --file {shlex.quote(text)}` adds the links in it{needs}."
    # With a dot it may be a host; what is very long is no title.
    are_words = text.strip() and len(text) <= _LONGEST and not {"/", "."} & set(text)
    return f" `ohdio search {shlex.quote(text)}` looks for words{needs}." if are_words else ""


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):
        return False
