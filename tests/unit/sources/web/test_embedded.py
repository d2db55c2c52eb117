"""Players and links in the body of a page."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ohdio_core.errors import PermanentError
from ohdio_core.sources.web.document import Document
from ohdio_core.sources.web.embedded import read_audio, read_feeds, read_playlists

URL = "https://stories.example/books/page.html"
HERE = "https://stories.example/books"


def document(html: str) -> Document:
    return Document(html.encode(), URL)


@pytest.mark.parametrize(
    "html",
    [
        '<audio src="a.mp3"></audio>',
        '<audio><source src="a.ogg" type="audio/ogg"><source src="a.mp3" type="audio/mpeg"></audio>',
        '<a href="a.mp3">listen</a>',
        '<link rel="enclosure" href="a.mp3">',
        '<meta property="og:audio" content="a.mp3">',
        '<base href="https://stories.example/books/"><a href="a.mp3">x</a>',
        '<audio src="a.mp3"></audio><a href="a.m4a">x</a><a href="a.ogg">x</a>',
    ],
)
def test_a_recording_is_found_once_in_its_best_form(html: str) -> None:
    assert [one.url for one in read_audio(document(html))] == [f"{HERE}/a.mp3"]


def test_recordings_keep_the_order_of_the_page() -> None:
    html = '<a href="10.mp3">Ten</a><audio src="2.mp3" title="Two"></audio><a href="1.m4b">One</a>'
    assert [one.title for one in read_audio(document(html))] == ["Ten", "Two", "One"]


def test_a_link_that_says_nothing_is_named_by_its_file() -> None:
    html = '<a href="The_keeper.mp3">Download (MP3, 12 MB)</a><a href="b.mp3"><i>Le</i> phare</a>'
    assert [one.title for one in read_audio(document(html))] == ["The keeper", "Le phare"]


@pytest.mark.parametrize(
    "html", ['<audio><source src="live" type="application/x-mpegURL"></audio>', '<a href="master.m3u8?x=1">x</a>']
)
def test_hls_is_known_by_its_type_or_its_ending(html: str) -> None:
    (one,) = read_audio(document(html))
    assert one.is_stream


def test_og_audio_counts_only_where_there_is_nothing_else() -> None:
    html = '<meta property="og:audio" content="/teaser.mp3"><audio src="a.mp3"></audio>'
    assert [one.url for one in read_audio(document(html))] == [f"{HERE}/a.mp3"]


def test_feeds_are_those_of_the_page_and_not_of_its_comments() -> None:
    html = """<link rel="alternate" type="application/rss+xml" href="/feed">
    <link rel="alternate" hreflang="fr" href="/fr">
    <link rel="alternate" type="application/rss+xml" title="Comments" href="/c">
    <link rel="ALTERNATE" type="application/atom+xml" href="/atom">"""
    assert read_feeds(document(html)) == ("https://stories.example/feed", "https://stories.example/atom")


def test_playlists_are_named_once() -> None:
    html = '<a href="/all.m3u">x</a><a href="/all.m3u">y</a><a href="/all.xspf">z</a><a href="/all.zip">w</a>'
    assert read_playlists(document(html)) == ("https://stories.example/all.m3u", "https://stories.example/all.xspf")


@pytest.mark.parametrize(("read", "ending"), [(read_audio, "mp3"), (read_playlists, "m3u")])
def test_a_page_of_too_many_links_is_refused(read: Callable[[Document], object], ending: str) -> None:
    page = document("".join(f"<a href={number}.{ending}>" for number in range(20_001)))
    with pytest.raises(PermanentError, match="links to more than 20,000"):
        read(page)
