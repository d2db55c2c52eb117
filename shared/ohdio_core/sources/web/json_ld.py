"""Descriptions in JSON-LD 1.1, as sites write it: lists, ``@graph``, references by ``@id``, no remote contexts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from ohdio_core.sources.web.document import Document
from ohdio_core.sources.web.nodes import Node, dictionaries

# What hid scripts from browsers and XML parsers of old.
_WRAPPING = re.compile(r"(?:\s|<!--|//|/\*|\*/|<!\[CDATA\[)*")
# A comma before a closing bracket; a text, also one without an end, is taken as a whole for what it may hold.
_LAST_COMMA = re.compile(r'"(?:[^"\\]|\\.?)*+"?|,(?=\s*+[}\]])', re.DOTALL)
_MOST_PLAIN = 100  # values of one property: what is referred to a thousand times must not cost a thousand lists
_DECODER = json.JSONDecoder(strict=False)  # line breaks inside texts are a common slip


def read_json_ld(document: Document) -> Iterator[Node]:
    """Yield the descriptions of a page, one a script; what cannot be read is left out."""
    for script in document.elements("script"):
        if (script.get("type") or "").partition(";")[0].strip().lower() != "application/ld+json":
            continue
        try:
            value = _decoded(script.text or "")
        except (ValueError, RecursionError):
            continue
        root: Node = {"@graph": value}
        yield _with_references(root)


def _decoded(text: str) -> object:
    """Decode JSON, in a comment or not, with commas or semicolons after the last value or not.

    Raises:
        ValueError: It is something else.
    """
    start = _WRAPPING.match(text)
    text = text if start is None else text[start.end() :]
    try:
        value, _ = _DECODER.raw_decode(text)
    except ValueError:
        value, _ = _DECODER.raw_decode(_LAST_COMMA.sub(_without_comma, text))
    return value


def _without_comma(found: re.Match[str]) -> str:
    return "" if found[0] == "," else found[0]


def _with_references(root: Node) -> Node:
    """Replace ``{"@id": "x"}`` by the description that has this id, one level deep."""
    named: dict[str, Node] = {}
    every = list(dictionaries(root))
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
        isinstance(value, list)
        and len(value) <= _MOST_PLAIN
        and all(isinstance(one, str | int | float) for one in value)
    )
