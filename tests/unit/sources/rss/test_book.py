"""A feed as one book."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.errors import PermanentError
from ohdio_core.sources.rss.book import one_book
from ohdio_core.sources.rss.feed import read_feed
from ohdio_core.sources.rss.identities import FeedItem, Identities
from ohdio_core.sources.rss.walk import Stop
from tests.unit.sources.rss.documents import FEED, item, rss

SERIAL = "<title>Le phare</title><itunes:type>serial</itunes:type>"
EPISODIC = "<title>Le phare</title>"


def book(*items: str, channel: str = EPISODIC) -> BookDetails:
    [segment] = read_feed([rss(*items, channel=channel)], FEED)
    stop = Stop(segment.channel, tuple(Identities().items(segment.episodes)), None, segment.omitted)
    return one_book([stop], FEED)


def titles(details: BookDetails) -> list[str | None]:
    return [part.title for part in details.parts]


def dated(number: int, day: int) -> str:
    return item(number, f"<pubDate>Fri, {day:02} Jun 2014 08:00:00 GMT</pubDate>")


def numbered(number: int, season: int, episode: int) -> str:
    return item(number, f"<itunes:season>{season}</itunes:season><itunes:episode>{episode}</itunes:episode>")


class TestOrder:
    def test_numbers_come_first(self) -> None:
        details = book(numbered(1, 2, 1), numbered(2, 1, 10), numbered(3, 1, 2))
        assert titles(details) == ["Récit 3", "Récit 2", "Récit 1"]

    def test_where_a_number_is_missing_the_dates_decide(self) -> None:
        details = book(dated(3, 9), dated(1, 2).replace("</guid>", "</guid><itunes:episode>9</itunes:episode>"))
        assert titles(details) == ["Récit 1", "Récit 3"]

    def test_where_a_number_is_there_twice_the_dates_decide(self) -> None:
        twice = "</guid><itunes:episode>1</itunes:episode>"
        details = book(*(dated(number, day).replace("</guid>", twice) for number, day in ((1, 3), (2, 1), (3, 2))))
        assert titles(details) == ["Récit 2", "Récit 3", "Récit 1"]

    def test_an_episode_without_a_date_stays_behind_the_one_that_it_follows(self) -> None:
        details = book(dated(5, 2), item(4), dated(3, 9), item(2), dated(1, 1))
        assert titles(details) == ["Récit 1", "Récit 2", "Récit 5", "Récit 3", "Récit 4"]

    def test_an_episode_without_a_date_that_is_the_oldest_stays_the_first(self) -> None:
        assert titles(book(dated(3, 4), dated(2, 3), item(1))) == ["Récit 1", "Récit 2", "Récit 3"]

    def test_without_either_those_that_count_down_are_turned_round(self) -> None:
        assert titles(book(item(3), item(2), item(1))) == ["Récit 1", "Récit 2", "Récit 3"]

    @pytest.mark.parametrize("kind", ["serial", "episodic", ""])
    def test_without_either_the_order_is_that_of_the_list(self, kind: str) -> None:
        channel = f"<title>Le phare</title><itunes:type>{kind}</itunes:type>"
        assert titles(book(item(1), item(2), item(5), channel=channel)) == ["Récit 1", "Récit 2", "Récit 5"]

    def test_a_serial_lists_its_first_episode_first(self) -> None:
        assert titles(book(item(1), item(2), channel=SERIAL)) == ["Récit 1", "Récit 2"]

    def test_one_date_for_all_says_nothing(self) -> None:
        assert titles(book(dated(1, 5), dated(2, 5), channel=SERIAL)) == ["Récit 1", "Récit 2"]


class TestBook:
    def test_the_channel_says_what_it_is_and_the_episodes_are_the_parts(self) -> None:
        channel = (
            f"{SERIAL}<itunes:author>Ana Roy</itunes:author><language>fr</language>"
            "<description>Une &lt;b&gt;île&lt;/b&gt;.</description><itunes:image href='/phare.jpg'/>"
        )
        reader = '<podcast:person role="narrator">Zoé Aucoin</podcast:person><itunes:duration>90</itunes:duration>'
        details = book(item(1, reader), item(2, "<itunes:duration>30</itunes:duration>"), channel=channel)
        assert (details.title, details.authors, details.narrators) == ("Le phare", ("Ana Roy",), ("Zoé Aucoin",))
        assert (details.description, details.language) == ("Une île.", "fr")
        assert details.cover_url == "https://podcasts.example/phare.jpg"
        assert details.duration == timedelta(minutes=2)
        assert [(part.index, part.url, part.narrators) for part in details.parts] == [
            (0, "https://audio.example/1.mp3", ("Zoé Aucoin",)),
            (1, "https://audio.example/2.mp3", ()),
        ]

    def test_trailers_are_left_out(self) -> None:
        trailer = item(9, "<itunes:episodeType>Trailer</itunes:episodeType>")
        assert titles(book(trailer, item(1))) == ["Récit 1"]

    def test_a_part_that_is_listed_twice_is_one(self) -> None:
        assert titles(book(item(1), item(1))) == ["Récit 1"]

    def test_the_length_is_unknown_where_one_part_names_none(self) -> None:
        assert book(item(1, "<itunes:duration>90</itunes:duration>"), item(2)).duration is None

    def test_a_feed_without_recordings_is_no_book(self) -> None:
        with pytest.raises(PermanentError, match="no episodes with a recording"):
            book(item(1, enclosure=""))

    def test_what_was_left_out_of_its_feed_is_noted(self) -> None:
        video = item(2, enclosure='<enclosure url="/2.mp4" type="video/mp4"/>')
        details = book(item(1), video, item(3, enclosure=""), item(4, enclosure=""))
        assert str(details.note) == "Of the entries of its feed some are left out: 2 with no file, 1 with a video."
        assert book(item(1), item(2, "<itunes:episodeType>trailer</itunes:episodeType>")).note is None

    def test_a_feed_with_a_trailer_alone_is_no_book_yet(self) -> None:
        with pytest.raises(PermanentError, match="only a trailer yet"):
            book(item(1, "<itunes:episodeType>trailer</itunes:episodeType>"))

    def test_a_book_with_a_part_that_nobody_can_fetch_is_not_begun(self) -> None:
        with pytest.raises(PermanentError, match="an incomplete book: 1 of its episodes"):
            book(item(1), item(2, enclosure='<enclosure url="https://u:p@audio.example/2.mp3"/>'))

    def test_an_endless_feed_is_no_book(self) -> None:
        [segment] = read_feed([rss(item(1))], FEED)
        stops = (
            Stop(segment.channel, (FeedItem(str(number), segment.episodes[0]),), None)
            for number in range(1_000_000_000)
        )
        with pytest.raises(PermanentError, match="more than 5000 episodes"):
            one_book(stops, FEED)
