"""What is done to the markup and the bytes of a whole page: each function one liberty, and where it was met."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.unit.sources.web.page_liberties import SITE


def tags_in_capitals(text: str) -> str:
    """Tags in capitals: HTML of the nineties."""
    return re.sub(r"</?(?:p|div|h1|h3|a|table|tr|td|li|ol|b|audio|source|figure)\b", lambda tag: tag[0].upper(), text)


def attributes_without_quotes(text: str) -> str:
    """Attributes without quotes: minifiers."""
    return re.sub(r' (src|href|data-src|class)="([\w:/.-]+)"(?=[ >])', r" \1=\2", text)


def attributes_in_single_quotes(text: str) -> str:
    """Attributes in single quotes: templates in PHP."""
    return re.sub(r' (src|href|data-src|data-mp3)="([^"\']*)"', r" \1='\2'", text)


def elements_that_are_not_closed(text: str) -> str:
    """Elements that are not closed: pages by hand."""
    return re.sub(r"</(?:p|li|td|tr|dd|dt)>", "", text)


def an_old_player_in_a_comment(text: str) -> str:
    """A player in a comment: what somebody took out."""
    return text.replace("</h1>", '</h1><!-- <audio src="old.mp3" title="old"></audio> -->')


def menus_around(text: str) -> str:
    """Menus, other pages and a form around it: themes."""
    menu = '<nav><ul><li><a href="/">Accueil</a></li><li><a href="/auteurs/">Auteur : tous</a></li></ul></nav>'
    more = '<aside><h3>À lire aussi</h3><a href="/livres/autre.html">Autre</a></aside><form><input name="q"></form>'
    return re.sub(r"(<body[^>]*>)", rf"\1{menu}", text).replace("</body>", f"{more}</body>")


def comments_of_readers(text: str) -> str:
    """Comments of readers: blogs."""
    said = '<div id="comments" class="comments-area"><p>Auteur : Bob Malin</p><p>Lu par Anna Passant</p></div>'
    return text.replace("</body>", f"{said}</body>")


def a_base(text: str) -> str:
    """A base, and addresses from there: frameworks."""
    return text.replace("<head>", f'<head><base href="{SITE}/">').replace(f'"{SITE}/livres/', '"livres/')


def addresses_from_the_root(text: str) -> str:
    """Addresses from the root of the site: content management systems."""
    return text.replace(f'"{SITE}/', '"/')


def addresses_without_a_scheme(text: str) -> str:
    """Addresses without a scheme: sites that moved to https."""
    return text.replace(f'"{SITE}/', '"//stories.example/')


def blanks_around_addresses(text: str) -> str:
    """Blanks and line breaks around addresses: editors that break lines."""
    return re.sub(r' (src|href)="([^"]*\.mp3[^"]*)"', r' \1=" \2\n"', text)


def addresses_with_blanks(text: str) -> str:
    """Blanks in addresses: files called by people."""
    return text.replace("%20", " ")


def entities_for_letters(text: str) -> str:
    """Entities for letters: `htmlentities`."""
    return re.sub(r"é(?=[^<>]*<)", "&eacute;", text)


def no_document_type(text: str) -> str:
    """No document type, no head: fragments."""
    return text.replace("<!DOCTYPE html>", "").replace("<html>", "").replace("</html>", "")


def xhtml(text: str) -> str:
    """XHTML: templates of 2005."""
    begin = '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x.dtd">'
    return text.replace("<!DOCTYPE html>", begin).replace("<html>", '<html xmlns="http://www.w3.org/1999/xhtml">')


def many_lines(text: str) -> str:
    """Line breaks between tags and within texts: printers that indent."""
    return re.sub(r"><(?!/?(?:script|title))", ">\n   <", text)


def the_title_of_the_site(text: str) -> str:
    """The site's name behind the title, and the title by itself in the head: plugins for search engines."""
    return re.sub(
        r"<title>(.*?)</title>",
        r'<title>\1 | Livres du soir</title><meta property="og:title" content="\1"><meta property="og:type" '
        r'content="article">',
        text,
    )


def scripts_between(text: str) -> str:
    """Scripts between elements, with tags in them: measuring and advertising."""
    script = '<script>var a = "<audio src=no.mp3></audio>"; if (1 < 2 && a) {}</script>'
    return text.replace("</h1>", f"</h1>{script}")


Liberty = Callable[[str], str]
MARKUP: tuple[Liberty, ...] = (
    *(a_base, addresses_from_the_root, addresses_without_a_scheme, addresses_with_blanks, blanks_around_addresses),
    *(entities_for_letters, the_title_of_the_site, menus_around, comments_of_readers, an_old_player_in_a_comment),
    *(scripts_between, elements_that_are_not_closed, tags_in_capitals, attributes_without_quotes),
    *(attributes_in_single_quotes, no_document_type, xhtml, many_lines),
)


# From the text to its bytes.


def utf_8(text: str) -> bytes:
    """UTF-8 that says so: nearly all."""
    return text.replace("<head>", '<head><meta charset="utf-8">').encode()


def utf_8_that_says_nothing(text: str) -> bytes:
    """UTF-8 that says nothing: pages by hand."""
    return text.encode()


def utf_8_with_a_mark(text: str) -> bytes:
    """A byte order mark before UTF-8: editors on Windows."""
    return text.encode("utf-8-sig")


def windows_1252(text: str) -> bytes:
    """Windows 1252 that says it is Latin 1: pages of the nineties."""
    meta = '<head><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">'
    return (
        text.replace("<head>", meta)
        .replace('encoding="utf-8"', 'encoding="iso-8859-1"')
        .encode("cp1252", "xmlcharrefreplace")
    )


ENCODINGS: tuple[Callable[[str], bytes], ...] = (utf_8, utf_8_that_says_nothing, utf_8_with_a_mark, windows_1252)
