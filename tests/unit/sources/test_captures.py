"""The parsers against recorded answers of the real sites, where ``OHDIO_CAPTURES`` names their folder.

The recordings are other people's and not part of the project, so without the variable there is
nothing to test here; data of our own covers the same cases elsewhere.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from ohdio_core.errors import NotFound
from ohdio_core.sources.ohdio.book import parse_book
from ohdio_core.sources.ohdio.graphql import book_data
from ohdio_core.sources.ohdio.media import is_known_host, parse_validation
from ohdio_core.sources.rss.feed import parse_feed

FEED = "https://podcasts.example/feed.xml"

if "OHDIO_CAPTURES" in os.environ:
    CAPTURES = Path(os.environ["OHDIO_CAPTURES"])

    def captured(name: str) -> bytes:
        return (CAPTURES / name).read_bytes()

    def test_an_audiobook_has_its_seven_parts() -> None:
        details = parse_book(book_data(captured("ohdio/audiobook_42418.json")))
        assert [part.external_id for part in details.parts] == [
            "7270050",
            "7270051",
            "7270055",
            "7270065",
            "7270069",
            "7271123",
            "7270078",
        ]
        assert details.duration == timedelta(seconds=21414)
        assert sum((part.duration or timedelta() for part in details.parts), timedelta()) == details.duration
        assert details.authors == ("Dominique Fortier",)
        assert details.narrators == ("Bruno Marcil", "Catherine Trudeau")
        assert (details.publisher, details.published_year, details.genre) == ("Éditions Alto", 2008, "Roman")
        assert details.cover_url is not None
        assert details.cover_url.startswith("https://images.radio-canada.ca/q_auto,w_1400/v1/")
        assert "/1x1/" in details.cover_url
        assert details.description is not None
        assert "\xa0" not in details.description

    def test_an_unknown_audiobook_is_not_found() -> None:
        with pytest.raises(NotFound, match="99999"):
            book_data(captured("ohdio/audiobook_99999_notfound.json"))

    def test_an_answer_to_another_question_is_no_book() -> None:
        assert book_data(captured("ohdio/programme_1124_wrong_hash_empty.json")) is None

    def test_a_validated_recording_has_an_address_of_a_known_host() -> None:
        url = parse_validation(captured("ohdio/media_10640801_progressive.json"))
        assert url.endswith("_0000_128.mp4")
        assert is_known_host(url)

    def test_an_unknown_recording_is_not_found() -> None:
        with pytest.raises(NotFound):
            parse_validation(captured("ohdio/media_0_notfound.json"))

    @pytest.mark.parametrize(
        ("name", "books"),
        [
            ("feedrs_rss_2.0_anchorfm.xml", 1),
            ("feedrs_rss_2.0_nightvale.xml", 1),
            ("podcastns_example.xml", 3),
            ("podcastparser_chapters.rss", 0),
            ("podcastparser_leading_space_url.rss", 1),
            ("podcastparser_multi_enclosures.rss", 1),
            ("podcastparser_no_guid.rss", 1),
            ("rssparser_itunes-href.rss", 0),
            ("rssparser_itunes-missing-image.rss", 130),
            ("rssparser_pagination-links.rss", 1),
        ],
    )
    def test_every_feed_gives_its_recordings(name: str, books: int) -> None:
        assert len(parse_feed(captured(f"rss/{name}"), FEED, FEED).books) == books

    def test_a_feed_with_pages_names_the_next() -> None:
        page = parse_feed(captured("rss/rssparser_pagination-links.rss"), FEED, FEED)
        assert page.next_cursor == "http://example.org/index.atom?page=4"

    def test_an_episode_says_what_it_is() -> None:
        [book] = parse_feed(captured("rss/feedrs_rss_2.0_nightvale.xml"), FEED, FEED).books
        assert book.details is not None
        assert book.title == "221 - The Glow Cloud, Explained"
        assert book.details.duration == timedelta(minutes=26, seconds=53)
        assert book.details.parts[0].size == 38749539
