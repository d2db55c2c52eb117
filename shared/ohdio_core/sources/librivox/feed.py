"""Reading a book's own feed (``/rss/52``): which page is the book's.

The feed is made by the template ``rss/rss`` of the site's own source; its ``link``, in CDATA or not, is the page.
"""

from __future__ import annotations

import re

from ohdio_core.domain.audiobook import Target, TargetKind
from ohdio_core.sources.librivox import links

_LINK = re.compile(rb"<link>(?:\s|<!\[CDATA\[)*+(https?://[^\s<\]]+)")


def parse_feed(body: bytes) -> Target | None:
    """Return the book that a feed belongs to; None where the feed names none. Never raises."""
    for found in _LINK.findall(body):
        target = links.match(found.decode("utf-8", errors="replace"))
        if target is not None and target.kind is TargetKind.AUDIOBOOK:
            return target
    return None
