"""The notation of a document, by its root: RSS 0.9x and 2.0, RSS 1.0 (RDF), Atom 0.3 and 1.0.

Where the root's own namespace is not that of its notation, or is none of which anybody knows, its elements count as
if it were: documents of such roots are made by hand, and mean what their names say.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from ohdio_core.sources.lenient_xml import local_name
from ohdio_core.sources.rss.elements import ATOM, RSS, FeedElement, usual_prefix

_OF_ATOM = "atom:"


@dataclass(frozen=True, slots=True)
class FeedRoot:
    """What a feed says of itself, as elements."""

    outer: FeedElement  #: the document's first element
    channel: FeedElement  #: what speaks for the whole feed; the same in Atom
    namespaces: dict[str | None, str]  #: those around its items, by their prefixes


def read_root(document: etree._Element) -> FeedRoot | None:
    """Return the root of a feed; None where a document is something else."""
    kind = _plain_name(document)
    if kind == "feed":
        return _root(document, document, ATOM)
    if kind not in ("rss", "rdf"):
        return None
    channel = next((child for child in document if _plain_name(child) == "channel"), None)
    return None if channel is None else _root(document, channel, RSS)


def _root(document: etree._Element, channel: etree._Element, namespace: str) -> FeedRoot:
    namespaces = dict(channel.nsmap)
    written = _namespace(channel)
    if usual_prefix(written) != usual_prefix(namespace):
        for element in document.iter():
            if _namespace(element) == written:
                element.tag = f"{{{namespace}}}{local_name(element)}"
        if not written:
            namespaces[None] = ""
        namespaces = {prefix: namespace if uri == written else uri for prefix, uri in namespaces.items()}
    return FeedRoot(FeedElement(document), FeedElement(channel), namespaces)


def _namespace(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[0].removeprefix("{")


def _plain_name(element: etree._Element) -> str:
    # A prefix that was never declared is part of the name.
    return local_name(element).rpartition(":")[2].lower()
