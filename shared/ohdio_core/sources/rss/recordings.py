"""Which file of an item is its recording.

RSS's ``enclosure``, that of RSS 1.0 (``enc:enclosure``, mod_enclosure), Atom's ``link rel="enclosure"`` and
``content src`` (RFC 4287 section 4.1.3.2), Media RSS's ``media:content`` (rssboard.org/media-rss) and Podcasting 2.0's
``podcast:alternateEnclosure`` with its ``podcast:source`` and ``podcast:integrity``
(github.com/Podcastindex-org/podcast-namespace).
"""

from __future__ import annotations

import base64
import binascii
import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from urllib.parse import urlsplit

from ohdio_core.sources.audio_extensions import AUDIO_EXTENSIONS
from ohdio_core.sources.rss.addresses import base_of
from ohdio_core.sources.rss.elements import FeedElement
from ohdio_core.sources.rss.offers import Offer, Recording, best_recording, offers_at

_REFERENCES = ("url", "resource", "href", "src", "link")
_TEXTS = ("content:encoded", "description", "itunes:summary", "atom:content", "atom:summary")
_IN_TEXT = re.compile(r"(?:src|href)\s{0,3}=\s{0,3}[\"']?([^\s\"'<>]{1,2000})", re.IGNORECASE)
_LONGEST_TEXT = 100_000
_SOUND = frozenset(AUDIO_EXTENSIONS)
_INTEGRITY = re.compile(r"(sha(?:256|384|512))-([A-Za-z0-9+/]{20,100}={0,2})")  # w3.org/TR/SRI


def recording_of(item: FeedElement, base: str) -> Recording:
    """Return the recording of an item: its enclosure, or the best of the alternatives where that is no audio.

    Args:
        item: The item or entry.
        base: For relative addresses.

    Raises:
        LeftOut: It has none.
    """
    alternates = list(_alternates(item, base))
    offers = [*_enclosures(item, base), *alternates]
    if not any(offer.recording is not None and offer.is_sound is not False for offer in offers):
        offers += _mentioned(item, base)
    return _with_checksum(best_recording(offers), alternates)


def _with_checksum(recording: Recording, alternates: list[Offer]) -> Recording:
    if not alternates:
        return recording
    same = (offer.recording for offer in alternates if offer.recording and offer.recording.url == recording.url)
    return replace(recording, checksum=next((each.checksum for each in same if each.checksum), None))


def _enclosures(item: FeedElement, base: str) -> Iterator[Offer]:
    for element in item.children("enclosure", "enc:enclosure"):
        reference = next(filter(None, map(element.get, _REFERENCES)), "") or element.whole_text()
        yield from offers_at(reference, base_of(element.element, base), element.get("length"), element.get("type"))
    for element in item.children("atom:link"):
        if element.get("rel").rpartition("/")[2].lower() == "enclosure":
            within = base_of(element.element, base)
            yield from offers_at(element.get("href"), within, element.get("length"), element.get("type"))
    for element in item.children("atom:content"):
        within = base_of(element.element, base)
        yield from filter(_is_certain, offers_at(element.get("src"), within, "", element.get("type")))
    for child in item.children("media:content", "media:group"):
        for element in (child, *child.children("media:content")):
            said = (element.get("type"), element.get("medium"))
            within = base_of(element.element, base)
            for offer in offers_at(element.get("url"), within, element.get("fileSize"), *said):
                # Media RSS is as often about pictures: what does not say that it is sound is none.
                yield replace(offer, is_sound=bool(offer.is_sound))


def _mentioned(item: FeedElement, base: str) -> list[Offer]:
    """Return the recording that an item without a file leads to: its link, its guid, or the only one in its text."""
    references = [item.text("link"), item.attribute("atom:link", "href"), item.text("guid")]
    named = [offer for said in references for offer in offers_at(said, base, "") if _is_named(offer)]
    if named:
        return named
    written = (match[1] for text in map(item.text, _TEXTS) for match in _IN_TEXT.finditer(text[:_LONGEST_TEXT]))
    found = [offer for said in written for offer in offers_at(unescape(said), base, "") if _is_named(offer)]
    addresses = {offer.recording.url for offer in found if offer.recording is not None}
    return found if len({posixpath.splitext(urlsplit(address).path)[0] for address in addresses}) == 1 else []


def _is_named(offer: Offer) -> bool:
    """Return whether a file is one that only sound is called like."""
    return offer.recording is not None and posixpath.splitext(urlsplit(offer.recording.url).path)[1].lower() in _SOUND


def _alternates(item: FeedElement, base: str) -> Iterator[Offer]:
    """Yield the files of the alternatives: the default one's first, then by falling bit rate."""
    found = sorted(
        item.children("podcast:alternateEnclosure"),
        key=lambda element: (element.get("default") != "true", -_number(element.get("bitrate"))),
    )
    for element in found:
        checksum = _checksum(element)
        for source in element.children("podcast:source"):
            media_type = source.get("contentType") or element.get("type")
            for offer in offers_at(source.get("uri"), base, element.get("length"), media_type):
                found_at = offer.recording
                yield replace(offer, recording=None if found_at is None else replace(found_at, checksum=checksum))


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


def _is_certain(offer: Offer) -> bool:
    return offer.is_sound is True
