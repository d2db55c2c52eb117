"""Links as people type them: browsers hide ``https://``, so many are copied and written without it."""

from __future__ import annotations

import re

_HOST = r"(?:[^\s/:?#@.]+\.)+[^\W\d_]{2,}(?::\d{1,5})?"
_HOST_AND_PATH = re.compile(rf"(?://)?{_HOST}/")
# What is as often the end of a file's name as of a host's.
_FILE = r"(?:mp3|m4[ab]|mp4|aac|og[ga]|opus|flac|wav|m3u8?|pls|xspf|xml|rss|opml|html?|txt|json|csv|zip)"
_HOST_ALONE = re.compile(rf"(?!.*\.{_FILE}\Z){_HOST}", re.IGNORECASE)


#: Blanks, and what has no width: it comes along from pages and messages.
_INVISIBLE = " \t\r\n\u00a0\u200b\u200c\u200d\u2060\ufeff"
#: As mail and texts set a link off, and browsers show its source.
_AROUND = re.compile(r"(?:view-source:|<|\"(?=.*\"\Z)|“|«|'(?=.*'\Z))\s?(?=https?://)(\S+?)\s?[>\"”»']?\Z")


def complete_link(text: str) -> str:
    """Return the link with ``https://`` where it has no scheme; any other text is returned as it is."""
    bare = _AROUND.sub(r"\1", text.strip(_INVISIBLE))
    if bare.startswith(("http://", "https://")):
        return bare
    is_meant = _HOST_AND_PATH.match(bare) or _HOST_ALONE.fullmatch(bare)
    return f"https://{bare.removeprefix('//')}" if is_meant else text


def is_link(text: str) -> bool:
    """Return whether a text is meant as a link where it may also be words of a title: "Dr.No" is not."""
    return "://" in text or _HOST_AND_PATH.match(text.strip()) is not None
