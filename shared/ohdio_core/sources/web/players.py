"""Sites that only show what podcasts publish in their feeds elsewhere: what to add instead."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_APPLE = re.compile(r"(?:podcasts|itunes)\.apple\.com")
_APPLE_ID = re.compile(r"/id(\d{4,15})(?=/|\Z)", re.ASCII)
_OTHERS = {
    "Pocket Casts": re.compile(r"(?:.+\.)?(?:pocketcasts\.com|pca\.st)"),
    "Overcast": re.compile(r"(?:.+\.)?overcast\.fm"),
    "Castbox": re.compile(r"(?:.+\.)?castbox\.fm"),
    "Player FM": re.compile(r"(?:.+\.)?player\.fm"),
}
_OWN_SITE = "its own site names it"


def feed_hint(url: str) -> str | None:
    """Return in a sentence how to come to the feed of a podcast that a page of such a site shows; else None."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if _APPLE.fullmatch(host):
        found = _APPLE_ID.search(parts.path)
        # Apple's "iTunes Search API" documents the lookup, and feedUrl in its answer.
        where = (
            f"https://itunes.apple.com/lookup?id={found[1]} names it as “feedUrl”" if found else "its own site names it"
        )
        return (
            f"Apple Podcasts only shows what podcasts publish in their feeds. Add the podcast's feed instead: {where}."
        )
    name = next((name for name, hosts in _OTHERS.items() if hosts.fullmatch(host)), None)
    return None if name is None else _sentence(name, _OWN_SITE)


def _sentence(name: str, where: str) -> str:
    return f"{name} only shows what podcasts publish in their feeds. Add the podcast's feed instead: {where}."
