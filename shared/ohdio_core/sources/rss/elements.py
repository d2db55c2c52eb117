"""Reading XML that anybody may have written: no entities, no network, and names without their prefixes."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from ohdio_core.errors import PermanentError

# Feeds spell the namespaces with odd capitals and without the last slash; compared without both.
_PREFIXES = {
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes:",
    "http://www.w3.org/2005/atom": "atom:",
    "http://purl.org/dc/elements/1.1": "dc:",
    "http://purl.org/rss/1.0/modules/content": "content:",
    "http://search.yahoo.com/mrss": "media:",
    # The elements of RSS have no namespace, or one of those that were tried for them.
    "": "",
    "http://backend.userland.com/rss2": "",
    "http://purl.org/rss/1.0": "",
}


def parse_xml(body: bytes, url: str) -> etree._Element:
    """Parse a document; ``url`` is for the sentences.

    Raises:
        PermanentError: It is not well-formed XML.
    """
    # Some feeds begin with empty lines, which XML forbids before its declaration.
    text = body.removeprefix(b"\xef\xbb\xbf").lstrip()
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        # lxml gives None for what holds nothing at all; its annotations do not say so.
        root: etree._Element | None = etree.fromstring(text, parser=parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise PermanentError(f"{url} is not a readable feed: its XML is broken ({error}).") from error
    if root is None:
        raise PermanentError(f"{url} is not a readable feed: it is empty.")
    return root


def name_of(element: etree._Element) -> str:
    """Give the name of an element with its usual prefix ("itunes:duration"), whatever prefix was written."""
    # The tag of a processing instruction is a function; as text it is the name of nothing.
    namespace, _, local = str(element.tag).removeprefix("{").rpartition("}")
    prefix = _PREFIXES.get(namespace.lower().rstrip("/"))
    return "" if prefix is None else f"{prefix}{local}"


def children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Yield the children of these names, in the order of the document."""
    for child in element:
        if name_of(child) in names:
            yield child


def text_of(element: etree._Element, *names: str) -> str:
    """Give the text of the first child that has any, trying ``names`` in order; "" where none has."""
    for name in names:
        for child in children(element, name):
            text = "".join(str(piece) for piece in child.itertext()).strip()
            if text:
                return text
    return ""


def attribute_of(element: etree._Element, name: str, attribute: str) -> str:
    """Give an attribute of the first child that has it; "" where none has."""
    for child in children(element, name):
        value = (child.get(attribute) or "").strip()
        if value:
            return value
    return ""
