"""Subscription lists (opml.org/spec2.opml), as podcast apps export them and people edit them."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from ohdio_core.sentences import Sentence, sentence
from ohdio_core.sources.lenient_xml import local_name, parse_leniently, parse_strictly
from ohdio_core.sources.markup import is_web_page

# In lists of links "link"; the others are written by apps that know no "xmlUrl".
_TYPES_WITH_URL = ("link", "rss", "atom")


class NotOpml(Exception):
    """A text is no subscription list.

    Args:
        what: What it is, to stand after "This file is".
    """

    def __init__(self, what: Sentence) -> None:
        super().__init__(what.text)
        self.what = what


def links_of_opml(text: str) -> Iterator[str]:
    """Yield the feeds and pages of a list, in its order; what feeds are forgiven is forgiven here.

    Raises:
        NotOpml: It is something else, or nothing of it can be read.
    """
    root = parse_strictly(text)
    if root is None:
        root = parse_leniently(text)
    if root is None or not is_opml(root):
        raise NotOpml(_what_else(text, root))
    yield from links_in(root)


def is_opml(root: etree._Element) -> bool:
    """Return whether a document is a subscription list."""
    return local_name(root).lower() == "opml"


def links_in(root: etree._Element) -> Iterator[str]:
    """Yield the feeds and pages of a list, in its order."""
    for outline in _named(root, "outline"):
        said = {str(name).lower(): str(value).strip() for name, value in outline.attrib.items()}
        if link := said.get("xmlurl") or (said.get("type", "").lower() in _TYPES_WITH_URL and said.get("url")):
            yield link


def title_in(root: etree._Element) -> str:
    """Return the title of a list; "" where it has none."""
    return next((str(title.text or "").strip() for title in _named(root, "title")), "")


def _named(root: etree._Element, name: str) -> Iterator[etree._Element]:
    return (element for element in root.iter() if local_name(element).lower() == name)


def _what_else(text: str, root: etree._Element | None) -> Sentence:
    if is_web_page(text):
        return sentence("import.web_page", "a web page")
    if root is None:
        return sentence("import.broken", "XML that is broken from the start")
    return sentence("import.other_xml", "XML of another kind (<{root}>)", root=local_name(root)[:40])
