"""Whatever a site sends, every parser gives a result or an error of ours, in bounded time."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.errors import OhdioError
from ohdio_core.sources.archive.item import parse_item, parse_item_xml
from ohdio_core.sources.archive.listing import parse_scrape, parse_search
from ohdio_core.sources.librivox.api import parse_books, parse_last_name
from ohdio_core.sources.librivox.page import parse_page
from ohdio_core.sources.librivox.results import parse_results
from ohdio_core.sources.markup import plain_text
from ohdio_core.sources.ohdio.book import parse_book
from ohdio_core.sources.ohdio.category import parse_category
from ohdio_core.sources.ohdio.graphql import parse_answer
from ohdio_core.sources.ohdio.linked_data import parse_linked_book
from ohdio_core.sources.ohdio.links import Link, Thing
from ohdio_core.sources.ohdio.media import parse_validation
from ohdio_core.sources.ohdio.playback import parse_playback
from ohdio_core.sources.ohdio.programme import parse_episode_page, parse_programme
from ohdio_core.sources.ohdio.search import parse_search as parse_ohdio_search
from ohdio_core.sources.ohdio.state import page_data
from ohdio_core.sources.rss.feed import read_feed
from ohdio_core.sources.web.content import read_page
from ohdio_core.sources.web.playlists import parse_playlist
from tests.fixtures.effort import seconds_of_work

URL = "https://ici.radio-canada.ca/ohdio/balados/8001/les-vents"
PATH = "/ohdio/balados/8001/les-vents"
PROGRAMME = Link(Thing.PODCAST, "8001", URL)

Parser = Callable[[bytes], object]


def answered(parse: Callable[[Any], object]) -> Parser:
    """Read what GraphQL answers; the bytes are the answer."""
    return lambda body: parse(parse_answer(b'{"data":{"found":' + body + b"}}", "found"))


def fed(body: bytes) -> object:
    return list(read_feed(iter([body[:100], body[100:]]), URL))


PARSERS: dict[str, Parser] = {
    "archive-item": lambda body: parse_item(body, "item"),
    "archive-item-xml": lambda body: parse_item_xml(body, body, "item"),
    "archive-scrape": parse_scrape,
    "archive-search": lambda body: parse_search(body, 1),
    "librivox-books": parse_books,
    "librivox-author": lambda body: parse_last_name(body, "1"),
    "librivox-page": parse_page,
    "librivox-results": lambda body: parse_results(body, 1),
    "ohdio-book": answered(parse_book),
    "ohdio-category": lambda body: parse_category(body, URL),
    "ohdio-episode": answered(parse_episode_page),
    "ohdio-linked-data": lambda body: parse_linked_book(body, "42418"),
    "ohdio-playback": answered(parse_playback),
    "ohdio-programme": answered(lambda data: parse_programme(data, PROGRAMME, 1)),
    "ohdio-search": answered(parse_ohdio_search),
    "ohdio-state": lambda body: page_data(body, PATH),
    "ohdio-validation": parse_validation,
    "rss": fed,
    "web-page": lambda body: read_page(body, URL, "text/html"),
    "web-unnamed": lambda body: read_page(body, URL),
    "web-playlist": lambda body: parse_playlist(body, URL),
    "markup": lambda body: plain_text(body.decode(errors="replace")),
}

_NAMES = """
items title url header content contentDetail playlistItemId mediaId duration durationInSeconds picture pattern
episodes mediaIds pagination totalCount typename superLineup lineups books sections listen_url readers metadata
files name length response docs numFound identifier cursor total results @type author audio
"""
_MARKUP = """
<rss> <channel> <item> </item> </channel> </rss> <title> <guid> <enclosure url='a.mp3'/> <![CDATA[ ]]> &amp; &#0;
<feed> <entry> <html> <a href='x'> <li class='index-grid-item'> <script>window._rcState_= </script> <audio src=''>
<script type='application/ld+json'>{ } <?xml version='1.0'?> <!DOCTYPE x> <!-- --> #EXTM3U #EXTINF:1, [playlist]
"""

json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(_NAMES.split()), inner, max_size=6),
    max_leaves=30,
).map(lambda value: json.dumps(value).encode())
markup_like = st.lists(st.sampled_from(_MARKUP.split()) | st.text(max_size=10), max_size=25).map(
    lambda pieces: "".join(pieces).encode(errors="surrogatepass")
)

MEGABYTE = 1_000_000
#: What nests, each as deep as a megabyte of it goes.
NESTS = {
    "div": b"<div>",
    "item": b"<rss><channel><item>",
    "link": b"<a href=x>",
    "titled link": "<b><a href='/x.mp3' title='Chapitre premier, lu par une voix inventée'>".encode(),
    "grid": b"<li class='index-grid-item'>",
    "audio": b"<audio><source src='a.mp3'>",
    "microdata": b"<p itemscope itemtype='https://schema.org/Audiobook' itemprop='hasPart'>",
    "list": b"[",
    "object": b'{"items":',
    "state": b"<script>window._rcState_ = {",
    "entity": b"&amp;",
}


@pytest.mark.parametrize("name", PARSERS)
@given(body=st.binary() | json_like | markup_like)
def test_any_bytes_give_a_result_or_an_error_of_ours(name: str, body: bytes) -> None:
    with contextlib.suppress(OhdioError):
        PARSERS[name](body)


@pytest.mark.fuzz
@pytest.mark.parametrize("nest", NESTS)
@pytest.mark.parametrize("name", PARSERS)
def test_a_megabyte_of_nests_takes_no_time(name: str, nest: str) -> None:
    body = NESTS[nest] * (MEGABYTE // len(NESTS[nest]))

    def read() -> None:
        with contextlib.suppress(OhdioError):
            PARSERS[name](body)

    assert seconds_of_work(read, enough=3) < 3
