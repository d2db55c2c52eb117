"""What is done to the markup of a whole document: each function one liberty, and where it was met."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

Liberty = Callable[[str, Random], str]


def namespaces_in_capitals(text: str, _: Random) -> str:
    """Namespaces in other capitals: Apple's first documentation."""
    return text.replace("dtds/podcast-1.0.dtd", "DTDs/Podcast-1.0.dtd")


def namespaces_by_https(text: str, _: Random) -> str:
    """Namespaces by https: what a search and replace over a site's database leaves."""
    return text.replace('"http://www.itunes.com', '"https://www.itunes.com').replace('"http://purl', '"https://purl')


def namespaces_undeclared(text: str, _: Random) -> str:
    """Prefixes that nobody declares: feeds pasted together of others."""
    return re.sub(r' xmlns:(?!ns0)\w+="[^"]*"', "", text)


def namespaces_of_nothing(text: str, _: Random) -> str:
    """Prefixes of namespaces that are none: templates whose variable is empty."""
    return re.sub(r'xmlns:(itunes|media|dc)="[^"]*"', r'xmlns:\1="urn:x-\1"', text)


def names_in_capitals(text: str, _: Random) -> str:
    """Elements in other capitals: HTML editors that write all tags so."""
    return re.sub(r"(</?)(item|title|guid|enclosure|pubDate)\b", lambda tag: tag[1] + tag[2].upper(), text)


def attributes_without_quotes(text: str, _: Random) -> str:
    """Attributes without quotes: scripts that print HTML."""
    return re.sub(r'(length|type)="([\w/-]+)"', r"\1=\2", text)


def attributes_in_single_quotes(text: str, _: Random) -> str:
    """Attributes in single quotes: Python's ElementTree wrappers and XSLT."""
    return re.sub(r'(<[^<>!?]*?\s)(url|length|type)="([^"\']*)"', r"\1\2='\3'", text)


def bare_ampersands(text: str, _: Random) -> str:
    """Ampersands as they are: titles that were typed into a template."""
    return re.sub(r"&amp;(?=[ \w])", "&", text)


def entities_of_html(text: str, _: Random) -> str:
    """HTML's entities: texts that went through `htmlentities`."""
    return text.replace("é", "&eacute;").replace("–", "&ndash;").replace("’", "&rsquo;").replace("ç", "&#231;")


def titles_in_cdata(text: str, _: Random) -> str:
    """Titles as CDATA: WordPress and most hosts."""

    def wrapped(title: re.Match[str]) -> str:
        inside = title[1].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        return title[0] if "&" in inside or "<" in inside else f"<title><![CDATA[{inside}]]></title>"

    return re.sub(r"<title>([^<]*)</title>", wrapped, text)


def blanks_before_the_declaration(text: str, _: Random) -> str:
    """Empty lines before the declaration: a line break behind `?>` in a WordPress plugin."""
    return f"\n\r\n  {text}"


def a_warning_before_the_document(text: str, _: Random) -> str:
    """A warning of a program before the document: PHP's `display_errors`."""
    return f"<br />\n<b>Warning</b>:  Undefined variable in <b>/srv/feed.php</b> on line <b>3</b><br />\n{text}"


def no_declaration(text: str, _: Random) -> str:
    """No declaration: fragments that a script echoes."""
    return re.sub(r"\A<\?xml[^>]*\?>", "", text)


def something_behind_the_end(text: str, _: Random) -> str:
    """A comment or a script behind the end: caches that sign what they serve."""
    return f"{text}\n<!-- Served from: cache -- 0.2 s -->\n<script>var a = 1 && 2;</script>"


def a_document_type(text: str, _: Random) -> str:
    """A document type: RSS 0.91 of Netscape."""
    kind = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.example/rss-0.91.dtd">'
    return text.replace("?>", f"?>\n{kind}", 1) if "<rss" in text else text


def instructions_for_browsers(text: str, _: Random) -> str:
    """Instructions for browsers: style sheets of FeedBurner."""
    return text.replace("?>", '?>\n<?xml-stylesheet type="text/xsl" href="/a.xsl"?>', 1)


def comments_between_items(text: str, _: Random) -> str:
    """Comments with markup in them: items that somebody took out."""
    return re.sub(r"(</item>|</entry>)", r"\1<!-- <item><title>old</title></item> -->", text)


def control_characters(text: str, _: Random) -> str:
    """Control characters: texts pasted from word processors."""
    return text.replace("<description>", "<description>\x0b\x02")


def html_that_is_not_escaped(text: str, _: Random) -> str:
    """HTML as it is, with tags that are not closed: descriptions by hand."""
    return text.replace("<description>", "<description><p>Un<br><img src=a.png alt=x><b>gras")


def elements_of_others(text: str, _: Random) -> str:
    """Elements that nobody knows: extensions of hosts."""
    extra = '<x:score xmlns:x="urn:x-host" title="no"><title>no</title><enclosure url="no.mp3"/></x:score>'
    return re.sub(r"(</item>)", rf"{extra}\1", text)


def empty_elements(text: str, _: Random) -> str:
    """Elements that are there and empty: templates without a value."""
    return re.sub(r"(<item>)", r"\1<itunes:title/><link></link><itunes:subtitle> </itunes:subtitle>", text)


def no_end_of_items(text: str, _: Random) -> str:
    """Items that are not closed: loops that print the end tag once."""
    return text.replace("</item><item>", "<item>")


def lines_within_tags(text: str, _: Random) -> str:
    """Line breaks within tags: printers that keep lines short."""
    return re.sub(r"<(enclosure|rss|media:content) ", "<\\1\n\t", text)


def items_in_another_order(text: str, chance: Random) -> str:
    """Elements of an item in any order: nothing says otherwise."""

    def shuffled(item: re.Match[str]) -> str:
        pieces = [piece[0] for piece in re.finditer(r"<([\w:]+)(?:\s[^<>]*)?(?:/>|>.*?</\1>)", item[1], re.DOTALL)]
        if "".join(pieces) != item[1]:
            return item[0]
        chance.shuffle(pieces)
        return f"<item>{''.join(pieces)}</item>"

    return re.sub(r"<item>(.*?)</item>", shuffled, text, flags=re.DOTALL)


def another_prefix(text: str, _: Random) -> str:
    """Another prefix than everybody's: serialisers that number them."""
    return re.sub(r"(</?|xmlns:)itunes\b", r"\1ns0", text) if 'xmlns:itunes="http' in text else text


def a_comment_before_the_root(text: str, _: Random) -> str:
    """A comment before the first element: programs that sign what they make."""
    return text.replace("?>", '?><!-- generator="Harbour/1.0" <rss> & more -->', 1)


def indented_texts(text: str, _: Random) -> str:
    """Line breaks around texts: printers that indent."""
    return re.sub(r"<(title|guid|pubDate|itunes:duration|dc:date)>([^<]+)</", r"<\1>\n      \2\n    </", text)


MARKUP: tuple[Liberty, ...] = (
    *(namespaces_in_capitals, namespaces_by_https, namespaces_undeclared, namespaces_of_nothing, names_in_capitals),
    *(attributes_without_quotes, attributes_in_single_quotes, bare_ampersands, entities_of_html, titles_in_cdata),
    *(blanks_before_the_declaration, a_warning_before_the_document, no_declaration, something_behind_the_end),
    a_document_type,
    *(instructions_for_browsers, comments_between_items, control_characters, html_that_is_not_escaped),
    *(elements_of_others, empty_elements, no_end_of_items, lines_within_tags, items_in_another_order),
    *(another_prefix, a_comment_before_the_root, indented_texts),
)
