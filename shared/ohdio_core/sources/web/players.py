"""Sites that only show what podcasts publish in their feeds elsewhere: what to add instead."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from ohdio_core.sentences import Sentence, sentence
from ohdio_core.sources.web.apple import lookup_url, podcast_of

_APPLE = re.compile(r"(?:(?:embed\.)?podcasts|itunes)\.apple\.com")
_APPLE_NAME = "Apple Podcasts"
_OTHERS = {
    "Pocket Casts": re.compile(r"(?:.+\.)?(?:pocketcasts\.com|pca\.st)"),
    "Overcast": re.compile(r"(?:.+\.)?overcast\.fm"),
    "Castbox": re.compile(r"(?:.+\.)?castbox\.fm"),
    "Player FM": re.compile(r"(?:.+\.)?player\.fm"),
}
_OWN_SITE = sentence("podcast.own_site", "its own site names it")


def feed_hint(url: str) -> Sentence | None:
    """Return in a sentence how to come to the feed of a podcast that a page of such a site shows; else None."""
    host = urlsplit(url).hostname or ""
    if _APPLE.fullmatch(host):
        podcast = podcast_of(url)
        return _hint(_APPLE_NAME, _OWN_SITE if podcast is None else _lookup(podcast))
    name = showing_service(url)
    return None if name is None else _hint(name, _OWN_SITE)


def showing_service(url: str) -> str | None:
    """Return the name of the site that only shows what podcasts publish elsewhere; None for any other link."""
    host = urlsplit(url).hostname or ""
    if _APPLE.fullmatch(host):
        return _APPLE_NAME
    return next((name for name, hosts in _OTHERS.items() if hosts.fullmatch(host)), None)


def _lookup(podcast: str) -> Sentence:
    """Return where Apple names a podcast's feed."""
    return sentence("podcast.lookup", "{link} names it as “feedUrl”", link=lookup_url(podcast))


def _hint(name: str, where: Sentence) -> Sentence:
    return sentence(
        "podcast.add_feed",
        "{service} only shows what podcasts publish in their feeds. Add the podcast's feed instead: {where}.",
        service=name,
        where=where,
    )
