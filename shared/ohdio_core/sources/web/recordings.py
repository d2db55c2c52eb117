"""The recordings in a description: its own, and those of its parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from ohdio_core.sources.markup import line_of_text
from ohdio_core.sources.web import links
from ohdio_core.sources.web.document import Document
from ohdio_core.sources.web.found import Audio
from ohdio_core.sources.web.nodes import Node, types_of, values
from ohdio_core.sources.web.properties import addresses_in, duration_of, number_of, text_of

AUDIO_TYPES = frozenset({"AudioObject"})
_NOT_AUDIO = frozenset({"ImageObject", "VideoObject", "MediaReview", "Person", "Organization"})
_PLAYABLE = frozenset({links.LinkKind.AUDIO, links.LinkKind.STREAM})
#: Where descriptions keep their recordings.
_HOLDERS = ("audio", "encoding", "associatedMedia", "hasPart", "track", "episode", "itemListElement", "item")
_OWN = ("audio", "encoding", "associatedMedia")
_OTHER_FORMATS = ("image/", "video/", "text/html", "application/pdf")
_OTHER_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg|mp4|m4v|mov|webm|pdf|epub|zip|html?)\Z", re.IGNORECASE)
_DEEPEST = 6
_MOST_NODES = 10_000


def recordings_in(node: Node, document: Document) -> Iterator[Audio]:
    """Yield the recordings in a description, in their order; its own address first."""
    pending: list[tuple[Node, int]] = [(node, 0)]
    for _ in range(_MOST_NODES):
        if not pending:
            return
        current, depth = pending.pop()
        if (address := _address(current, document)) is not None:
            yield _audio(current, address)
        if depth < _DEEPEST:
            inner = list(values(current, *_HOLDERS))
            for reference in inner:
                address = (
                    document.absolute(reference) if isinstance(reference, str) and links.names_file(reference) else None
                )
                if address is not None and links.kind_of(address) in _PLAYABLE:
                    yield Audio(address, is_stream=links.kind_of(address) is links.LinkKind.STREAM)
            nested = [value for value in inner if isinstance(value, dict)]
            pending.extend((value, depth + 1) for value in reversed(_in_order(nested)))


def offers_recording(node: Node) -> bool:
    """Return whether a description names the file of a recording as its own, whatever type it says it has."""
    return any(isinstance(said, str) and _is_playable(said) for said in values(node, "contentUrl", *_OWN))


def _is_playable(reference: str) -> bool:
    # Wherever it lies, its ending says what it is.
    address = links.absolute(reference, "https://site.example/") if links.names_file(reference) else None
    return address is not None and links.kind_of(address) in _PLAYABLE


def _address(node: Node, document: Document) -> str | None:
    address, format_ = next(addresses_in(node, document, "contentUrl"), None), _format(node)
    if address is not None and (_is_playable(address) or format_.startswith("audio/") or "mpegurl" in format_):
        return address  # types are what plugins get wrong
    if types_of(node) & _NOT_AUDIO or format_.startswith(_OTHER_FORMATS):
        return None
    if address is not None and _OTHER_FILE.search(urlsplit(address).path):
        return None
    if address is not None or not types_of(node) & AUDIO_TYPES:
        return address
    # Its "url" is as often a page about it, which an extension or a word on its format tells.
    if format_.startswith("audio/") or "mpegurl" in format_:
        return next(addresses_in(node, document, "url"), None)
    address = next(addresses_in(node, document, "url", "embedUrl"), None)
    return address if address is not None and links.kind_of(address) in _PLAYABLE else None


def _format(node: Node) -> str:
    return text_of(node, "encodingFormat", "fileFormat").lower()


def _audio(node: Node, address: str) -> Audio:
    size = text_of(node, "contentSize")
    return Audio(
        address,
        title=line_of_text(text_of(node, "name", "headline")) or None,
        duration=duration_of(node),
        size=int(size) if size.isascii() and size.isdigit() and len(size) < 16 and int(size) else None,
        is_stream="mpegurl" in _format(node) or links.kind_of(address) is links.LinkKind.STREAM,
    )


def _in_order(nodes: list[Node]) -> list[Node]:
    """Sort parts by their positions where each has one."""
    positions = [number_of(node, "position", "episodeNumber") for node in nodes]
    if None in positions:
        return nodes
    return [node for _, node in sorted(zip(positions, nodes, strict=True), key=lambda pair: pair[0] or 0)]
