"""The elements of feeds by their usual names, whatever prefix, capitals and spelling of the namespace were written."""

from __future__ import annotations

import re
from functools import lru_cache

from lxml import etree

RSS = "http://backend.userland.com/rss2"
ATOM = "http://www.w3.org/2005/Atom"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
# Feeds spell the namespaces with odd capitals, by https and without the last sign; compared without all that.
_PREFIXES = {
    "www.itunes.com/dtds/podcast-1.0.dtd": "itunes:",
    "itunes.com/dtds/podcast-1.0.dtd": "itunes:",
    "www.google.com/schemas/play-podcasts/1.0": "googleplay:",
    "www.w3.org/2005/atom": "atom:",
    # Atom 0.3, and what it was called before.
    "purl.org/atom/ns": "atom:",
    "purl.org/pie": "atom:",
    "purl.org/echo": "atom:",
    "purl.org/dc/elements/1.1": "dc:",
    "purl.org/dc/elements/1.0": "dc:",
    "purl.org/dc/terms": "dcterms:",
    "purl.org/rss/1.0/modules/content": "content:",
    "search.yahoo.com/mrss": "media:",
    "search.yahoo.com/rss": "media:",
    "video.search.yahoo.com/mrss": "media:",
    "tools.search.yahoo.com/mrss": "media:",
    "www.rssboard.org/media-rss": "media:",
    "podcastindex.org/namespace/1.0": "podcast:",
    "github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md": "podcast:",
    "podlove.org/simple-chapters": "psc:",
    "purl.org/rss/1.0/modules/syndication": "sy:",
    # mod_enclosure of RSS 1.0.
    "purl.oclc.org/net/rss_2.0/enc": "enc:",
    "purl.org/net/rss_2.0/enc": "enc:",
    "www.w3.org/1999/02/22-rdf-syntax-ns": "rdf:",
    # The elements of RSS have no namespace, or one of those that were tried for them.
    "": "",
    "backend.userland.com/rss": "",
    "backend.userland.com/rss2": "",
    "backend.userland.com/rss091": "",
    "blogs.law.harvard.edu/tech/rss": "",
    "cyber.law.harvard.edu/rss/rss.html": "",
    "my.netscape.com/publish/formats/rss-0.91.dtd": "",
    "my.netscape.com/rdf/simple/0.9": "",
    "channel.netscape.com/rdf/simple/0.9": "",
    "purl.org/rss/0.9": "",
    "purl.org/rss/1.0": "",
    "purl.org/net/rss1.1": "",
}
_SCHEME = re.compile(r"\Ahttps?://")
# By the prefix that everybody writes, where the address is of nothing.
_USUAL = frozenset({"itunes", "atom", "dc", "content", "media", "podcast", "psc", "googleplay", "dcterms"})
_LONGEST_NAME = 200  # nothing that is looked for is longer; a document can have names of megabytes


class FeedElement:
    """An element, whose children are found by name: with their usual prefix, whatever prefix was written.

    Names of elements and attributes are found in any capitals, and attributes in any namespace.

    Args:
        element: Not changed any more.
    """

    __slots__ = ("_named", "element")

    def __init__(self, element: etree._Element) -> None:
        self.element = element
        self._named: dict[str, list[etree._Element]] | None = None

    @property
    def name(self) -> str:
        """Return its name in lower case: "itunes:duration"; "" for unknown namespaces."""
        return _name_of(self.element)

    def get(self, attribute: str) -> str:
        """Return an attribute, without the blanks around; "" where there is none."""
        return _attribute(self.element, attribute)

    def children(self, *names: str) -> list[FeedElement]:
        """Return the children of these names: all of the first one, then all of the next."""
        return [FeedElement(child) for child in self._elements(names)]

    def child(self, name: str) -> FeedElement | None:
        """Return the first child of this name."""
        return next(map(FeedElement, self._elements((name,))), None)

    def whole_text(self) -> str:
        """Return all the text inside, without the blanks around."""
        return _text_of(self.element)

    def text(self, *names: str) -> str:
        """Return the text of the first child that has any, trying ``names`` in order; "" where none has."""
        for child in self._elements(names):
            if text := _text_of(child):
                return text
        return ""

    def attribute(self, name: str, attribute: str) -> str:
        """Return an attribute of the first child that has it; "" where none has."""
        for child in self._elements((name,)):
            if value := _attribute(child, attribute):
                return value
        return ""

    def _elements(self, names: tuple[str, ...]) -> list[etree._Element]:
        named = self._named
        if named is None:
            named = self._named = {}
            for child in self.element:
                named.setdefault(_name_of(child), []).append(child)
        lowered = _all_lower(names)
        if len(lowered) == 1:
            return named.get(lowered[0], [])
        # Of the many names that are asked for, an element has few.
        present = [name for name in lowered if name in named]
        return [element for name in present for element in named[name]]


def _attribute(element: etree._Element, name: str) -> str:
    value = element.get(name)
    if value is None and element.attrib:
        lowered = _lower(name)
        value = next(
            (str(value) for written, value in element.attrib.items() if _local(str(written), lowered) == lowered), None
        )
    return (value or "").strip()


def _local(written: str, wanted: str) -> str:
    """Return an attribute's name in lower case; without its namespace where a plain name is wanted."""
    if wanted.startswith("{"):
        return written.lower()
    return written.rpartition("}")[2].rpartition(":")[2].lower()


def _text_of(element: etree._Element) -> str:
    return "".join(map(str, element.itertext())).strip()


def _name_of(element: etree._Element) -> str:
    # The tag of an entity is a function; as text it is the name of nothing.
    tag = str(element.tag)
    if len(tag) > _LONGEST_NAME:
        return ""
    return _name(tag) or _usual_name(tag, element.prefix)


@lru_cache(maxsize=256)
def _name(tag: str) -> str:
    namespace, _, local = tag.removeprefix("{").rpartition("}")
    prefix = usual_prefix(namespace)
    return "" if prefix is None else f"{prefix}{local}".lower()


def _usual_name(tag: str, prefix: str | None) -> str:
    lowered = (prefix or "").lower()
    return f"{lowered}:{tag.rpartition('}')[2]}".lower() if lowered in _USUAL else ""


def usual_prefix(namespace: str) -> str | None:
    """Return the prefix of the elements of a namespace, with its colon; None of one that is not known."""
    return _PREFIXES.get(_SCHEME.sub("", namespace.lower()).rstrip("/#"))


_lower = lru_cache(maxsize=256)(str.lower)


@lru_cache(maxsize=256)
def _all_lower(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.lower() for name in names)
