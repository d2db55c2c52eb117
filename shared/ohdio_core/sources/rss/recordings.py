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
from dataclasses import dataclass, replace

from ohdio_core.sources.rss.addresses import absolute
from ohdio_core.sources.rss.elements import FeedElement
from ohdio_core.sources.rss.media_types import is_sound, what_else
from ohdio_core.sources.rss.omissions import LeftOut, Omission

_INTEGRITY = re.compile(r"(sha(?:256|384|512))-([A-Za-z0-9+/]{20,100}={0,2})")  # w3.org/TR/SRI


@dataclass(frozen=True, slots=True)
class Recording:
    """One file."""

    url: str
    size: int | None = None  #: bytes, as the feed claims; not to be believed
    checksum: tuple[str, str] | None = None  #: (algorithm as hashlib names it, hex digest)


@dataclass(frozen=True, slots=True)
class _Offer:
    """A file that an item names."""

    recording: Recording | None  #: None where its address cannot be followed
    is_sound: bool | None  #: None where nothing tells
    what_else: Omission  #: what it is where it is not known to be sound


def recording_of(item: FeedElement, base: str) -> Recording:
    """Return the recording of an item: its enclosure, or the best of the alternatives where that is no audio.

    A file of which nothing tells what it is counts where no other is known to be sound: publishers who give the
    file's type or extension wrongly, or not at all, mean a recording.

    Args:
        item: The item or entry.
        base: For relative addresses.

    Raises:
        LeftOut: It has none.
    """
    alternates = list(_alternates(item, base))
    offers = [*_enclosures(item, base), *alternates]
    for certainty in (True, None):
        for offer in offers:
            if offer.recording is not None and offer.is_sound is certainty:
                return _with_checksum(offer.recording, alternates)
    if any(offer.is_sound is not False for offer in offers):
        raise LeftOut(Omission.BAD_ADDRESS)
    raise LeftOut(offers[0].what_else if offers else Omission.NO_FILE)


def _with_checksum(recording: Recording, alternates: list[_Offer]) -> Recording:
    if not alternates:
        return recording
    same = (offer.recording for offer in alternates if offer.recording and offer.recording.url == recording.url)
    return replace(recording, checksum=next((each.checksum for each in same if each.checksum), None))


def _enclosures(item: FeedElement, base: str) -> Iterator[_Offer]:
    for element in item.children("enclosure"):
        yield from _offer(element.get("url"), base, element.get("length"), element.get("type"))
    for element in item.children("atom:link"):
        if element.get("rel") == "enclosure":
            yield from _offer(element.get("href"), base, element.get("length"), element.get("type"))
    for child in item.children("media:content", "media:group"):
        for element in (child, *child.children("media:content")):
            said = (element.get("type"), element.get("medium"))
            for offer in _offer(element.get("url"), base, element.get("fileSize"), *said):
                # Media RSS is as often about pictures: what does not say that it is sound is none.
                yield replace(offer, is_sound=bool(offer.is_sound))


def _alternates(item: FeedElement, base: str) -> Iterator[_Offer]:
    """Yield the files of the alternatives: the default one's first, then by falling bit rate."""
    found = sorted(
        item.children("podcast:alternateEnclosure"),
        key=lambda element: (element.get("default") != "true", -_number(element.get("bitrate"))),
    )
    for element in found:
        checksum = _checksum(element)
        for source in element.children("podcast:source"):
            media_type = source.get("contentType") or element.get("type")
            for offer in _offer(source.get("uri"), base, element.get("length"), media_type):
                found_at = offer.recording
                yield replace(offer, recording=None if found_at is None else replace(found_at, checksum=checksum))


def _offer(reference: str, base: str, length: str, *said: str) -> Iterator[_Offer]:
    if not reference:
        return
    address = absolute(reference, base)
    size = int(length) if length.isascii() and length.isdigit() and len(length) < 16 else 0
    recording = None if address is None else Recording(address, size or None)
    sound = is_sound(address or "", *said)
    yield _Offer(recording, sound, Omission.OTHER_FILE if sound else what_else(address or "", *said))


def _checksum(element: FeedElement) -> tuple[str, str] | None:
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
