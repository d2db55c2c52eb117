"""schema.org descriptions in a page, in whichever of two notations: JSON-LD and microdata.

JSON-LD 1.1 as sites write it (lists, ``@graph``, references by ``@id``; no remote contexts), and HTML
microdata (html.spec.whatwg.org, section 5) become the same thing: dictionaries with an ``@type``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from lxml import etree

from ohdio_core.sources.web.document import Document, text_of

#: A description: values are texts, numbers, descriptions, or lists of these.
Node = dict[str, Any]

_MOST_NODES = 20_000  # a book of 1,000 chapters has some 3,000
_OUTERMOST = etree.XPath("descendant-or-self::*[@itemscope][not(@itemprop)]")
_ADDRESSES = {
    "a": "href", "link": "href", "area": "href", "audio": "src", "video": "src", "source": "src",
    "img": "src", "embed": "src", "iframe": "src", "track": "src", "object": "data",
}  # fmt: skip


def read_nodes(document: Document) -> list[Node]:
    """Give the outermost descriptions of a page, JSON-LD before microdata. What cannot be read is left out."""
    return [*_json_ld(document), *_microdata(document)]


def walk(roots: list[Node], types: frozenset[str]) -> Iterator[Node]:
    """Yield the descriptions of these types, in the order of the page; what is inside of one is its own."""
    pending: list[object] = list(reversed(roots))
    for _ in range(_MOST_NODES):
        if not pending:
            return
        value = pending.pop()
        if isinstance(value, list):
            pending.extend(reversed(value))
        elif isinstance(value, dict):
            if types_of(value) & types:
                yield value
            else:
                pending.extend(reversed(value.values()))


def types_of(node: Node) -> frozenset[str]:
    """Give the names of a description's types, without the vocabulary's address."""
    value = node.get("@type")
    names = value if isinstance(value, list) else [value]
    return frozenset(name.rpartition("/")[2].rpartition(":")[2] for name in names if isinstance(name, str))


def values(node: Node, *names: str) -> Iterator[object]:
    """Yield the single values of properties, lists taken apart, those of the first names first."""
    for name in names:
        value = node.get(name)
        if isinstance(value, list):
            yield from value
        elif value is not None:
            yield value


def _json_ld(document: Document) -> Iterator[Node]:
    for script in document.elements("script"):
        if (script.get("type") or "").partition(";")[0].strip().lower() != "application/ld+json":
            continue
        try:
            # Line breaks inside strings are a common slip.
            value = json.loads(script.text or "", strict=False)
        except (ValueError, RecursionError):
            continue
        root: Node = {"@graph": value}
        yield _with_references(root)


def _with_references(root: Node) -> Node:
    """Put in place of ``{"@id": "x"}`` the description that has this id, one level deep."""
    named: dict[str, Node] = {}
    every = list(_dictionaries(root))
    for node in every:
        if isinstance(name := node.get("@id"), str) and len(node) > 1:
            named.setdefault(name, node)
    for node in every:
        for key, value in node.items():
            if isinstance(value, list):
                node[key] = [_named(item, named) for item in value]
            else:
                node[key] = _named(value, named)
    return root


def _named(value: object, named: dict[str, Node]) -> object:
    if isinstance(value, dict) and value.keys() == {"@id"} and isinstance(value["@id"], str):
        # A copy without its own references, or two that name each other would be a circle.
        found = named.get(value["@id"])
        return value if found is None else {key: said for key, said in found.items() if _is_plain(said)}
    return value


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | float) or (
        isinstance(value, list) and all(isinstance(item, str | int | float) for item in value)
    )


def _dictionaries(root: Node) -> Iterator[Node]:
    pending: list[object] = [root]
    for _ in range(_MOST_NODES):
        if not pending:
            return
        value = pending.pop()
        if isinstance(value, list):
            pending.extend(value)
        elif isinstance(value, dict):
            yield value
            pending.extend(value.values())


def _microdata(document: Document) -> Iterator[Node]:
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
