"""Descriptions in attributes: HTML microdata (html.spec.whatwg.org, section 5), and RDFa Lite (w3.org/TR/rdfa-lite)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from ohdio_core.sources.web.document import Document, text_of
from ohdio_core.sources.web.nodes import Node


@dataclass(frozen=True, slots=True)
class _Notation:
    """How attributes are called."""

    scope: str  #: of what is described
    types: str
    name: str  #: of a property
    address: str

    def outermost(self, document: Document) -> list[etree._Element]:
        # Its annotations allow for every result of XPath; this one selects elements only.
        found: Any = document.root.xpath(f"descendant-or-self::*[@{self.scope}][not(@{self.name})]")
        scopes: list[etree._Element] = found
        return scopes


_MICRODATA = _Notation("itemscope", "itemtype", "itemprop", "itemid")
_RDFA = _Notation("typeof", "typeof", "property", "resource")
_ADDRESSES = {
    "a": "href", "link": "href", "area": "href", "audio": "src", "video": "src", "source": "src",
    "img": "src", "embed": "src", "iframe": "src", "track": "src", "object": "data",
}  # fmt: skip


def read_microdata(document: Document) -> Iterator[Node]:
    """Yield the outermost descriptions of a page, in either notation."""
    for notation in (_MICRODATA, _RDFA):
        for element in notation.outermost(document):
            yield _item(element, document, notation)


def _item(scope: etree._Element, document: Document, notation: _Notation) -> Node:
    """Read one item; the parser bounds how deep items can be nested."""
    node: Node = {"@type": (scope.get(notation.types) or "").split()}
    if (address := document.absolute(scope.get(notation.address))) is not None:
        node["@id"] = address
    pending = list(reversed(list(scope)))
    while pending:
        element = pending.pop()
        # RDFa may write whose word it is: "schema:name".
        names = [name.rpartition(":")[2] for name in (element.get(notation.name) or "").split()]
        is_item = element.get(notation.scope) is not None
        if names:
            value = _item(element, document, notation) if is_item else _property(element, document)
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
