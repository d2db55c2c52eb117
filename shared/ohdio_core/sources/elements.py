"""Reading HTML that may be anything: the elements that a selector finds, and their text."""

from __future__ import annotations

from typing import Any

from lxml import etree
from lxml.cssselect import CSSSelector

from ohdio_core.control_characters import without_controls


def parse_html(html: bytes) -> etree._Element | None:
    """Parse a page; None where it holds nothing."""
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        # lxml gives None for what holds nothing at all; its annotations do not say so.
        root: etree._Element | None = etree.fromstring(html, parser=parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root


def every(selector: CSSSelector, element: etree._Element) -> list[etree._Element]:
    """Return all elements that a selector matches, in the order of the document."""
    # Its annotations allow for every result of XPath; CSS selects elements only.
    found: Any = selector(element)
    matches: list[etree._Element] = found
    return matches


def first(selector: CSSSelector, element: etree._Element) -> etree._Element | None:
    """Return the first element that a selector matches; None where there is none."""
    return next(iter(every(selector, element)), None)


def text_of(element: etree._Element | None) -> str:
    """Return the text of an element in one line; "" of none."""
    return (
        ""
        if element is None
        else " ".join(without_controls("".join(str(piece) for piece in element.itertext())).split())
    )
