"""Plain text from the HTML that sites put into their fields."""

from __future__ import annotations

import re
from html import unescape

from lxml import etree

from ohdio_core.control_characters import without_controls

_BLOCKS = frozenset({"p", "br", "div", "li", "ul", "ol", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "hr"})
_SILENT = frozenset({"script", "style", "head", "template"})
# The parser drops whatever follows the end of a document, and a field may hold a whole one.
_DOCUMENT = re.compile(r"</?(?:html|body)\b[^<>]*>", re.IGNORECASE)
# A page is hardly ever XML, so that its beginning may be all that can be told.
_WEB_PAGE = re.compile(r"<(?:!doctype\s{1,9})?html\b", re.IGNORECASE)


def plain_text(html: str) -> str:
    """Return the text of a piece of HTML: entities decoded, tags dropped, a line for every block.

    Runs of blanks become one space, runs of empty lines none at all. Never raises.
    """
    text = without_controls(html)
    if "<" in text:
        text = _text_of(text)
    elif "&" in text:
        # No parser for each of many short fields.
        text = unescape(text)
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def line_of_text(html: str) -> str:
    """Return the text of a piece of HTML in one line."""
    return " ".join(plain_text(html).split())


def is_web_page(text: str) -> bool:
    """Return whether a text that should be XML of some kind is a web page."""
    return _WEB_PAGE.search(text) is not None


def _text_of(html: str) -> str:
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    # The wrapping makes a document even of a text without tags.
    root = etree.fromstring(f"<html><body><div>{_DOCUMENT.sub('', html)}".encode(), parser=parser)
    pieces: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = str(element.tag)
        if tag in _BLOCKS:
            pieces.append("\n")
        text = element.text if event == "start" else element.tail
        if text and not (event == "start" and tag in _SILENT):
            # A line break in the source is a blank; only blocks make lines.
            pieces.append(text.replace("\n", " "))
    return "".join(pieces)
