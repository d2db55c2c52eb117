"""The feed parser against recorded feeds, where ``OHDIO_CAPTURES`` names their folder; see ``test_captures``."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from ohdio_core.domain.audiobook import BookDetails, Chapter, ListingPage
from ohdio_core.sources.rss.channel import Channel
from ohdio_core.sources.rss.episode import read_episode
from ohdio_downloader.media.chapters import read_chapters
from tests.unit.sources.rss.documents import parse_feed

FEED = "https://podcasts.example/feed.xml"

if "OHDIO_CAPTURES" in os.environ:
    CAPTURES = Path(os.environ["OHDIO_CAPTURES"]) / "rss"

    def page(name: str) -> ListingPage:
        return parse_feed((CAPTURES / name).read_bytes(), FEED, FEED)

    def details(name: str) -> list[BookDetails]:
        return [book.details for book in page(name).books if book.details is not None]

    @pytest.mark.parametrize(
        ("name", "title", "books"),
        [
            ("feedrs_rss_2.0_anchorfm.xml", "It’s Not Always Special", 1),
            ("feedrs_rss_2.0_nightvale.xml", "Welcome to Night Vale", 1),
            ("podcastns_example.xml", "Podcasting 2.0 Namespace Example", 3),
            ("podcastparser_chapters.rss", "Chapters Example", 0),
            ("podcastparser_itunes_duration.rss", None, 0),
            ("podcastparser_leading_space_url.rss", None, 1),
            ("podcastparser_multi_enclosures.rss", "Foo", 1),
            ("podcastparser_no_guid.rss", None, 1),
            ("rssparser_itunes-href.rss", "Transfermarkt", 0),
            ("rssparser_itunes-missing-image.rss", "Taverncast - Happy Hour in Your Head - Since 2005", 130),
            ("rssparser_pagination-links.rss", "New Show - With Episode Block", 1),
        ],
    )
    def test_every_feed_gives_its_recordings(name: str, title: str | None, books: int) -> None:
        found = page(name)
        assert (found.title, len(found.books)) == (title, books)

    def test_a_feed_with_pages_names_the_next() -> None:
        found = page("rssparser_pagination-links.rss")
        assert found.next_cursor == "http://example.org/index.atom?page=4"
        [book] = details("rssparser_pagination-links.rss")
        [part] = book.parts
        assert (book.title, book.authors, book.published_year) == ("The First Episode", ("Steve Thompson",), 2021)
        assert (book.language, book.description) == ("en-us", "The First Episode")
        assert book.cover_url == "https://example.test/test-image.jpg"
        assert (part.url, part.size) == ("https://example.test/test-audio.mp3", 38068096)
        assert part.duration == timedelta(minutes=39, seconds=27)

    def test_an_episode_says_what_it_is() -> None:
        [book] = details("feedrs_rss_2.0_nightvale.xml")
        [part] = book.parts
        assert (book.title, book.authors) == ("221 - The Glow Cloud, Explained", ("Night Vale Presents",))
        assert (book.language, book.published_year) == ("en", 2023)
        assert book.duration == part.duration == timedelta(minutes=26, seconds=53)
        assert (book.series, book.series_position) == ("Welcome to Night Vale", None)
        assert book.cover_url is not None
        assert "/c6d43512-3eb0-41bc-9092-393412cae641/images/" in book.cover_url
        assert book.description is not None
        assert book.description.startswith("The University of What It Is takes a special interest")
        assert part.size == 38749539
        assert part.url is not None
        assert part.url.endswith("/nv221_intro.mp3")

    def test_season_and_episode_are_read() -> None:
        [book] = details("feedrs_rss_2.0_anchorfm.xml")
        [part] = book.parts
        assert (book.title, book.authors) == ("Advocating for our children", ("Lisa McCoy",))
        assert (book.series, book.series_position) == ("It’s Not Always Special", "S1E7")
        assert (book.language, book.published_year) == ("en", 2023)
        assert (part.duration, part.size) == (timedelta(minutes=37, seconds=7), 36030594)
        assert part.url is not None
        assert part.url.endswith("a48be9475fbbb5c00427f7e733079b03.m4a")

    def test_podcasting_2_is_read() -> None:
        books = details("podcastns_example.xml")
        assert [book.title for book in books] == [
            "Episode 3 - The Future",
            "Episode 2 - The Present",
            "Episode 1 - The Past",
        ]
        assert [book.series_position for book in books] == ["S1E3", "S1E2", "S1E1"]
        assert {book.authors for book in books} == {("John Doe",)}
        assert {(book.language, book.published_year) for book in books} == {("en-US", 2020)}
        parts = [book.parts[0] for book in books]
        assert [part.url for part in parts] == [f"https://example.com/file-0{number}.mp3" for number in (3, 2, 1)]
        assert [part.size for part in parts] == [43200000, 43113000, 43111403]
        assert [part.chapters_url for part in parts] == [
            f"https://example.com/ep{number}_chapters.json" for number in (3, 2, 1)
        ]
        # The Spanish captions of the third lose against a text in the feed's own language.
        assert [part.transcript_url for part in parts] == [
            f"https://example.com/ep{number}/transcript.txt" for number in (3, 2, 1)
        ]
        assert {part.narrators for part in parts} == {()}
        assert books[0].cover_url == "https://example.com/ep0003/artMd.jpg"

    def test_a_chapters_file_is_read() -> None:
        chapters = read_chapters((CAPTURES / "podcastns_chapters_example.json").read_bytes())
        assert len(chapters) == 9
        assert chapters[0] == Chapter(timedelta(0), "Intro")
        assert chapters[-1] == Chapter(timedelta(seconds=6089), "Outro")

    def test_chapters_within_the_feed_are_read() -> None:
        document = (CAPTURES / "podcastparser_chapters.rss").read_text(encoding="utf-8")
        item = document[document.index("<item>") : document.index("</channel>")]
        # The recording has no file: one is put in.
        item = item.replace("</item>", '<enclosure url="https://audio.example/1.mp3"/></item>')
        channel = Channel(FEED, namespaces=' xmlns:psc="http://podlove.org/simple-chapters"')
        episode = read_episode(item, channel)
        assert episode is not None
        assert [(chapter.start.total_seconds(), chapter.title) for chapter in episode.chapters] == [
            (0, "Introduction"),
            (1, "Chapter II"),
            (62, "Chapter with Link"),
            (3723, "Chapter with Image"),
            (3723.4, "Chapter with Everything"),
        ]

    @pytest.mark.parametrize(
        ("name", "title", "url", "size"),
        [
            ("podcastparser_leading_space_url.rss", "Episode", "http://example.com/example.mp3", None),
            ("podcastparser_multi_enclosures.rss", "Bar", "http://cdn.example.org/foo.mp3", 28413787),
            ("podcastparser_no_guid.rss", "test", "http://example.com/test.ogg", 3000000),
        ],
    )
    def test_small_feeds_are_read(name: str, title: str, url: str, size: int | None) -> None:
        [book] = details(name)
        [part] = book.parts
        assert (book.title, part.url, part.size) == (title, url, size)

    def test_a_long_feed_is_read_to_its_end() -> None:
        books = details("rssparser_itunes-missing-image.rss")
        first = books[0]
        assert (first.title, first.authors, first.published_year) == (
            "Taverncast 62 - Temporal Anomaly",
            ("Taverncast",),
            2015,
        )
        assert first.cover_url == "http://www.taverncast.com/itunes-logo.png"
        assert (first.duration, first.parts[0].size) == (timedelta(hours=1, minutes=9, seconds=50), 47160424)
        assert all(book.published_year is not None and book.parts[0].url for book in books)
