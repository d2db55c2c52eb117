"""What a feed says of itself, and so of each of its items that says nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from xml.sax.saxutils import quoteattr

from lxml import etree

from ohdio_core.domain.rhythm import AT_ANY_TIME, Rhythm
from ohdio_core.sentences import Sentence, sentence
from ohdio_core.sources.lenient_xml import local_name, parse_leniently, parse_strictly
from ohdio_core.sources.markup import is_web_page, line_of_text, plain_text
from ohdio_core.sources.opml import is_opml, links_in, title_in
from ohdio_core.sources.rss.addresses import absolute
from ohdio_core.sources.rss.elements import FeedElement
from ohdio_core.sources.rss.faults import NotAFeed, SubscriptionList
from ohdio_core.sources.rss.people import authors_of, readers_of, translators_of
from ohdio_core.sources.rss.rhythm import read_rhythm
from ohdio_core.sources.rss.roots import FeedRoot, read_root

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
XML = "{http://www.w3.org/XML/1998/namespace}"
_DESCRIPTIONS = (
    *("description", "itunes:summary", "atom:subtitle", "atom:tagline"),
    *("dc:description", "googleplay:description"),
)
# RFC 5005: the next page of a paged feed, or the next older document of an archived one.
_NEXT_PAGE = ("next", "prev-archive")
_BEGINS = re.compile(r"<(?:\w{1,24}:)?(?:rss|rdf|feed)(?=[\s>])", re.IGNORECASE)
# Feeds have a dozen; each item is parsed with all of them.
_MOST_NAMESPACES = 50
_LONGEST_TAG = 35  # characters of a language
_LONGEST_NAMESPACE = 200


@dataclass(frozen=True, slots=True)
class Channel:
    """A feed without its items."""

    base: str  #: for relative addresses
    title: str | None = None
    authors: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()
    translators: tuple[str, ...] = ()
    description: str | None = None
    language: str | None = None
    cover_url: str | None = None
    is_show: bool = False  #: says how it is to be heard (``itunes:type``), so it is no list of separate books
    is_serial: bool = False  #: meant to be heard from the first to the last
    next_page: str | None = None
    rhythm: Rhythm = AT_ANY_TIME
    namespaces: str = ""  #: their declarations around the items, as XML attributes


def read_channel(outside: str, url: str) -> Channel:
    """Read what stands outside of the items; it need not be complete yet.

    Args:
        outside: The document without its items.
        url: Where it was read.

    Raises:
        NotAFeed: It is none.
    """
    document, root = _parsed(outside)
    # Programs print what went wrong before the feed, as HTML.
    if root is None and (begins := _BEGINS.search(outside)) is not None:
        document, root = _parsed(outside[begins.start() :])
    if root is None:
        raise _no_feed(outside, document, url)
    channel = root.channel
    kind = channel.text("itunes:type").lower()
    base = absolute(channel.get(f"{XML}base") or root.outer.get(f"{XML}base"), url) or url
    return Channel(
        base=base,
        title=line_of_text(channel.text("title", "atom:title", "dc:title", "itunes:title")) or None,
        authors=authors_of(channel),
        readers=readers_of(channel),
        translators=translators_of(channel),
        description=plain_text(channel.text(*_DESCRIPTIONS)) or None,
        language=language_of(channel) or language_of(root.outer),
        cover_url=cover_of(channel, base) or cover_of(root.outer, base),
        is_show=kind in ("episodic", "serial"),
        is_serial=kind == "serial",
        next_page=_next_page(channel, base),
        rhythm=read_rhythm(channel),
        namespaces=_declarations(root.namespaces),
    )


def _parsed(outside: str) -> tuple[etree._Element | None, FeedRoot | None]:
    document = parse_strictly(outside)
    if document is None:
        document = parse_leniently(outside)
    return document, None if document is None else read_root(document)


def _no_feed(outside: str, document: etree._Element | None, url: str) -> NotAFeed:
    if document is not None and is_opml(document) and (feeds := tuple(links_in(document))):
        return SubscriptionList(url, line_of_text(title_in(document)), feeds)
    return NotAFeed(url, _what_else(outside, document, url))


def _what_else(outside: str, root: etree._Element | None, url: str) -> Sentence:
    if not outside.strip():
        return sentence("feed.empty", "{link} is not a readable feed: it is empty.", link=url)
    if is_web_page(outside):
        return sentence(
            "feed.web_page",
            "{link} is not a feed but a web page. Look for the feed's own link on that site.",
            link=url,
        )
    if root is None:
        return sentence("feed.broken_xml", "{link} is not a readable feed: its XML is broken from the start.", link=url)
    return sentence(
        "feed.other_document",
        "{link} is not a feed but a document of another kind (<{root}>). Look for the feed's own link on that site.",
        link=url,
        root=local_name(root)[:40],
    )


def cover_of(element: FeedElement, base: str) -> str | None:
    """Return the picture of an item or a channel."""
    image = element.child("image")
    candidates = (
        element.attribute("itunes:image", "href") or element.attribute("itunes:image", "url"),
        "" if image is None else image.text("url"),
        _artwork(element),
        element.attribute("media:thumbnail", "url"),
        element.attribute("googleplay:image", "href"),
        element.text("atom:logo", "atom:icon"),
    )
    return next((address for text in candidates if (address := absolute(text, base)) is not None), None)


def _artwork(element: FeedElement) -> str:
    for image in element.children("podcast:image"):
        if "artwork" in image.get("purpose").lower().split():
            return image.get("href") or ""
    return ""


def _declarations(namespaces: dict[str | None, str]) -> str:
    return "".join(
        f" xmlns{'' if prefix is None else f':{prefix}'}={quoteattr(uri)}"
        for prefix, uri in islice(namespaces.items(), _MOST_NAMESPACES)
        if prefix != "xml" and len(prefix or "") + len(uri) <= _LONGEST_NAMESPACE
    )


def language_of(element: FeedElement) -> str | None:
    """Return the language of a channel or of an item, or of its title; None where it names none."""
    said = element.text("language", "dc:language", "dcterms:language") or element.get(f"{XML}lang")
    if not said:
        titles = element.children("title", "atom:title")
        said = next((title.get(f"{XML}lang") for title in titles), "")
    return language_tag(said)


def language_tag(text: str) -> str | None:
    """Return a language as BCP 47 writes it; None where a text is no language."""
    tag = text.strip().replace("_", "-")
    return tag if len(tag) <= _LONGEST_TAG and _LANGUAGE.fullmatch(tag) else None


def _next_page(channel: FeedElement, base: str) -> str | None:
    for relation in _NEXT_PAGE:
        for link in channel.children("atom:link"):
            if link.get("rel") == relation and (address := absolute(link.get("href") or "", base)) is not None:
                return address
    return None
