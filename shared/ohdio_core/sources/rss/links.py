"""Which links look like feeds, and what the items of a feed are called.

A feed cannot be told from a page by its address alone, and matching makes no request; so a link is
taken for a feed when its path or query says so, or when it begins with ``feed://``.
An item has no address of its own that every feed would give, so it gets one: the feed's, with
``#item=`` and a hash of what identifies the item in it. A feed that is wanted as one book, with its
episodes as parts, is the feed's address with ``#book``.
"""

from __future__ import annotations

import re
from hashlib import sha256
from urllib.parse import SplitResult, parse_qsl, urldefrag, urlsplit

from ohdio_core.domain.audiobook import Target, TargetKind
from ohdio_core.domain.identity import identity_of
from ohdio_core.sources.audio_extensions import AUDIO_EXTENSIONS
from ohdio_core.sources.canonical import canonical_url, refuse_reason

NAME = "rss"

_BOOK = "book"  # the fragment that ``identity`` keeps

_ENDING = re.compile(r"\.(xml|rss|atom|rdf)$", re.IGNORECASE)
# Some hosts keep the recordings of a feed below the feed's own path.
_RECORDING = re.compile(
    rf"(?:{'|'.join(map(re.escape, AUDIO_EXTENSIONS))}|\.(?:mp4|webm|m3u8?|pls|xspf))/?$", re.IGNORECASE
)
_SEGMENTS = frozenset({"feed", "feeds", "rss", "rss2", "atom", "podcast.rss", "feed.json"})
_QUERY_NAMES = frozenset({"feed", "rss"})
_QUERY_VALUES = frozenset({"rss", "rss2", "atom", "xml", "feed", "podcast"})
_QUERY_FORMATS = frozenset({"format", "type", "output", "alt"})
# Its pages are another source's business, also those that it does not know.
_OTHERS = re.compile(
    r"(?:[^/]*\.)?radio-canada\.ca/ohdio(?:/|$)|(?:(?:www|m)\.)?librivox\.org/(?:api/feed/|rss/\d+/?$)"
)


def match(url: str) -> Target | None:
    """Return the target of a link that is a feed, a feed as one book, or an item of one; else None."""
    if refuse_reason(url) is not None:
        return None
    canonical = canonical_url(url)
    address, fragment = urldefrag(canonical)
    parts = urlsplit(address)
    if _OTHERS.match(f"{parts.hostname}{parts.path}"):
        return None
    feed = _feed(address)
    if fragment.startswith("item="):
        key = fragment.removeprefix("item=")
        # Some feeds were found by their content; their addresses do not say that they are any.
        return Target(TargetKind.AUDIOBOOK, NAME, item_url(feed or address, key), item_id(feed or address, key))
    if feed is None:
        return None
    target = Target(TargetKind.CATEGORY, NAME, feed, _feed_id(feed))
    return one_book(target) if fragment == _BOOK else target


def one_book(feed: Target) -> Target:
    """Return the book that a whole feed becomes."""
    return Target(TargetKind.AUDIOBOOK, NAME, book_url(feed.url), item_id(feed.url, _BOOK))


def book_url(feed: str) -> str:
    """Return the canonical URL of a whole feed as one book, from the feed's own."""
    return f"{feed}#{_BOOK}"


def is_book(url: str) -> bool:
    """Return whether a canonical URL is that of a whole feed as one book."""
    return urldefrag(url).fragment == _BOOK


def fetchable(feed: str) -> str:
    """Return the address to read a feed at; ``feed://`` is only how a browser hands it to a reader."""
    return f"https://{feed.removeprefix('feed://')}" if feed.startswith("feed://") else feed


def item_key(identity: str) -> str:
    """Return the short name of an item within its feed, from its guid or the address of its enclosure."""
    return _short_hash(identity)


def item_url(feed: str, key: str) -> str:
    """Return the canonical URL of an item."""
    return f"{feed}#item={key}"


def item_id(feed: str, key: str) -> str:
    """Return the external id of an item: unique among the items of all feeds."""
    return f"{_feed_id(feed)}-{key}"


def former_id(url: str, external_id: str) -> str:
    """Return the id that the book at ``url`` had before revision 0009, when its feed counted as another by http."""
    feed = urldefrag(url).url
    return f"{_short_hash(feed)}{external_id.removeprefix(_feed_id(feed))}"


def item_match_key(feed: str, kind: str, fact: str) -> str:
    """Return a match key (``BookRef.match_keys``) of an item: a hash of its feed and of a fact that it states."""
    digits = _short_hash(f"{_feed_id(feed)}\n{fact}")
    return f"{kind}-{digits}"


def _feed_id(feed: str) -> str:
    return _short_hash(identity_of(feed))


def _feed(address: str) -> str | None:
    """Return the canonical URL of the feed that an address is of by its form."""
    feed = fetchable(address)
    # What says it without the scheme is the same feed as when it is pasted from the browser.
    if _announces_feed(urlsplit(feed)):
        return feed
    return None if feed == address else address


def _announces_feed(parts: SplitResult) -> bool:
    if _RECORDING.search(parts.path):
        return False
    segments = [segment.lower() for segment in parts.path.split("/") if segment]
    return _ENDING.search(parts.path) is not None or not _SEGMENTS.isdisjoint(segments) or _is_asked_for(parts.query)


def _is_asked_for(query: str) -> bool:
    try:
        pairs = parse_qsl(query, keep_blank_values=True)
    except ValueError:
        return False
    return any(
        name.lower() in _QUERY_NAMES or (name.lower() in _QUERY_FORMATS and value.lower() in _QUERY_VALUES)
        for name, value in pairs
    )


def _short_hash(text: str) -> str:
    return sha256(text.encode(errors="replace")).hexdigest()[:16]
