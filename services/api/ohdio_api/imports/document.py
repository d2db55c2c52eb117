"""The links of a document: OPML (opml.org/spec2.opml), which podcast apps export, or one on each line."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from lxml import etree

from ohdio_api.problems import Refusal

MOST_LINKS = 2000


def links_of(document: str) -> list[str]:
    """Give the different links of a document, in its order.

    Raises:
        Refusal: It holds none, or too many, or is XML that is broken.
    """
    text = document.lstrip("\ufeff").strip()
    links = list(dict.fromkeys(_outlines(text) if text.startswith("<") else _lines(text)))
    if not links:
        raise _refusal("There is no link in this file. It takes a link on each line, or a podcast app's OPML.")
    if len(links) > MOST_LINKS:
        raise _refusal(f"There are {len(links)} links in this file; import at most {MOST_LINKS} at once.")
    return links


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        link = line.strip()
        if link and not link.startswith("#"):
            yield link


def _outlines(text: str) -> Iterator[str]:
    # Whatever encoding it declares, it was text when it came here.
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(text.encode(errors="replace"), parser=parser)
    except etree.XMLSyntaxError as error:
        raise _refusal(f"This file begins like OPML, but cannot be read: {error.msg}.") from None
    for outline in root.iter("{*}outline"):
        attributes = {str(name).lower(): str(value).strip() for name, value in outline.attrib.items()}
        # A feed; or, in lists of links, a page.
        if link := attributes.get("xmlurl") or (attributes.get("type") == "link" and attributes.get("url")):
            yield link


def _refusal(reason: str) -> Refusal:
    return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, reason)
