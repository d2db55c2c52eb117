"""One way to parse OHdio's HTML, and to look for elements in it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from lxml import etree
from lxml.cssselect import CSSSelector


def parsed(html: bytes) -> etree._Element | None:
    """Parse a page; None where it holds nothing at all. Never raises."""
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        # lxml gives None for what holds nothing at all; its annotations do not say so.
        root: etree._Element | None = etree.fromstring(html, parser=parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root


def select(selector: CSSSelector, element: etree._Element) -> list[etree._Element]:
    """Give the elements that match, among ``element`` itself and what is in it."""
    # Its annotations allow for every result of XPath; CSS selects elements only.
    found: Any = selector(element)
    matches: list[etree._Element] = found
    return matches


def first(selector: CSSSelector, element: etree._Element) -> etree._Element | None:
    """Give the first element that matches."""
    return next(iter(select(selector, element)), None)


def text_of(element: etree._Element | None) -> str:
    """Give an element's text in one line; "" for none."""
    return "" if element is None else " ".join("".join(str(text) for text in element.itertext()).split())


def absolute(reference: str | None, url: str) -> str:
    """Give the address that a reference on the page at ``url`` means; "" where it means none."""
    try:
        return urljoin(url, (reference or "").strip()) if reference else ""
    except ValueError:
        return ""
