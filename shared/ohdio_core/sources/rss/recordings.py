"""Which file of an item is its recording.

RSS's ``enclosure``, Atom's ``link rel="enclosure"``, Media RSS's ``media:content`` (rssboard.org/media-rss) and
Podcasting 2.0's ``podcast:alternateEnclosure`` with its ``podcast:source`` and ``podcast:integrity``
(github.com/Podcastindex-org/podcast-namespace).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from ohdio_core.sources.rss.addresses import absolute
from ohdio_core.sources.rss.elements import Node

_AUDIO_ENDINGS = frozenset({".mp3", ".m4a", ".m4b", ".mp4", ".aac", ".ogg", ".oga", ".opus", ".flac", ".wav", ".m3u8"})
_AUDIO_TYPES = frozenset({"application/vnd.apple.mpegurl", "application/x-mpegurl", "application/ogg"})
_OTHER_TYPES = ("video/", "image/", "text/")
_INTEGRITY = re.compile(r"(sha(?:256|384|512))-([A-Za-z0-9+/]{20,100}={0,2})")  # w3.org/TR/SRI


@dataclass(frozen=True, slots=True)
class Recording:
    """One file."""

    url: str
    size: int | None = None  #: bytes, as the feed claims; not to be believed
    checksum: tuple[str, str] | None = None  #: (algorithm as hashlib names it, hex digest)


def recording_of(item: Node, base: str) -> Recording | None:
    """Give the recording of an item: what its enclosure is, or the best of the alternatives where that is no sound.

    Args:
        item: The item or entry.
        base: For relative addresses.
    """
    alternates = list(_alternates(item, base))
    chosen = next(_enclosures(item, base), None) or next(iter(alternates), None)
    if chosen is None:
        return None
    checksum = next((each.checksum for each in alternates if each.url == chosen.url and each.checksum), None)
    return Recording(chosen.url, chosen.size, checksum)


def _enclosures(item: Node, base: str) -> Iterator[Recording]:
    for element in item.children("enclosure"):
        yield from _recording(element.get("url"), element.get("type"), element.get("length"), base)
    for element in item.children("atom:link"):
        if element.get("rel") == "enclosure":
            yield from _recording(element.get("href"), element.get("type"), element.get("length"), base)
    for child in item.children("media:content", "media:group"):
        for element in (child, *child.children("media:content")):
            yield from _recording(element.get("url"), element.get("type"), element.get("fileSize"), base)


def _alternates(item: Node, base: str) -> Iterator[Recording]:
    """Yield the files of the alternatives: the default one's first, then by falling bit rate."""
    found = sorted(
        item.children("podcast:alternateEnclosure"),
        key=lambda element: (element.get("default") != "true", -_number(element.get("bitrate"))),
    )
    for element in found:
        checksum = _checksum(element)
        for source in element.children("podcast:source"):
            media_type = source.get("contentType") or element.get("type")
            for each in _recording(source.get("uri"), media_type, element.get("length"), base):
                yield Recording(each.url, each.size, checksum)


def _recording(url: str, media_type: str, length: str, base: str) -> Iterator[Recording]:
    address = absolute(url, base)
    if address is None:
        return
    stated = media_type.partition(";")[0].strip().lower()
    ending = PurePosixPath(urlsplit(address).path).suffix.lower()
    is_stated = stated.startswith(("audio/", "x-audio/")) or stated in _AUDIO_TYPES
    # Where the type does not say, the ending does; what says that it is something else is believed.
    if is_stated or (ending in _AUDIO_ENDINGS and not stated.startswith(_OTHER_TYPES)):
        size = int(length) if length.isascii() and length.isdigit() and len(length) < 16 else 0
        yield Recording(address, size or None)


def _checksum(element: Node) -> tuple[str, str] | None:
    if element.attribute("podcast:integrity", "type") != "sri":
        return None
    found = _INTEGRITY.fullmatch(element.attribute("podcast:integrity", "value"))
    if found is None:
        return None
    try:
        digest = base64.b64decode(found[2], validate=True)
    except binascii.Error:
        return None
    return (found[1], digest.hex()) if len(digest) * 8 == int(found[1][3:]) else None


def _number(text: str) -> float:
    found = re.match(r"[0-9]{1,12}(\.[0-9]{1,6})?", text)
    return float(found[0]) if found else 0.0
