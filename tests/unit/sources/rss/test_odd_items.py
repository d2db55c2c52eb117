"""Items whose recording stands where no specification has it, and documents with something before them."""

from __future__ import annotations

import pytest

from ohdio_core.domain.audiobook import BookDetails
from tests.unit.sources.rss.documents import FEED, parse_feed

RECORDING = "https://audio.example/1.mp3"


def only(
    items: str, root: str = '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
) -> BookDetails:
    text = f"{root}<channel><title>Digue</title>{items}</channel></rss>"
    [book] = parse_feed(text.encode(), FEED, FEED).books
    assert book.details is not None
    return book.details


def address(details: BookDetails) -> str | None:
    return details.parts[0].url


@pytest.mark.parametrize(
    "said",
    [
        f"<link>{RECORDING}</link>",
        f'<guid isPermaLink="true">{RECORDING}</guid>',
        f'<enclosure src="{RECORDING}" type="audio/mpeg"/>',
        f"<enclosure>{RECORDING}</enclosure>",
        f'<description>&lt;a href="{RECORDING}"&gt;Écouter&lt;/a&gt;</description>',
        f'<content:encoded><![CDATA[<audio src="{RECORDING}"></audio> <a href="{RECORDING}">x</a>]]></content:encoded>',
        f'<enclosure url="/1.jpg" type="image/jpeg"/><link>{RECORDING}</link>',
    ],
)
def test_a_recording_is_found_where_an_item_has_no_other(said: str) -> None:
    assert address(only(f"<item><title>La marée</title>{said}</item>")) == RECORDING


def test_of_an_item_with_a_file_its_text_is_not_searched() -> None:
    item = (
        f'<enclosure url="{RECORDING}" type="audio/mpeg"/><description>&lt;a href="2.mp3"&gt;x&lt;/a&gt;</description>'
    )
    assert address(only(f"<item><title>La marée</title>{item}</item>")) == RECORDING


def test_several_recordings_in_a_text_are_none() -> None:
    text = "&lt;a href='1.mp3'&gt;x&lt;/a&gt; &lt;a href='2.mp3'&gt;y&lt;/a&gt;"
    item = f"<item><title>Liens</title><description>{text}</description></item>"
    other = f'<item><title>La marée</title><enclosure url="{RECORDING}" type="audio/mpeg"/></item>'
    assert only(item + other).title == "La marée"


def test_addresses_are_relative_to_the_nearest_base() -> None:
    entries = (
        '<entry xml:base="b/"><title>a</title><id>1</id><link rel="enclosure" href="1.mp3" xml:base="c/"/></entry>'
    )
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://audio.example/a/"><title>D</title>{entries}</feed>'
    [book] = parse_feed(feed.encode(), FEED, FEED).books
    assert book.details is not None
    assert address(book.details) == "https://audio.example/a/b/c/1.mp3"


def test_an_ampersand_that_was_escaped_twice_is_one() -> None:
    item = f'<item><title>a</title><enclosure url="{RECORDING}?a=1&amp;amp;b=2" type="audio/mpeg"/></item>'
    assert address(only(item)) == f"{RECORDING}?a=1&b=2"


def test_what_a_program_prints_before_its_feed_is_passed_over() -> None:
    warning = (
        '<br />\n<b>Warning</b>:  Undefined index: x in <b>/srv/x.php</b> on line <b>3</b><br />\n<?xml version="1.0"?>'
    )
    item = f'<item><title>a</title><enclosure url="{RECORDING}" type="audio/mpeg"/></item>'
    assert address(only(item, root=f'{warning}<rss version="2.0">')) == RECORDING
