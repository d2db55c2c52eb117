"""One item of a feed that has a recording.

RSS 2.0 (rssboard.org/rss-specification), Apple's podcast elements (help.apple.com/itc/podcasts_connect), Podcasting
2.0 (github.com/Podcastindex-org/podcast-namespace), Media RSS and Atom (RFC 4287).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from posixpath import basename, splitext
from urllib.parse import unquote, urlsplit

from lxml import etree

from ohdio_core.domain.audiobook import Chapter
from ohdio_core.sources.audio_extensions import AUDIO_EXTENSIONS
from ohdio_core.sources.dates import parse_date
from ohdio_core.sources.lenient_xml import parse_leniently, parse_strictly
from ohdio_core.sources.markup import line_of_text, plain_text
from ohdio_core.sources.rss.channel import Channel, cover_of, language_of
from ohdio_core.sources.rss.durations import parse_duration
from ohdio_core.sources.rss.elements import FeedElement
from ohdio_core.sources.rss.extras import chapters_of, chapters_url_of, transcript_url_of
from ohdio_core.sources.rss.offers import Recording
from ohdio_core.sources.rss.omissions import LeftOut, Omission
from ohdio_core.sources.rss.people import authors_of, readers_of, translators_of
from ohdio_core.sources.rss.recordings import recording_of

# Items of news have none; such are not even parsed.
_MAY_HAVE_A_RECORDING = re.compile(
    rf"(?:url|href|uri|src|resource)\s{{0,9}}=|(?:{'|'.join(map(re.escape, AUDIO_EXTENSIONS))})\b", re.IGNORECASE
)
_NAMES_A_FILE = re.compile(r"enclosure|:content\b|:source\b", re.IGNORECASE)
UNTITLED = "Untitled"
_NUMBER = re.compile(r"[0-9]{1,6}(\.[0-9]{1,3})?")
_TITLES = ("title", "itunes:title", "atom:title", "media:title", "dc:title", "dcterms:title")
_DESCRIPTIONS = (
    *("content:encoded", "description", "itunes:summary", "atom:content", "atom:summary"),
    *("dc:description", "dcterms:description", "googleplay:description", "media:description"),
)
_DESCRIPTIONS_IN_LOWER_CASE = frozenset({*_DESCRIPTIONS, "itunes:subtitle"})
# What stands in an item itself, never in a text; and what has such elements of its own.
_OF_AN_ITEM = frozenset({"title", "enclosure", "guid", "pubdate", "link", "author"})
_PREFIXES_OF_AN_ITEM = ("itunes:", "podcast:", "dc:", "dcterms:", "media:", "enc:", "psc:", "atom:", "googleplay:")
_OF_PARTS = frozenset({"item", "image", "textinput", "source", "author"})
#: When it appeared, else when it was made or changed.
_DATES = (
    *(
        "pubDate",
        "dc:date",
        "atom:published",
        "atom:issued",
        "dcterms:issued",
        "dcterms:available",
        "published",
        "date",
    ),
    *("atom:created", "dcterms:created", "atom:updated", "atom:modified", "dcterms:modified"),
)


@dataclass(frozen=True, slots=True)
class Episode:
    """An item, as far as it speaks for itself."""

    guid: str  #: what the feed calls it; "" when it does not
    title: str
    recording: Recording
    authors: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()
    translators: tuple[str, ...] = ()
    description: str | None = None
    published: datetime | None = None
    season: int | None = None
    number: float | None = None  #: within the season; 3.5 stands between two others
    is_trailer: bool = False
    duration: timedelta | None = None
    cover_url: str | None = None
    chapters: tuple[Chapter, ...] = ()
    chapters_url: str | None = None
    transcript_url: str | None = None
    language: str | None = None  #: where it has one of its own


def read_episode(text: str, channel: Channel) -> Episode:
    """Read an item.

    Args:
        text: The element, as it stands in the document.
        channel: Its feed.

    Raises:
        LeftOut: It has no recording, or is too broken to find it.
    """
    if "enclosure" not in text and _MAY_HAVE_A_RECORDING.search(text) is None:
        raise LeftOut(Omission.NO_FILE)
    document = f"<around{channel.namespaces}>{text}</around>"
    root = parse_strictly(document)
    is_broken = root is None
    if root is None:
        root = parse_leniently(document)
    element = None if root is None else next(iter(root), None)
    if element is None:
        raise LeftOut(Omission.UNREADABLE)
    if is_broken:
        _straighten(element)
    item = FeedElement(element)
    try:
        recording = recording_of(item, channel.base)
    except LeftOut as left_out:
        if is_broken and left_out.omission is Omission.NO_FILE and _NAMES_A_FILE.search(text):
            raise LeftOut(Omission.UNREADABLE) from None
        raise
    return _episode(item, recording, channel)


def title_of(said: str, recording: Recording) -> str:
    """Return the title that an item states, else the name of its file."""
    path = urlsplit(recording.url).path.rstrip("/")
    return line_of_text(said) or line_of_text(unquote(splitext(basename(path))[0])) or UNTITLED


def _episode(item: FeedElement, recording: Recording, channel: Channel) -> Episode:
    language = language_of(item)
    number = _number(item.text("itunes:episode", "podcast:episode"))
    season_number = _number(item.text("itunes:season", "podcast:season"))
    return Episode(
        guid=item.text("guid", "atom:id") or item.get("about"),
        title=title_of(item.text(*_TITLES), recording),
        recording=recording,
        authors=authors_of(item),
        readers=readers_of(item),
        translators=translators_of(item),
        description=plain_text(item.text(*_DESCRIPTIONS)) or None,
        published=_published(item),
        season=None if season_number is None else int(season_number),
        number=number,
        is_trailer=item.text("itunes:episodeType").lower() == "trailer",
        duration=parse_duration(item.text("itunes:duration")) or _duration_of_media(item),
        cover_url=cover_of(item, channel.base),
        chapters=chapters_of(item),
        chapters_url=chapters_url_of(item, channel.base),
        transcript_url=transcript_url_of(item, channel.base, language or channel.language),
        language=language,
    )


def _published(item: FeedElement) -> datetime | None:
    """Return the first date of an item that can be read."""
    dates = (parse_date(element.whole_text()) for element in item.children(*_DATES))
    return next((date for date in dates if date is not None), None)


def _duration_of_media(item: FeedElement) -> timedelta | None:
    """Return the length that Media RSS states in seconds."""
    for child in item.children("media:content", "media:group"):
        for element in (child, *child.children("media:content")):
            if (duration := parse_duration(element.get("duration"))) is not None:
                return duration
    return None


def _straighten(item: etree._Element) -> None:
    """Move elements out of one whose end tag is missing, which took in all that follows in the item."""
    for element in list(item.iter()):
        parent = element.getparent()
        if parent is not None and _is_of_an_item(FeedElement(element).name) and _is_text(FeedElement(parent).name):
            item.append(element)


def _is_of_an_item(name: str) -> bool:
    return name in _OF_AN_ITEM or name.startswith(_PREFIXES_OF_AN_ITEM)


def _is_text(name: str) -> bool:
    """Return whether an element may hold text with tags in it: a description, or a tag of HTML."""
    return name in _DESCRIPTIONS_IN_LOWER_CASE or (bool(name) and ":" not in name and name not in _OF_PARTS)


def _number(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None
