"""schema.org descriptions, in both notations."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from ohdio_core.errors import PermanentError
from ohdio_core.sources.web.described import Described, read_described
from ohdio_core.sources.web.document import Document

URL = "https://stories.example/books/lighthouse"


def described(html: str) -> Described:
    return read_described(Document(html.encode(), URL))


def json_ld(*values: object) -> Described:
    return described("".join(f'<script type="application/ld+json">{json.dumps(value)}</script>' for value in values))


AUDIOBOOK = {
    "@context": "https://schema.org",
    "@type": "Audiobook",
    "name": "The Lighthouse &amp; the Fog",
    "author": [{"@type": "Person", "name": "Maude Ferland"}, "Ines Okafor"],
    "readBy": {"@type": "Person", "name": "Leo Brandt"},
    "publisher": {"@type": "Organization", "name": "Harbour Press"},
    "description": "<p>A keeper.</p><p>A storm.</p>",
    "datePublished": "2021-04-05",
    "inLanguage": {"@type": "Language", "name": "French", "alternateName": "fr-CA"},
    "genre": "Novel",
    "numberOfPages": 312,
    "typicalAgeRange": "9-12",
    "isPartOf": {"@type": "BookSeries", "name": "Coasts"},
    "position": 2,
    "image": {"@type": "ImageObject", "url": "/cover.jpg"},
    "duration": "PT2H10M",
    "hasPart": [
        {"@type": "AudioObject", "name": "Two", "position": 2, "contentUrl": "b.mp3", "contentSize": "2000"},
        {"@type": "AudioObject", "name": "One", "position": 1, "contentUrl": "a.mp3", "duration": "PT1H"},
    ],
}


class TestAnAudiobook:
    def test_every_field_is_kept(self) -> None:
        (book,) = json_ld(AUDIOBOOK).books
        details = book.details
        assert details.title == "The Lighthouse & the Fog"
        assert details.authors == ("Maude Ferland", "Ines Okafor")
        assert details.narrators == ("Leo Brandt",)
        assert details.publisher == "Harbour Press"
        assert details.description == "A keeper.\nA storm."
        assert details.published_year == 2021
        assert details.language == "fr-CA"
        assert details.genre == "Novel"
        assert details.page_count == 312
        assert details.audience == "9-12"
        assert (details.series, details.series_position) == ("Coasts", "2")
        assert details.cover_url == "https://stories.example/cover.jpg"
        assert details.duration == timedelta(hours=2, minutes=10)

    def test_its_parts_follow_their_positions(self) -> None:
        (book,) = json_ld(AUDIOBOOK).books
        assert [(one.title, one.url) for one in book.audio] == [
            ("One", "https://stories.example/books/a.mp3"),
            ("Two", "https://stories.example/books/b.mp3"),
        ]
        assert book.audio[0].duration == timedelta(hours=1)
        assert book.audio[1].size == 2000

    def test_it_is_found_inside_a_graph_and_through_references(self) -> None:
        person = {"@type": "Person", "@id": "#author", "name": "Maude Ferland"}
        book = {"@type": ["Book", "Audiobook"], "name": "x", "author": {"@id": "#author"}, "audio": "a.mp3"}
        (found,) = json_ld({"@graph": [{"@type": "WebPage", "mainEntity": book}, person]}).books
        assert found.details.authors == ("Maude Ferland",)
        assert [one.url for one in found.audio] == ["https://stories.example/books/a.mp3"]

    def test_in_microdata_it_says_the_same(self) -> None:
        (book,) = described(
            """<article itemscope itemtype="https://schema.org/Audiobook"><h1 itemprop="name">The Lighthouse</h1>
            by <a itemprop="author" itemscope itemtype="https://schema.org/Person"><b itemprop="name">Maude</b></a>
            read by <span itemprop="readBy">Leo</span><meta itemprop="duration" content="PT5M">
            <img itemprop="image" src="/c.png"><time itemprop="datePublished" datetime="2019-01-02">then</time>
            <div itemprop="audio" itemscope itemtype="https://schema.org/AudioObject">
            <a itemprop="contentUrl" href="/a.mp3">x</a></div>
            </article>"""
        ).books
        assert (book.details.title, book.details.authors, book.details.narrators) == (
            "The Lighthouse",
            ("Maude",),
            ("Leo",),
        )
        assert (book.details.published_year, book.details.duration) == (2019, timedelta(minutes=5))
        assert book.published == datetime(2019, 1, 2, tzinfo=UTC)
        assert [one.url for one in book.audio] == ["https://stories.example/a.mp3"]

    def test_described_twice_it_is_one(self) -> None:
        plain = {"@type": "Audiobook", "name": "The Lighthouse &amp; the Fog"}
        (book,) = json_ld(plain, AUDIOBOOK).books
        assert len(book.audio) == 2

    @pytest.mark.parametrize(
        "said", ["P0DT1H10M3S", "P0Y0M0DT1H10M3S", "PT1H10M3S", "PT70M3S", "PT1H10M3.5S", "1:10:03"]
    )
    def test_its_duration_may_have_days_that_are_none(self, said: str) -> None:
        (book,) = json_ld({**AUDIOBOOK, "duration": said}).books
        assert book.details.duration == timedelta(hours=1, minutes=10, seconds=3)

    def test_a_site_is_no_series(self) -> None:
        (book,) = json_ld({**AUDIOBOOK, "isPartOf": [{"@type": "WebSite", "name": "Harbour Press"}]}).books
        assert book.details.series is None

    def test_a_recording_may_name_its_address_without_an_ending_where_it_says_its_format(self) -> None:
        sound = {"@type": "AudioObject", "url": "/play/1"}
        (book,) = json_ld({**AUDIOBOOK, "hasPart": [{**sound, "encodingFormat": "audio/mpeg"}]}).books
        assert [one.url for one in book.audio] == ["https://stories.example/play/1"]
        assert json_ld({**AUDIOBOOK, "hasPart": [sound]}).books[0].audio == ()

    @pytest.mark.parametrize(("other", "named"), [("b.mp3", "a.aiff"), ("a.mp3", "a.aiff"), ("a.flac", "a.aiff")])
    def test_keeps_the_id_that_it_had_before_a_kind_of_sound_was_known(self, other: str, named: str) -> None:
        parts = [{"@type": "AudioObject", "contentUrl": url, "encodingFormat": "audio/x"} for url in ("a.aiff", other)]
        (book,) = json_ld({**AUDIOBOOK, "hasPart": parts}).books
        assert book.key == f"https://stories.example/books/{named}"


WORK = {
    "@type": "Book",
    "name": "The Lighthouse",
    "author": {"@type": "Person", "name": "Maude Ferland"},
    "publisher": "Paper Press",
    "numberOfPages": 312,
}
RECORDED = {"@type": "Audiobook", "readBy": "Leo Brandt", "audio": "a.mp3"}


class TestAFormOfABook:
    @pytest.mark.parametrize(
        "value",
        [
            {**WORK, "workExample": RECORDED},
            {**WORK, "workExample": [{"@type": "Book", "bookFormat": "https://schema.org/EBook"}, RECORDED]},
            {**WORK, "workExample": {**RECORDED, "@type": "Book", "bookFormat": "AudiobookFormat"}},
            {**RECORDED, "exampleOfWork": WORK},
        ],
    )
    def test_that_is_an_audiobook_has_the_works_name_and_author(self, value: dict[str, object]) -> None:
        (book,) = json_ld(value).books
        assert (book.details.title, book.details.authors) == ("The Lighthouse", ("Maude Ferland",))
        assert book.details.narrators == ("Leo Brandt",)
        assert [one.url for one in book.audio] == ["https://stories.example/books/a.mp3"]

    def test_has_neither_publisher_nor_pages_of_another(self) -> None:
        (book,) = json_ld({**WORK, "workExample": RECORDED}).books
        assert (book.details.publisher, book.details.page_count) == (None, None)

    def test_keeps_what_it_says_itself(self) -> None:
        (book,) = json_ld({**WORK, "workExample": {**RECORDED, "name": "The Lighthouse, read aloud"}}).books
        assert book.details.title == "The Lighthouse, read aloud"

    @pytest.mark.parametrize("format_", ["https://schema.org/AudiobookFormat", {"@id": "schema:AudiobookFormat"}])
    def test_may_be_the_book_itself(self, format_: object) -> None:
        (book,) = json_ld({**WORK, "bookFormat": format_, "audio": "a.mp3"}).books
        assert (book.details.title, len(book.audio)) == ("The Lighthouse", 1)

    def test_in_microdata_it_says_the_same(self) -> None:
        (book,) = described(
            """<div itemscope itemtype="https://schema.org/Book"><b itemprop="name">The Lighthouse</b>
            <link itemprop="bookFormat" href="https://schema.org/AudiobookFormat"><a itemprop="audio" href="a.mp3">x</a>
            </div>"""
        ).books
        assert (book.details.title, len(book.audio)) == ("The Lighthouse", 1)

    def test_on_paper_is_no_book_of_ours(self) -> None:
        assert json_ld({**WORK, "bookFormat": "https://schema.org/Hardcover"}).books == ()


class TestBooksOfOneName:
    def test_with_different_recordings_are_different(self) -> None:
        found = json_ld(*({"@type": "Audiobook", "name": "Poems", "audio": f"{name}.mp3"} for name in "ab"))
        assert [book.audio[0].url[-5:] for book in found.books] == ["a.mp3", "b.mp3"]

    def test_without_any_name_are_different_too(self) -> None:
        found = json_ld(*({"@type": "Audiobook", "audio": f"{name}.mp3"} for name in "ab"))
        assert len(found.books) == 2

    def test_by_different_authors_are_different(self) -> None:
        authors = ("Maude Ferland", "Ines Okafor")
        found = json_ld(*({"@type": "Audiobook", "name": "Poems", "author": author} for author in authors))
        assert [book.details.authors for book in found.books] == [("Maude Ferland",), ("Ines Okafor",)]

    def test_with_the_same_recordings_are_one(self) -> None:
        book = {"@type": "Audiobook", "name": "Poems", "audio": "a.mp3"}
        assert len(json_ld({**book, "author": "Maude Ferland"}, book).books) == 1


class TestAPodcast:
    def test_its_feed_is_named(self) -> None:
        found = json_ld({"@type": "PodcastSeries", "name": "x", "webFeed": "/show.xml"})
        assert found.feeds == ("https://stories.example/show.xml",)

    def test_without_a_feed_its_episodes_are_books(self) -> None:
        episode = {
            "@type": "PodcastEpisode",
            "name": "One",
            "associatedMedia": {"@type": "MediaObject", "contentUrl": "/1.mp3"},
        }
        found = json_ld({"@type": "PodcastSeries", "name": "x", "episode": [episode]})
        assert [(book.details.title, len(book.audio)) for book in found.books] == [("One", 1)]


class TestWhatIsBroken:
    def test_json_that_cannot_be_read_is_passed_over(self) -> None:
        start = '<script type="application/ld+json">'
        html = f'{start}{{"oops</script>{start}{json.dumps(AUDIOBOOK)}</script>'
        assert len(described(html).books) == 1

    @pytest.mark.parametrize(
        "text",
        [
            '{"@type": "Audiobook", "name": "Brume, }", "audio": ["a.mp3", ], }',
            '{"@type": "Audiobook", "name": "Brume, }", "audio": "a.mp3"};',
            '//<![CDATA[\n{"@type": "Audiobook", "name": "Brume, }", "audio": "a.mp3"}\n//]]>',
            '/*<![CDATA[*/[{"@type": "Audiobook", "name": "Brume, }", "audio": "a.mp3"}]/*]]>*/',
            '<!--\n{"@type": "Audiobook", "name": "Brume, }", "audio": "a.mp3",}\n-->',
        ],
        ids=["last commas", "semicolon", "CDATA", "commented CDATA", "comment"],
    )
    def test_json_that_a_browser_of_old_would_understand_is_read(self, text: str) -> None:
        (book,) = described(f'<script type="application/ld+json">{text}</script>').books
        assert (book.details.title, len(book.audio)) == ("Brume, }", 1)

    def test_too_many_books_or_recordings_are_refused(self) -> None:
        with pytest.raises(PermanentError, match="describes more than 3,000 books"):
            json_ld(*[[{"@type": "Audiobook", "name": "x"}] * 3001])
        with pytest.raises(PermanentError, match="describes more than 10,000 recordings"):
            json_ld({"@type": "Audiobook", "audio": [f"{number}.mp3" for number in range(10_001)]})

    def test_pictures_and_films_are_no_recordings(self) -> None:
        found = json_ld({"@type": "AudioObject", "encoding": {"@type": "ImageObject", "contentUrl": "/wave.png"}})
        assert found.audio == ()

    def test_references_in_a_circle_end(self) -> None:
        first = {"@type": "Audiobook", "@id": "#a", "name": "a", "hasPart": {"@id": "#b"}}
        second = {"@type": "AudioObject", "@id": "#b", "contentUrl": "/b.mp3", "isPartOf": {"@id": "#a"}}
        (book,) = json_ld([first, second]).books
        assert [one.url for one in book.audio] == ["https://stories.example/b.mp3"]


class TestATypeThatLies:
    """As plugins write it, or those who copied an example."""

    @pytest.mark.parametrize(
        "type_",
        [
            "VideoObject",
            "MediaObject",
            "ImageObject",
            "CreativeWork",
            "audioobject",
            "schema:AudioObject",
            "",
        ],
    )
    def test_of_a_recording_costs_nothing(self, type_: str) -> None:
        found = json_ld({"@type": "NewsArticle", "audio": {"@type": type_, "contentUrl": "a.mp3", "name": "One"}})
        assert [(one.url, one.title) for one in found.audio] == [("https://stories.example/books/a.mp3", "One")]

    @pytest.mark.parametrize("type_", ["Book", "CreativeWork", "Product", "audiobook", "http://schema.org/AudioBook#"])
    def test_of_a_book_that_says_who_reads_it_costs_nothing(self, type_: str) -> None:
        (book,) = json_ld({**AUDIOBOOK, "@type": type_}).books
        assert (book.details.narrators, len(book.audio)) == (("Leo Brandt",), 2)

    def test_of_a_book_with_recordings_costs_nothing(self) -> None:
        (book,) = json_ld({"@type": "Book", "name": "Le phare", "author": "Ève", "audio": "a.mp3"}).books
        assert (book.details.authors, len(book.audio)) == (("Ève",), 1)

    @pytest.mark.parametrize(
        "said",
        [
            {"contentUrl": "cover.jpg"},
            {"contentUrl": "film.mp4"},
            {"contentUrl": "text.pdf"},
            {"contentUrl": "page.html"},
            {"contentUrl": "what", "encodingFormat": "image/jpeg"},
            {"contentUrl": "what", "encodingFormat": "video/mp4"},
        ],
    )
    def test_makes_no_recording_of_something_else(self, said: dict[str, str]) -> None:
        assert json_ld({"@type": "AudioObject", **said}).audio == ()
