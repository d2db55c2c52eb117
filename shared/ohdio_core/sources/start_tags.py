"""Start tags as they are written by hand and by HTML, made over as XML wants them (XML 1.0 section 3.1)."""

from __future__ import annotations

import re
from xml.sax.saxutils import quoteattr

# Possessive are sets of characters alone: of groups, Python before 3.11.5 keeps half an iteration (gh-106052).
# Both end at the next "<" at the latest, so that no text is looked at twice.
_START = re.compile(r"""<([A-Za-z_][\w:.-]{0,99})((?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*)>""")
_WELL_FORMED = re.compile(r"""(?:\s++[A-Za-z_:][\w:.-]*+\s*+=\s*+(?:"[^"]*+"|'[^']*+'))*\s*+/?""")
# A value in quotes, in those that word processors make of them, or in none; or no value at all.
_ATTRIBUTE = re.compile(
    r"""([A-Za-z_:][\w:.-]{0,99})(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|[“”„″]([^“”″]*+)[“”″]|([^\s"'“”„″]++)))?"""
)
# Elements of feeds and of HTML that hold nothing, so that a "/" before ">" ends them and belongs to no address.
_EMPTY = frozenset({"enclosure", "image", "link", "content", "thumbnail", "source", "img", "br", "hr"})
_LONE_LESS_THAN = re.compile(r"<(?![A-Za-z_:/!?])")


def mended(markup: str) -> str:
    """Return a piece of markup in which every start tag has attributes with quoted values, each name once.

    A "<" that begins no tag is escaped. What is well-formed stays as it is, and so does what is no tag at all.
    """
    return _START.sub(_mended, _LONE_LESS_THAN.sub("&lt;", markup))


def _mended(tag: re.Match[str]) -> str:
    name, written = tag[1], tag[2]
    if _WELL_FORMED.fullmatch(written):
        return tag[0]
    written = written.rstrip()
    is_ended = written.endswith("/") and (name.rpartition(":")[2].lower() in _EMPTY or not written[:-1].strip())
    if is_ended:
        written = written[:-1]
    attributes: dict[str, str] = {}
    for found in _ATTRIBUTE.finditer(written):
        attributes.setdefault(found[1], next((value for value in found.groups()[1:] if value is not None), ""))
    # References in the values are left as they are.
    inside = "".join(f" {each}={_quoted(value)}" for each, value in attributes.items())
    return f"<{name}{inside}{'/' if is_ended else ''}>"


def _quoted(value: str) -> str:
    return quoteattr(value).replace("&amp;", "&")
