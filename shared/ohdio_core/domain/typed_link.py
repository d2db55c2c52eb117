"""Links as people type them: browsers hide ``https://``, so many are copied and written without it."""

from __future__ import annotations

import re

_HOST = r"(?:[^\s/:?#@.]+\.)+[^\W\d_]{2,}(?::\d{1,5})?"
_HOST_AND_PATH = re.compile(rf"(?://)?{_HOST}/")
# What is as often the end of a file's name as of a host's.
_FILE = r"(?:mp3|m4[ab]|mp4|aac|og[ga]|opus|flac|wav|m3u8?|pls|xspf|xml|rss|opml|html?|txt|json|csv|zip)"
_HOST_ALONE = re.compile(rf"(?!.*\.{_FILE}\Z){_HOST}", re.IGNORECASE)


def complete_link(text: str) -> str:
    """Give the link that is meant, by https where no scheme is named; any other text comes back as it is."""
    bare = text.strip()
    is_meant = _HOST_AND_PATH.match(bare) or _HOST_ALONE.fullmatch(bare)
    return f"https://{bare.removeprefix('//')}" if is_meant else text


def is_link(text: str) -> bool:
    """Whether a text is meant as a link where it may be words of a title, too: "Dr.No" is none."""
    return "://" in text or _HOST_AND_PATH.match(text.strip()) is not None
