"""What stands in the frames of a page: books of other sources, and players of which nothing can be had here."""

from __future__ import annotations

import pytest

from ohdio_core.sources.web.content import Content, NothingFound, read_page

POST = '<meta property="article:published_time" content="2020-01-02"><title>Le phare</title>'
FEED = '<link rel="alternate" type="application/rss+xml" href="/feed">'


def page(*frames: str, more: str = "") -> Content:
    shown = "".join(f'<iframe src="{address}"></iframe>' for address in frames)
    return read_page(f"<html><body>{more}{shown}".encode(), "https://stories.example/phare")


def items(content: Content) -> list[tuple[str, str]]:
    return [(book.source, book.url) for book in content.framed]


@pytest.mark.parametrize(
    "address",
    [
        "https://archive.org/embed/phare_1901",
        "https://archive.org/embed/phare_1901&amp;playlist=1",
        "//www.archive.org/embed/phare_1901/01.mp3?autostart=1",
        "https://archive.org/details/phare_1901?view=theater",
    ],
)
def test_an_item_of_archive_org_is_that_sources_book(address: str) -> None:
    assert items(page(address, address)) == [("archive", "https://archive.org/details/phare_1901")]


def test_several_items_are_books_in_the_pages_order() -> None:
    content = page(*(f"https://archive.org/embed/{name}" for name in ("b", "a")), more=FEED)
    assert [book.external_id for book in content.framed] == ["b", "a"]
    assert content.feeds == ()


def test_an_item_on_a_page_of_one_entry_comes_before_the_sites_feed() -> None:
    address = "https://archive.org/embed/phare_1901"
    assert page(address, more=POST + FEED).feeds == ()
    assert page(address, more=FEED).feeds == ("https://stories.example/feed",)
    assert items(page(address, more=FEED)) == items(page(address))


def test_a_page_that_plays_something_itself_is_that() -> None:
    content = page("https://archive.org/embed/phare_1901", more='<audio src="1.mp3"></audio>')
    assert (len(content.books), content.framed) == (1, ())


@pytest.mark.parametrize(
    ("address", "service"),
    [
        ("https://open.spotify.com/embed/episode/x", "Spotify"),
        ("https://w.soundcloud.com/player/?url=https%3A//api.soundcloud.com/tracks/1", "SoundCloud"),
        ("https://bandcamp.com/EmbeddedPlayer/album=1/", "Bandcamp"),
        ("https://embed.acast.com/x/y", "Acast"),
        ("https://embeds.audioboom.com/posts/1/embed", "Audioboom"),
        ("https://www.podbean.com/player-v2/?i=x", "Podbean"),
        ("https://www.buzzsprout.com/1/2?client_source=small_player&amp;iframe=true", "Buzzsprout"),
        ("https://embed.podcasts.apple.com/us/podcast/x/id123456789", "Apple Podcasts"),
        ("https://www.youtube-nocookie.com/embed/x", "YouTube"),
        ("https://widget.deezer.com/widget/dark/show/1", "Deezer"),
    ],
)
def test_players_of_which_nothing_is_had_are_named(address: str, service: str) -> None:
    with pytest.raises(NothingFound, match=rf"\({service}\).* Look for the show's feed"):
        page(address, "https://maps.example/1", address)
