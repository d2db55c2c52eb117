"""From what feeds write for an address to one that can be followed."""

from __future__ import annotations

from lxml import etree

from ohdio_core.sources.resolution import resolved

_BASE = "{http://www.w3.org/XML/1998/namespace}base"


def absolute(reference: str, base: str) -> str | None:
    """Return the absolute address of a reference; None when there is none, or nobody could follow it.

    An "&" that was escaped twice is one: no server has a parameter called "amp;".
    """
    return resolved(reference.replace("&amp;", "&"), base)


def base_of(element: etree._Element, base: str) -> str:
    """Return the base of addresses in an element of an item, by its own ``xml:base`` and those around it.

    Args:
        element: Within its item.
        base: Of the feed.
    """
    said = [one.get(_BASE) for one in (element, *element.iterancestors())]
    for reference in filter(None, reversed(said)):
        base = absolute(reference, base) or base
    return base
