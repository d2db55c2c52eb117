"""Links as people type them: browsers hide ``https://``, so many are copied and written without it."""

from __future__ import annotations

import re

# A host with a dot in it, and a path, so that neither a number, nor words, nor the name of a file is taken for a link.
_HOST_AND_PATH = re.compile(r"(?://)?(?:[^\s/:?#@.]+\.)+[^\W\d_]{2,}(?::\d{1,5})?/")


def complete_link(text: str) -> str:
    """Give the link that is meant, by https where no scheme is named; any other text comes back as it is."""
    bare = text.strip()
    return f"https://{bare.removeprefix('//')}" if _HOST_AND_PATH.match(bare) else text


def is_link(text: str) -> bool:
    """Whether a text is meant as a link, rather than as a number or as words."""
    return "://" in complete_link(text)
