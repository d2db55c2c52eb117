"""What comes along with a recording: places to jump to, and the spoken text.

``podcast:chapters`` and ``podcast:transcript`` (github.com/Podcastindex-org/podcast-namespace), and the Podlove
Simple Chapters that stand in the feed itself (podlove.org/simple-chapters).
"""

from __future__ import annotations

import re
from datetime import timedelta

from ohdio_core.domain.audiobook import Chapter
from ohdio_core.sources.markup import line_of_text
from ohdio_core.sources.rss.addresses import absolute
from ohdio_core.sources.rss.elements import FeedElement

_MOST_CHAPTERS = 1000
_CLOCK = re.compile(r"(?:(?:([0-9]{1,4}):)?([0-9]{1,4}):)?([0-9]{1,6}(?:\.[0-9]{1,9})?)")
#: What is worth most first: text with its times, in the forms that players know.
_TRANSCRIPTS = ("text/vtt", "application/srt", "application/x-subrip", "text/srt", "application/json", "text/plain")


def chapters_of(item: FeedElement) -> tuple[Chapter, ...]:
    """Return the chapters that are listed in the item itself, in order of their starts."""
    found = []
    for listing in item.children("psc:chapters"):
        for element in listing.children("psc:chapter"):
            start = _clock(element.get("start"))
            title = line_of_text(element.get("title"))
            if start is not None and title:
                found.append(Chapter(start, title))
    return tuple(sorted(found[:_MOST_CHAPTERS], key=lambda chapter: chapter.start))


def chapters_url_of(item: FeedElement, base: str) -> str | None:
    """Return the address of the item's chapters file."""
    return absolute(item.attribute("podcast:chapters", "url"), base)


def transcript_url_of(item: FeedElement, base: str, language: str | None) -> str | None:
    """Return the address of the most useful transcript: in the feed's language, with times.

    One that names no language is in the feed's. Web pages are left out.
    """
    primary = (language or "").partition("-")[0].lower()
    best: tuple[bool, int, str] | None = None
    for element in item.children("podcast:transcript"):
        kind = element.get("type").partition(";")[0].strip().lower()
        address = absolute(element.get("url") or "", base)
        if address is None or kind not in _TRANSCRIPTS:
            continue
        own = (element.get("language") or primary).partition("-")[0].lower()
        rank = (own != primary, _TRANSCRIPTS.index(kind), address)
        best = rank if best is None else min(best, rank)
    return None if best is None else best[2]


def _clock(text: str) -> timedelta | None:
    """Read "1:02:03.4", "02:03" or "123": normal play time, RFC 2326 section 3.6."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        return None
    return timedelta(hours=int(found[1] or 0), minutes=int(found[2] or 0), seconds=float(found[3]))
