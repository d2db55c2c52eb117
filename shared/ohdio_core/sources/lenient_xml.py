"""Reading XML that anybody may have written: strictly, else as much of it as can be read; no entities, no network."""

from __future__ import annotations

import re
from html.entities import html5
from xml.sax.saxutils import escape

from lxml import etree

from ohdio_core.sources.start_tags import mended

# The text is decoded by then, whatever its first line says.
_DECLARATION = re.compile(r"<\?xml\b[^>]{0,500}\?>")
# XML 1.0 section 2.2.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:x([0-9a-f]{1,30})|([0-9]{1,30}));", re.IGNORECASE | re.ASCII)
_CDATA = re.compile(r"(<!\[CDATA\[.*?(?:\]\]>|\Z))", re.DOTALL)
_LONE_AMPERSAND = re.compile(r"&(?!#?[A-Za-z0-9]{1,31};)")
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,30});")
_OF_XML = {"amp": "&#38;", "lt": "&#60;", "gt": "&#62;", "quot": "&#34;", "apos": "&#39;"}
_NAMED = re.compile(r"&(amp|lt|gt|quot|apos);")


def parse_strictly(text: str) -> etree._Element | None:
    """Parse a document; None when it is not well-formed XML."""
    return _parse(text, recover=False)


def parse_leniently(text: str) -> etree._Element | None:
    """Parse as much of a broken document as can be read; None when there is nothing in it.

    What people forget is put right first, as the parser would drop it: to escape a lone ``&`` or ``<``, the entities
    of HTML, and the quotes around values of attributes.
    """
    pieces = _CDATA.split(_REFERENCE.sub(_without_surrogates, _CONTROL.sub("", text)))
    pieces[::2] = [mended(_ENTITY.sub(_read_entity, _LONE_AMPERSAND.sub("&amp;", piece))) for piece in pieces[::2]]
    # Behind its first fault the parser drops XML's own entities, but no references by number.
    pieces[::2] = [_NAMED.sub(lambda found: _OF_XML[found[1]], piece) for piece in pieces[::2]]
    return _parse("".join(pieces), recover=True)


def local_name(element: etree._Element) -> str:
    """Return an element's name without its namespace; in broken documents it need not be a valid name."""
    return str(element.tag).rpartition("}")[2]


def _parse(text: str, *, recover: bool) -> etree._Element | None:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True, recover=recover
    )
    start = text.find("<?xml")
    declaration = None if start < 0 else _DECLARATION.match(text, start)
    if declaration is not None:
        text = text[:start] + text[declaration.end() :]
    body = text.lstrip().encode(errors="replace")
    try:
        # lxml gives None for what holds nothing at all; its annotations do not say so.
        root: etree._Element | None = etree.fromstring(body, parser=parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root


def _without_surrogates(found: re.Match[str]) -> str:
    # Half a character: the parser takes it when it is lenient, and nobody can read its text then.
    code = int(found[1], 16) if found[1] else int(found[2])
    return "" if 0xD800 <= code <= 0xDFFF else found[0]


def _read_entity(found: re.Match[str]) -> str:
    if found[1] in _OF_XML:
        return found[0]
    character = html5.get(f"{found[1]};")
    return f"&amp;{found[1]};" if character is None else escape(character)
