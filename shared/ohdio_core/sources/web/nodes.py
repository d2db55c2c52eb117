"""schema.org descriptions, whatever their notation was: dictionaries with an ``@type``, and how to go through them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

#: A description: values are texts, numbers, descriptions, or lists of these.
Node = dict[str, Any]

#: Names that are looked for, by their small letters: sites write them in any.
_TYPES = {
    name.lower(): name
    for name in (
        *("Audiobook", "AudioObject", "Book", "ImageObject", "MediaReview", "Organization", "Person", "PodcastEpisode"),
        *("PodcastSeries", "RadioEpisode", "RadioSeries", "VideoObject", "WebPage", "WebSite"),
    )
}
_MOST_NODES = 20_000  # a book of 1,000 chapters has some 3,000


def walk(roots: list[Node], is_wanted: Callable[[Node], bool]) -> Iterator[Node]:
    """Yield the descriptions that are wanted, in the order of the page; what is inside of one is its own."""
    pending: list[object] = list(reversed(roots))
    for _ in range(_MOST_NODES):
        if not pending:
            return
        value = pending.pop()
        if isinstance(value, list):
            pending.extend(filter(_holds, reversed(value)))
        elif isinstance(value, dict):
            if is_wanted(value):
                yield value
            else:
                pending.extend(filter(_holds, reversed(value.values())))


def types_of(node: Node) -> frozenset[str]:
    """Return the names of a description's types, without the vocabulary's address, as the vocabulary writes them."""
    value = node.get("@type")
    names = value if isinstance(value, list) else [value]
    return frozenset(map(_type, (name for name in names if isinstance(name, str))))


def _type(name: str) -> str:
    bare = name.strip().rstrip("/#").rpartition("/")[2].rpartition(":")[2].rpartition("#")[2]
    return _TYPES.get(bare.lower(), bare)


def values(node: Node, *names: str) -> Iterator[object]:
    """Yield the single values of properties, lists taken apart, those of the first names first."""
    for name in names:
        value = node.get(name)
        if isinstance(value, list):
            yield from value
        elif value is not None:
            yield value


def dictionaries(root: object) -> Iterator[Node]:
    """Yield every description in a value, the outer before the inner."""
    pending: list[object] = [root]
    for _ in range(_MOST_NODES):
        if not pending:
            return
        value = pending.pop()
        if isinstance(value, list):
            pending.extend(filter(_holds, value))
        elif isinstance(value, dict):
            yield value
            pending.extend(filter(_holds, value.values()))


def _holds(value: object) -> bool:
    return isinstance(value, dict | list)
