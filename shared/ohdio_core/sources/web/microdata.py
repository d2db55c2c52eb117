"""Descriptions in HTML microdata (html.spec.whatwg.org, section 5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from ohdio_core.sources.web.document import Document, text_of
from ohdio_core.sources.web.nodes import Node

_OUTERMOST = etree.XPath("descendant-or-self::*[@itemscope][not(@itemprop)]")
_ADDRESSES = {
    "a": "href", "link": "href", "area": "href", "audio": "src", "video": "src", "source": "src",
    "img": "src", "embed": "src", "iframe": "src", "track": "src", "object": "data",
}  # fmt: skip


def read_microdata(document: Document) -> Iterator[Node]:
    """Yield the outermost descriptions of a page."""
    # Its annotations allow for every result of XPath; this one selects elements only.
    scopes: Any = _OUTERMOST(document.root)
    for element in scopes:
        yield _item(element, document)


def _item(scope: etree._Element, document: Document) -> Node:
    """Read one item; the parser bounds how deep items can be nested."""
    node: Node = {"@type": (scope.get("itemtype") or "").split()}
    if (address := document.absolute(scope.get("itemid"))) is not None:
        node["@id"] = address
    pending = list(reversed(list(scope)))
    while pending:
        element = pending.pop()
        names = (element.get("itemprop") or "").split()
        is_item = element.get("itemscope") is not None
        if names:
            value = _item(element, document) if is_item else _property(element, document)
            for name in names:
                node.setdefault(name, []).append(value)
        if not is_item:
            pending.extend(reversed(list(element)))
    return node


def _property(element: etree._Element, document: Document) -> str:
    tag = str(element.tag)
    if tag in _ADDRESSES:
        return document.absolute(element.get(_ADDRESSES[tag])) or ""
    for attribute in ("content", "datetime", "value"):
        if (said := element.get(attribute)) is not None:
            return said.strip()
    return text_of(element)
