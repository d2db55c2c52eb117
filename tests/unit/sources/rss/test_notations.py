"""The notations in which feeds are written, older and newer ones, and namespaces that are not what they should be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.sources.rss.feed import read_feed
from ohdio_core.sources.rss.segments import FeedSegment
from tests.unit.sources.rss.documents import FEED, item, parse_feed, rss

RSS_1_0 = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
  xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:enc="http://purl.oclc.org/net/rss_2.0/enc#">
<channel rdf:about="https://podcasts.example/"><title>La digue</title><dc:language>fr-CA</dc:language>
<items><rdf:Seq><rdf:li rdf:resource="https://podcasts.example/1"/></rdf:Seq></items></channel>
<image rdf:about="https://podcasts.example/c.png"><url>https://podcasts.example/c.png</url></image>
<item rdf:about="https://podcasts.example/1"><title>La marée</title><dc:creator>Ana Roy</dc:creator>
<dc:date>2004-07-13T09:15+02:00</dc:date>
<enc:enclosure rdf:resource="https://audio.example/1.mp3" enc:type="audio/mpeg" enc:length="51200"/></item>
</rdf:RDF>"""
ATOM_0_3 = """<feed version="0.3" xmlns="http://purl.org/atom/ns#" xml:lang="fr"><title>La digue</title>
<tagline>Des marées.</tagline><entry><title mode="escaped" type="text/html">La &amp;lt;marée</title>
<id>tag:podcasts.example,2004:1</id><author><name>Ana Roy</name></author><issued>2004-07-13T09:15:00+02:00</issued>
<modified>2005-01-01T00:00:00Z</modified>
<link rel="enclosure" type="audio/mpeg" length="51200" href="https://audio.example/1.mp3"/></entry></feed>"""
JSON_FEED = """{"version": "https:\\/\\/jsonfeed.org\\/version\\/1.1", "title": "La digue", "language": "fr",
 "icon": "/c.png", "authors": [{"name": "Voix du Large"}], "next_url": "feed.json?page=2", "items": [
 {"id": 7, "title": "La marée", "authors": [{"name": "Ana Roy"}, {"url": "https://x.example/"}], "image": "1.png",
  "content_html": "<p>Une <b>marée</b>.</p>", "date_published": "2004-07-13T09:15:00.250+02:00", "attachments": [
   {"url": "https://audio.example/1.pdf", "mime_type": "application/pdf"},
   {"url": "https://audio.example/1.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 51200,
    "duration_in_seconds": 90.4}
  ]},
 {"id": "8", "content_text": "Rien à entendre."}]}"""


def only(body: str | bytes) -> BookDetails:
    [book] = parse_feed(body if isinstance(body, bytes) else body.encode(), FEED, FEED).books
    assert book.details is not None
    return book.details


def only_segment(body: str) -> FeedSegment:
    [segment] = read_feed([body.encode()], FEED)
    return segment


class TestOlderOnes:
    def test_rss_1_0_is_read(self) -> None:
        details = only(RSS_1_0)
        [part] = details.parts
        assert (details.title, details.authors, details.published_year) == ("La marée", ("Ana Roy",), 2004)
        assert (details.language, details.cover_url) == ("fr-CA", "https://podcasts.example/c.png")
        assert (part.url, part.size) == ("https://audio.example/1.mp3", 51200)
        [episode] = only_segment(RSS_1_0).episodes
        assert episode.guid == "https://podcasts.example/1"
        assert episode.published == datetime(2004, 7, 13, 7, 15, tzinfo=UTC)

    def test_atom_0_3_is_read(self) -> None:
        details = only(ATOM_0_3)
        [part] = details.parts
        assert (details.authors, details.published_year, details.language) == (("Ana Roy",), 2004, "fr")
        assert (part.url, part.size) == ("https://audio.example/1.mp3", 51200)
        segment = only_segment(ATOM_0_3)
        assert (segment.channel.title, segment.channel.description) == ("La digue", "Des marées.")
        assert segment.episodes[0].published == datetime(2004, 7, 13, 7, 15, tzinfo=UTC)

    @pytest.mark.parametrize(
        "namespace",
        [
            "http://my.netscape.com/rdf/simple/0.9/",
            "http://channel.netscape.com/rdf/simple/0.9/",
            "http://purl.org/rss/1.0",
            "https://podcasts.example/of-our-own#",
        ],
    )
    def test_rdf_is_read_in_every_namespace_that_it_had(self, namespace: str) -> None:
        assert only(RSS_1_0.replace("http://purl.org/rss/1.0/", namespace)).title == "La marée"

    @pytest.mark.parametrize(
        "namespace",
        [
            "http://backend.userland.com/RSS2",
            "http://blogs.law.harvard.edu/tech/rss",
            "http://my.netscape.com/publish/formats/rss-0.91.dtd",
            "http://www.w3.org/2005/Atom",
            "urn:of-our-own",
        ],
    )
    def test_rss_is_read_in_any_namespace(self, namespace: str) -> None:
        body = rss(item(1, "<itunes:duration>90</itunes:duration>")).replace(
            b"<rss ", f'<rss xmlns="{namespace}" '.encode()
        )
        details = only(body)
        assert (details.title, details.duration) == ("Récit 1", timedelta(seconds=90))

    @pytest.mark.parametrize(
        "declaration", ['xmlns="https://www.w3.org/2005/atom/"', "", 'xmlns="http://purl.org/echo/"', 'xmlns="urn:x"']
    )
    def test_atom_is_read_in_any_namespace_or_none(self, declaration: str) -> None:
        body = ATOM_0_3.replace('xmlns="http://purl.org/atom/ns#"', declaration)
        assert (only(body).authors, only(body).language) == (("Ana Roy",), "fr")

    def test_a_prefix_that_everybody_writes_is_known_whatever_it_stands_for(self) -> None:
        body = rss(item(1, "<itunes:duration>90</itunes:duration>"))
        wrong = body.replace(b"http://www.itunes.com/dtds/podcast-1.0.dtd", b"urn:itunes")
        undeclared = body.replace(b'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"', b"")
        assert only(wrong).duration == only(undeclared).duration == timedelta(seconds=90)

    def test_elements_in_capitals_are_read(self) -> None:
        body = rss(item(1)).decode()
        for name in ("rss", "channel", "item", "title", "guid", "enclosure"):
            body = body.replace(f"<{name}", f"<{name.upper()}").replace(f"</{name}", f"</{name.upper()}")
        assert only(body.replace("url=", "URL=")).title == "Récit 1"


class TestOtherElements:
    @pytest.mark.parametrize(
        "inside",
        [
            "<dc:title>La marée</dc:title>",
            '<dcterms:title xmlns:dcterms="http://purl.org/dc/terms/">La marée</dcterms:title>',
            "<media:title>La marée</media:title>",
        ],
    )
    def test_a_title_may_be_one_of_another_vocabulary(self, inside: str) -> None:
        assert only(rss(item(1, inside).replace("<title>Récit 1</title>", ""))).title == "La marée"

    @pytest.mark.parametrize(
        "inside",
        [
            '<dcterms:created xmlns:dcterms="http://purl.org/dc/terms/">1999-05-02</dcterms:created>',
            "<pubDate>bientôt</pubDate><dc:date>1999-05-02</dc:date>",
            "<pubDate>dimanche 2 mai 1999</pubDate>",
        ],
    )
    def test_the_first_date_that_can_be_read_counts(self, inside: str) -> None:
        assert only(rss(item(1, inside))).published_year == 1999

    def test_an_item_may_be_in_a_language_of_its_own(self) -> None:
        channel = "<title>x</title><language>en</language>"
        said = item(1).replace("<item>", '<item xml:lang="fr">'), item(2, "<dc:language>de</dc:language>"), item(3)
        page = parse_feed(rss(*said, channel=channel), FEED, FEED)
        assert [book.details and book.details.language for book in page.books] == ["fr", "de", "en"]

    def test_a_feed_may_say_its_language_as_xml_does(self) -> None:
        assert only(rss(item(1)).replace(b"<rss ", b'<rss xml:lang="fr-CA" ')).language == "fr-CA"
        assert only(rss(item(1), channel='<title xml:lang="fr">x</title>')).language == "fr"

    @pytest.mark.parametrize(
        "media",
        [
            '<media:content url="https://audio.example/1.mp3" type="audio/mpeg" duration="90"/>',
            (
                '<media:group><media:content url="https://audio.example/1.mp3" medium="audio" duration="90"/>'
                "</media:group>"
            ),
        ],
    )
    def test_media_rss_states_a_length(self, media: str) -> None:
        assert only(rss(item(1, enclosure=media))).duration == timedelta(seconds=90)
        own = item(1, "<itunes:duration>60</itunes:duration>", media)
        assert only(rss(own)).duration == timedelta(seconds=60)

    def test_the_content_of_an_entry_may_be_its_file(self) -> None:
        body = ATOM_0_3.replace('<link rel="enclosure"', "<content").replace("href=", "src=")
        assert only(body).parts[0].url == "https://audio.example/1.mp3"
        iana = ATOM_0_3.replace('"enclosure"', '"http://www.iana.org/assignments/relation/enclosure"')
        assert only(iana).parts[0].url == "https://audio.example/1.mp3"


class TestJsonFeed:
    def test_is_read(self) -> None:
        details = only(JSON_FEED)
        [part] = details.parts
        assert (details.title, details.authors, details.published_year) == ("La marée", ("Ana Roy",), 2004)
        assert (details.description, details.language) == ("Une marée.", "fr")
        assert details.cover_url == "https://podcasts.example/phare/1.png"
        assert (part.url, part.size) == ("https://audio.example/1.mp3", 51200)
        assert part.duration == timedelta(seconds=90)

    def test_says_what_it_is_and_leads_on(self) -> None:
        segment = only_segment(JSON_FEED)
        assert (segment.channel.title, segment.channel.authors) == ("La digue", ("Voix du Large",))
        assert segment.channel.next_page == "https://podcasts.example/phare/feed.json?page=2"
        assert sum(segment.omitted.values()) == 1
        assert segment.episodes[0].guid == "7"

    def test_of_version_1_names_one_author(self) -> None:
        body = JSON_FEED.replace(
            '"authors": [{"name": "Ana Roy"}, {"url": "https://x.example/"}]', '"author": {"name": "Zoé"}'
        )
        assert only(body.replace("1.1", "1")).authors == ("Zoé",)
