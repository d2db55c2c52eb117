"""Podcasts on Apple's site, which shows what their feeds publish: the feed is what is read.

Its address stands in the data of the page, else in the answer of the lookup that Apple documents ("iTunes Search
API", ``feedUrl``).
"""

from __future__ import annotations

import json
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

from ohdio_core.errors import PermanentError
from ohdio_core.sentences import sentence
from ohdio_core.sources.canonical import canonical_url, refuse_reason
from ohdio_core.sources.http import SiteClient
from ohdio_core.sources.json_values import decoded, list_at, number_at, text_at

_HOST = re.compile(r"(?:(?:embed\.)?podcasts|itunes)\.apple\.com")
_ID = re.compile(r"/id(\d{4,15})(?=/|\Z)", re.ASCII)
_FEED = re.compile(r'"feedUrl"\s{0,9}:\s{0,9}("(?:[^"\\]|\\.){1,2048}")')
_MOST_BYTES = 4 * 2**20


def podcast_of(url: str) -> str | None:
    """Return Apple's number of the podcast that a link leads to; None for any other link."""
    parts = urlsplit(url)
    found = _ID.search(parts.path) if _HOST.fullmatch(parts.hostname or "") else None
    return None if found is None else found[1]


def lookup_url(podcast: str) -> str:
    """Return where Apple tells what it knows of a podcast."""
    return f"https://itunes.apple.com/lookup?id={podcast}"


def feed_of_podcast(url: str, page: bytes, http: SiteClient) -> str | None:
    """Return the feed of a podcast by its page; None where neither that nor Apple's lookup names one.

    Raises:
        PermanentError: The page is that of one episode; the sentence names the feed.
        TransientError: Apple failed.
    """
    podcast = podcast_of(url)
    if podcast is None:
        return None
    feed = _feed_in(page) or _looked_up(podcast, http)
    if feed is not None and parse_qs(urlsplit(url).query).get("i"):
        raise PermanentError(
            sentence(
                "podcast.one_episode",
                "{link} is one episode of a podcast. Add the podcast's feed {feed}, and choose the episode there.",
                link=url,
                feed=feed,
            )
        )
    return feed


def _feed_in(page: bytes) -> str | None:
    """Return the only feed that the data of a page names."""
    text = page.decode("utf-8", errors="replace")
    if "&quot;feedUrl&quot;" in text:
        text = unescape(text)
    named = {address for found in _FEED.finditer(text) if (address := _read(found[1])) is not None}
    return named.pop() if len(named) == 1 else None


def _read(literal: str) -> str | None:
    try:
        address = json.loads(literal)
    except ValueError:
        return None
    return _followed(str(address))


def _looked_up(podcast: str, http: SiteClient) -> str | None:
    try:
        answer = decoded(http.get(lookup_url(podcast), max_bytes=_MOST_BYTES).body)
    except (PermanentError, ValueError):
        return None
    for result in list_at(answer, "results"):
        if number_at(result, "collectionId") == int(podcast):
            return _followed(text_at(result, "feedUrl"))
    return None


def _followed(address: str) -> str | None:
    return canonical_url(address) if refuse_reason(address) is None else None
