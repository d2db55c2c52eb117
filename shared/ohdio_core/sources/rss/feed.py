"""From the bytes of a feed to books: every item with a recording is a book of one part.

RSS 2.0 (rssboard.org/rss-specification), Apple's podcast elements (itunes:*), Media RSS and Atom
(RFC 4287). Further pages are those of ``atom:link rel="next"`` (RFC 5005). A feed's own words about the
size of its files are kept but not believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree

from ohdio_core.domain.audiobook import BookDetails, BookRef, Page, Part
from ohdio_core.domain.identity import refuse_reason
from ohdio_core.errors import PermanentError
from ohdio_core.sources.markup import line_of_text, plain_text
from ohdio_core.sources.rss import links
from ohdio_core.sources.rss.durations import parse_duration
from ohdio_core.sources.rss.elements import attribute_of, children, name_of, parse_xml, text_of

_AUDIO_ENDINGS = frozenset({".mp3", ".m4a", ".m4b", ".mp4", ".aac", ".ogg", ".oga", ".opus", ".flac", ".wav", ".m3u8"})
_AUDIO_TYPES = frozenset({"application/vnd.apple.mpegurl", "application/x-mpegurl", "application/ogg"})
_OTHER_TYPES = ("video/", "image/", "text/")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
# RSS writes an author as "mail@host (Name)", people also the other way round.
_MAILBOX = re.compile(r"\S+@\S+\s*\((?P<name>[^)]+)\)")
_MAIL = re.compile(r"\s*[(<]\S+@[^\s)>]+[)>]\s*")


@dataclass(frozen=True, slots=True)
class _Feed:
    """What a feed says of itself, and so of each of its items that says nothing else."""

    key: str  #: the feed's canonical URL, of which the items are named
    base: str  #: where it was read, for relative addresses
    title: str | None
    author: str | None
    language: str | None
    cover_url: str | None


def parse_feed(body: bytes, key: str, base: str) -> Page:
    """Read one page of a feed.

    Args:
        body: The document.
        key: The canonical URL of the feed; of its first page.
        base: Where this page was read, for relative addresses.

    Raises:
        PermanentError: It is not a feed.
    """
    root = parse_xml(body, base)
    channel = next(children(root, "channel"), None) if name_of(root) == "rss" else root
    if channel is None or (channel is root and name_of(root) != "atom:feed"):
        tag = etree.QName(root).localname
        what = "a web page" if tag.lower() == "html" else f"a document of another kind (<{tag}>)"
        raise PermanentError(f"{base} is not a feed but {what}. Look for the feed's own link on that site.")
    feed = _Feed(
        key=key,
        base=base,
        title=line_of_text(text_of(channel, "title", "atom:title")) or None,
        author=_author(channel),
        language=_language(text_of(channel, "language", "dc:language") or _xml_language(channel)),
        cover_url=_cover(channel, base),
    )
    found: dict[str, BookRef] = {}
    for book in _books(channel, feed):
        found.setdefault(book.url, book)
    return Page(tuple(found.values()), _next_page(channel, base), title=feed.title)


def _books(channel: etree._Element, feed: _Feed) -> Iterator[BookRef]:
    recordings = [
        (item, text_of(item, "guid", "atom:id"), *recording)
        for item in children(channel, "item", "atom:entry")
        if (recording := next(_enclosures(item, feed.base), None)) is not None
    ]
    files: dict[str, set[str]] = {}
    for _, guid, url, _ in recordings:
        files.setdefault(guid, set()).add(url)
    for item, guid, url, size in recordings:
        # A guid that stands for several files identifies none of them; feeds written by hand have such.
        identity = links.item_key(guid if guid and len(files[guid]) == 1 else url)
        title = line_of_text(text_of(item, "title", "itunes:title", "atom:title")) or _file_name(url) or "Untitled"
        author = _author(item) or feed.author
        duration = parse_duration(text_of(item, "itunes:duration"))
        details = BookDetails(
            title=title,
            authors=(author,) if author else (),
            description=_description(item),
            published_year=_year(item),
            language=feed.language,
            cover_url=_cover(item, feed.base) or feed.cover_url,
            duration=duration,
            parts=(Part(index=0, external_id=identity, duration=duration, url=url, size=size),),
        )
        yield BookRef(
            source=links.NAME,
            url=links.item_url(feed.key, identity),
            external_id=links.item_id(feed.key, identity),
            title=title,
            authors=details.authors,
            cover_url=details.cover_url,
            details=details,
        )


def _enclosures(item: etree._Element, base: str) -> Iterator[tuple[str, int | None]]:
    """Yield the address and claimed size of every recording of an item, the feed's first choice first."""
    for element in children(item, "enclosure"):
        yield from _recording(element.get("url"), element.get("type"), element.get("length"), base)
    for element in children(item, "atom:link"):
        if element.get("rel") == "enclosure":
            yield from _recording(element.get("href"), element.get("type"), element.get("length"), base)
    for element in item.iter("{*}content"):
        if name_of(element) == "media:content":
            yield from _recording(element.get("url"), element.get("type"), element.get("fileSize"), base)


def _recording(
    url: str | None, media_type: str | None, length: str | None, base: str
) -> Iterator[tuple[str, int | None]]:
    address = _absolute(url or "", base)
    if address is None:
        return
    stated = (media_type or "").partition(";")[0].strip().lower()
    ending = PurePosixPath(urlsplit(address).path).suffix.lower()
    is_stated = stated.startswith(("audio/", "x-audio/")) or stated in _AUDIO_TYPES
    # Where the type does not say, the ending does; what says that it is something else is believed.
    if is_stated or (ending in _AUDIO_ENDINGS and not stated.startswith(_OTHER_TYPES)):
        digits = (length or "").strip()
        size = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 16 else 0
        yield address, size or None


def _author(element: etree._Element) -> str | None:
    text = line_of_text(text_of(element, "itunes:author", "dc:creator", "author"))
    if not text:
        person = next(children(element, "atom:author"), None)
        text = "" if person is None else line_of_text(text_of(person, "atom:name"))
    mailbox = _MAILBOX.fullmatch(text)
    return (mailbox["name"].strip() if mailbox else _MAIL.sub(" ", text).strip()) or None


def _description(item: etree._Element) -> str | None:
    text = text_of(item, "content:encoded", "description", "itunes:summary", "atom:content", "atom:summary")
    return plain_text(text) or None


def _cover(element: etree._Element, base: str) -> str | None:
    image = next(children(element, "image"), None)
    candidates = (
        attribute_of(element, "itunes:image", "href"),
        "" if image is None else text_of(image, "url"),
        attribute_of(element, "media:thumbnail", "url"),
        text_of(element, "atom:logo", "atom:icon"),
    )
    return next((address for text in candidates if (address := _absolute(text, base)) is not None), None)


def _year(item: etree._Element) -> int | None:
    iso = re.match(r"(\d{4})-\d\d", text_of(item, "dc:date", "atom:published", "atom:updated"))
    if iso is not None:
        return int(iso[1])
    try:
        return parsedate_to_datetime(text_of(item, "pubDate")).year
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _language(text: str) -> str | None:
    tag = text.strip().replace("_", "-")
    return tag if _LANGUAGE.fullmatch(tag) else None


def _xml_language(element: etree._Element) -> str:
    return element.get("{http://www.w3.org/XML/1998/namespace}lang") or ""


def _next_page(channel: etree._Element, base: str) -> str | None:
    for link in children(channel, "atom:link"):
        if link.get("rel") == "next":
            return _absolute(link.get("href") or "", base)
    return None


def _file_name(url: str) -> str:
    return line_of_text(unquote(PurePosixPath(urlsplit(url).path).stem))


def _absolute(reference: str, base: str) -> str | None:
    """Give the address that a reference means; None when nobody could follow it."""
    if not reference.strip():
        return None
    try:
        address = urljoin(base, reference.strip())
    except ValueError:
        return None
    # Blanks inside an address are a common slip that browsers forgive.
    address = address.replace(" ", "%20")
    return address if address.startswith(("http://", "https://")) and refuse_reason(address) is None else None
