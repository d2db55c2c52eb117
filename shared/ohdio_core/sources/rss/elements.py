"""The elements of feeds by their usual names, whatever prefix, capitals and spelling of the namespace were written."""

from __future__ import annotations

from functools import lru_cache

from lxml import etree

# Feeds spell the namespaces with odd capitals and without the last slash; compared without both.
_PREFIXES = {
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes:",
    "http://www.w3.org/2005/atom": "atom:",
    "http://purl.org/dc/elements/1.1": "dc:",
    "http://purl.org/rss/1.0/modules/content": "content:",
    "http://search.yahoo.com/mrss": "media:",
    "https://podcastindex.org/namespace/1.0": "podcast:",
    "https://github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md": "podcast:",
    "http://podlove.org/simple-chapters": "psc:",
    "http://purl.org/rss/1.0/modules/syndication": "sy:",
    # The elements of RSS have no namespace, or one of those that were tried for them.
    "": "",
    "http://backend.userland.com/rss2": "",
    "http://purl.org/rss/1.0": "",
}
_LONGEST_NAME = 200  # nothing that is looked for is longer; a document can have names of megabytes


class FeedElement:
    """An element, whose children are found by name: with their usual prefix, whatever prefix was written.

    Names of elements and attributes are found in any capitals.

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
        if self._named is None:
            self._named = {}
            for child in self.element:
                self._named.setdefault(_name_of(child), []).append(child)
        if len(names) == 1:
            return self._named.get(_lower(names[0]), [])
        found: list[etree._Element] = []
        # Of the many names that are asked for, an element has few.
        for name in names:
            if (lowered := _lower(name)) in self._named:
                found += self._named[lowered]
        return found


def _attribute(element: etree._Element, name: str) -> str:
    value = element.get(name)
    if value is None and element.attrib:
        lowered = _lower(name)
        value = next((str(value) for written, value in element.attrib.items() if str(written).lower() == lowered), None)
    return (value or "").strip()


def _text_of(element: etree._Element) -> str:
    return "".join(map(str, element.itertext())).strip()


def _name_of(element: etree._Element) -> str:
    # The tag of an entity is a function; as text it is the name of nothing.
    tag = str(element.tag)
    return _name(tag) if len(tag) <= _LONGEST_NAME else ""


@lru_cache(maxsize=256)
def _name(tag: str) -> str:
    namespace, _, local = tag.removeprefix("{").rpartition("}")
    prefix = _PREFIXES.get(namespace.lower().rstrip("/"))
    return "" if prefix is None else f"{prefix}{local}".lower()


_lower = lru_cache(maxsize=256)(str.lower)
