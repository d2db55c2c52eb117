"""Feeds in each notation, plainly written but for the spellings of their values."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from typing import Any

from hypothesis import strategies as st

from tests.unit.sources.rss.liberties.spellings import AUTHORS, DATES, FILES, LENGTHS
from tests.unit.sources.rss.liberties.truths import Feed, Tale

_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>'
_NAMESPACES = (
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:media="http://search.yahoo.com/mrss/"'
)


@dataclass(frozen=True)
class Written:
    """An item's values as they are written."""

    tale: Tale
    date: str
    length: str
    author: str
    file: str


def rss_2_0(feed: Feed, items: list[Written]) -> str:
    """RSS 2.0: nearly all podcasts."""
    return f'{_DECLARATION}<rss version="2.0" {_NAMESPACES}>{_channel(feed, items)}</rss>'


def rss_in_a_namespace(feed: Feed, items: list[Written]) -> str:
    """RSS in a namespace: Userland's, and what readers of XML wanted."""
    begin = f'{_DECLARATION}<rss version="2.0" xmlns="http://backend.userland.com/rss2" {_NAMESPACES}>'
    return f"{begin}{_channel(feed, items)}</rss>"


def rss_in_the_namespace_of_atom(feed: Feed, items: list[Written]) -> str:
    """RSS in Atom's namespace: a missing prefix before `atom`."""
    begin = f'{_DECLARATION}<rss version="2.0" xmlns="http://www.w3.org/2005/Atom" {_NAMESPACES}>'
    return f"{begin}{_channel(feed, items)}</rss>"


def rss_1_0(feed: Feed, items: list[Written]) -> str:
    """RSS 1.0, whose items stand beside their channel: weblogs of 2003, libraries and journals."""
    begin = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        f'xmlns:enc="http://purl.oclc.org/net/rss_2.0/enc#" {_NAMESPACES}>'
    )
    channel = f'<channel rdf:about="https://podcasts.example/"><title>{escape(feed.title)}</title></channel>'
    body = "".join(
        f'<item rdf:about="{item.tale.guid}"><title>{escape(item.tale.title)}</title>{item.author}'
        f"<dc:date>{item.tale.published.isoformat()}</dc:date><itunes:duration>{item.length}</itunes:duration>"
        f'<description>x</description><enc:enclosure rdf:resource="{escape(item.tale.address)}" '
        f'enc:length="{item.tale.size}" enc:type="audio/mpeg"/></item>'
        for item in items
    )
    return f"{_DECLARATION}{begin}{channel}{body}</rdf:RDF>"


def atom_1_0(feed: Feed, items: list[Written]) -> str:
    """Atom: blogs and public broadcasters."""
    return _atom(feed, items, 'xmlns="http://www.w3.org/2005/Atom"', "published")


def atom_0_3(feed: Feed, items: list[Written]) -> str:
    """Atom 0.3: Blogger and Movable Type before Atom was done."""
    return _atom(feed, items, 'version="0.3" xmlns="http://purl.org/atom/ns#"', "issued")


def atom_without_a_namespace(feed: Feed, items: list[Written]) -> str:
    """Atom without its namespace: templates by hand."""
    return _atom(feed, items, "", "published")


def json_feed(feed: Feed, items: list[Written]) -> str:
    """JSON Feed: Micro.blog and makers of static sites."""
    return _json(feed, items, ensure_ascii=False)


def json_feed_with_escapes(feed: Feed, items: list[Written]) -> str:
    """JSON with every slash and letter escaped: PHP's `json_encode`."""
    return _json(feed, items, ensure_ascii=True).replace("/", "\\/")


NOTATIONS = (
    *(rss_2_0, rss_in_a_namespace, rss_in_the_namespace_of_atom, rss_1_0, atom_1_0, atom_0_3),
    *(atom_without_a_namespace, json_feed, json_feed_with_escapes),
)


@st.composite
def written(draw: st.DrawFn, tale: Tale) -> Written:
    """Draw how an item's values are written."""
    return Written(
        tale,
        draw(st.sampled_from(DATES))(tale.published),
        draw(st.sampled_from(LENGTHS))(tale.duration),
        draw(st.sampled_from(AUTHORS))(tale),
        draw(st.sampled_from(FILES))(tale),
    )


def _channel(feed: Feed, items: list[Written]) -> str:
    body = "".join(
        f"<item><title>{escape(item.tale.title)}</title><guid>{item.tale.guid}</guid>{item.author}"
        f"<pubDate>{item.date}</pubDate><itunes:duration>{item.length}</itunes:duration>"
        f"<description>x</description>{item.file}</item>"
        for item in items
    )
    return f"<channel><title>{escape(feed.title)}</title>{body}</channel>"


def _atom(feed: Feed, items: list[Written], declared: str, date: str) -> str:
    body = "".join(
        f"<entry><title>{escape(item.tale.title)}</title><id>{item.tale.guid}</id>"
        f"<author><name>{escape(item.tale.author)}</name></author><{date}>{item.tale.published.isoformat()}</{date}>"
        f"<itunes:duration>{item.length}</itunes:duration><link rel='alternate' href='https://podcasts.example/1'/>"
        f'<link rel="enclosure" href="{escape(item.tale.address)}" length="{item.tale.size}" type="audio/mpeg"/>'
        "</entry>"
        for item in items
    )
    return f"{_DECLARATION}<feed {declared} {_NAMESPACES}><title>{escape(feed.title)}</title>{body}</feed>"


def _json(feed: Feed, items: list[Written], *, ensure_ascii: bool) -> str:
    listed: list[dict[str, Any]] = [
        {
            "id": item.tale.guid,
            "title": item.tale.title,
            "date_published": item.tale.published.isoformat(),
            "authors": [{"name": item.tale.author}],
            "attachments": [
                {
                    "url": item.tale.address,
                    "mime_type": "audio/mpeg",
                    "size_in_bytes": item.tale.size,
                    "duration_in_seconds": round(item.tale.duration.total_seconds()),
                }
            ],
        }
        for item in items
    ]
    feed_of_json = {"version": "https://jsonfeed.org/version/1.1", "title": feed.title, "items": listed}
    return json.dumps(feed_of_json, ensure_ascii=ensure_ascii)
