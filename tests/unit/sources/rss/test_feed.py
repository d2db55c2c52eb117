from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.domain.audiobook import BookDetails, Part, TargetKind
from ohdio_core.errors import OhdioError, PermanentError
from ohdio_core.sources.rss import links
from ohdio_core.sources.rss.feed import read_feed
from ohdio_core.sources.rss.omissions import Omission
from tests.unit.sources.rss.documents import FEED, item, parse_feed, rss


def details_of(*items: str, channel: str = "<title>Le phare</title>") -> list[BookDetails]:
    page = parse_feed(rss(*items, channel=channel), FEED, FEED)
    return [book.details for book in page.books if book.details is not None]


def one(inside: str = "", enclosure: str | None = None, channel: str = "<title>Le phare</title>") -> BookDetails:
    [details] = details_of(item(1, inside, enclosure), channel=channel)
    return details


class TestItems:
    def test_every_item_with_a_recording_is_a_book_of_one_part(self) -> None:
        page = parse_feed(rss(item(1), "<item><title>Annonce</title></item>", item(2)), FEED, FEED)
        assert [book.title for book in page.books] == ["Récit 1", "Récit 2"]
        assert page.title == "Le phare"
        for book in page.books:
            assert book.details is not None
            assert len(book.details.parts) == 1

    def test_what_the_item_says_is_read(self) -> None:
        details = one(
            "<itunes:author>Ana Roy</itunes:author><itunes:duration>1:02:03</itunes:duration>"
            '<itunes:image href="/covers/1.jpg"/><pubDate>Fri, 06 Jun 2014 08:00:00 -0400</pubDate>'
            "<description><![CDATA[<p>Un &amp; deux</p><p>Trois</p>]]></description>",
            channel="<title>Le phare</title><language>fr_CA</language>",
        )
        duration = timedelta(hours=1, minutes=2, seconds=3)
        [part] = details.parts
        assert details == BookDetails(
            title="Récit 1",
            authors=("Ana Roy",),
            description="Un & deux\nTrois",
            published_year=2014,
            published_on=date(2014, 6, 6),
            language="fr-CA",
            cover_url="https://podcasts.example/covers/1.jpg",
            duration=duration,
            parts=(Part(0, part.external_id, None, duration, "https://audio.example/1.mp3", 1000),),
        )

    def test_the_channel_speaks_for_items_that_say_nothing(self) -> None:
        details = one(
            channel="<title>x</title><itunes:author>Voix du Large</itunes:author><language>fr</language>"
            "<image><url>https://podcasts.example/cover.jpg</url><title>x</title></image>"
        )
        assert (details.authors, details.language) == (("Voix du Large",), "fr")
        assert details.cover_url == "https://podcasts.example/cover.jpg"

    def test_an_item_without_a_title_is_called_by_its_file(self) -> None:
        [details] = details_of('<item><enclosure url="https://audio.example/le%20large.mp3" type="audio/mpeg"/></item>')
        assert details.title == "le large"

    def test_namespaces_are_known_in_any_spelling(self) -> None:
        body = rss(item(1, "<itunes:duration>90</itunes:duration>")).replace(
            b"http://www.itunes.com/dtds/podcast-1.0.dtd", b"http://www.itunes.com/DTDs/Podcast-1.0.dtd"
        )
        [book] = parse_feed(body, FEED, FEED).books
        assert book.details is not None
        assert book.details.duration == timedelta(seconds=90)

    def test_where_a_feed_says_it_moved_is_not_followed(self) -> None:
        channel = "<title>x</title><itunes:new-feed-url>https://elsewhere.example/feed.xml</itunes:new-feed-url>"
        page = parse_feed(rss(item(1), channel=channel), FEED, FEED)
        assert page.next_cursor is None
        assert page.books[0].url.startswith(f"{FEED}#")


class TestEnclosures:
    @pytest.mark.parametrize(
        "enclosure",
        [
            '<enclosure url=" https://audio.example/a.mp3 " type="audio/mpeg" length="x"/>',
            '<enclosure url="https://audio.example/a.mp3"/>',
            '<enclosure url="//audio.example/a.mp3" type=""/>',
            '<enclosure url="https://audio.example/a.mp3" type="application/octet-stream" length="0"/>',
            (
                '<enclosure url="https://audio.example/v.mp4" type="video/mp4"/>'
                '<enclosure url="https://audio.example/a.mp3" type="Audio/MPEG; codecs=mp3"/>'
            ),
            '<enclosure url="https://audio.example/a.mp3" type="x-audio/mp3"/>',
            '<enclosure url="https://audio.example/a.mp3" type="unknown"/>',
            '<media:content url="https://audio.example/a.mp3" type="audio/mpeg"/>',
            '<media:group><media:content url="https://audio.example/a.mp3" type="audio/mpeg"/></media:group>',
        ],
    )
    def test_a_recording_is_found_however_it_is_written(self, enclosure: str) -> None:
        [part] = one(enclosure=enclosure).parts
        assert (part.url, part.size) == ("https://audio.example/a.mp3", None)

    @pytest.mark.parametrize(
        "enclosure",
        [
            "",
            '<enclosure url="" type="audio/mpeg"/>',
            '<enclosure type="audio/mpeg"/>',
            '<enclosure url="https://audio.example/v.mp4" type="video/mp4"/>',
            '<enclosure url="https://audio.example/p.pdf"/>',
            '<enclosure url="file:///etc/passwd" type="audio/mpeg"/>',
            '<enclosure url="https://u:p@audio.example/a.mp3" type="audio/mpeg"/>',
            '<enclosure url="https://[" type="audio/mpeg"/>',
        ],
    )
    def test_an_item_without_one_is_no_book(self, enclosure: str) -> None:
        assert details_of(item(1, enclosure=enclosure)) == []

    @pytest.mark.parametrize(
        "enclosure",
        [
            '<enclosure url="https://audio.example/episode/42" length="123"/>',
            '<enclosure url="https://audio.example/episode/42" type="application/octet-stream"/>',
            '<enclosure url="https://audio.example/episode/42" type="mp3"/>',
            '<enclosure url="https://audio.example/episode/42" type="audio"/>',
            '<enclosure url="https://audio.example/get.php?f=1.mp3" type=""/>',
            '<enclosure url="https://audio.example/1.php" type="application/x-download"/>',
            '<media:content url="https://audio.example/episode/42" medium="audio"/>',
            '<enclosure url="/1.jpg"/><enclosure url="https://audio.example/episode/42"/>',
        ],
    )
    def test_a_file_that_nobody_says_is_something_else_counts(self, enclosure: str) -> None:
        [part] = one(enclosure=enclosure).parts
        assert part.url is not None
        assert part.url.startswith("https://audio.example/")

    @pytest.mark.parametrize(
        "other",
        [
            '<enclosure url="https://audio.example/42" type="video/mp4"/>',
            '<enclosure url="https://audio.example/42" type="image"/>',
            '<enclosure url="https://audio.example/42" type="application/pdf"/>',
            '<enclosure url="https://audio.example/42" type="application/epub+zip"/>',
            '<enclosure url="https://audio.example/42" type="text/html; charset=utf-8"/>',
            '<enclosure url="https://audio.example/42.jpg" type="application/octet-stream"/>',
            '<media:content url="https://audio.example/42" medium="video"/>',
            '<media:content url="https://audio.example/avatar/42"/>',
        ],
    )
    def test_a_file_that_is_something_else_is_no_recording(self, other: str) -> None:
        assert details_of(item(1, enclosure=other)) == []

    def test_a_file_that_is_known_to_be_sound_is_preferred(self) -> None:
        unknown = '<enclosure url="https://audio.example/42"/>'
        [part] = one(enclosure=f'{unknown}<enclosure url="https://audio.example/a.mp3" type="audio/mpeg"/>').parts
        assert part.url == "https://audio.example/a.mp3"

    @pytest.mark.parametrize(
        ("enclosure", "omission"),
        [
            ("", Omission.NO_FILE),
            ('<enclosure url=""/>', Omission.NO_FILE),
            ("<link>https://x.example/?a&b</link><description href='#'/>", Omission.NO_FILE),
            ('<enclosure url="https://audio.example/v.mp4" type="video/mp4"/>', Omission.VIDEO),
            ('<enclosure url="https://u:p@audio.example/a.mp3" type="audio/mpeg"/>', Omission.BAD_ADDRESS),
            (f'<enclosure url="https://audio.example/{"x" * 2048}.mp3"/>', Omission.BAD_ADDRESS),
            ('<enclosure url="ftp://audio.example/a.mp3"/>', Omission.BAD_ADDRESS),
        ],
    )
    def test_an_item_that_is_left_out_is_counted_with_the_reason(self, enclosure: str, omission: Omission) -> None:
        [segment] = read_feed([rss(item(1), item(2, enclosure=enclosure))], FEED)
        assert len(segment.episodes) == 1
        assert segment.omitted == {omission: 1}

    def test_a_blank_in_an_address_is_forgiven(self) -> None:
        [part] = one(enclosure='<enclosure url="https://audio.example/a b.mp3"/>').parts
        assert part.url == "https://audio.example/a%20b.mp3"


class TestIdentity:
    def test_the_guid_names_the_item_wherever_its_file_is(self) -> None:
        moved = item(1).replace("audio.example", "cdn.example")
        before, after = (parse_feed(rss(each), FEED, FEED).books[0] for each in (item(1), moved))
        assert (before.url, before.external_id) == (after.url, after.external_id)

    def test_the_file_names_an_item_without_a_guid(self) -> None:
        bare = [each.replace("<guid>recit-1</guid>", "") for each in (item(1), item(1).replace("/1.mp3", "/2.mp3"))]
        assert len({book.url for book in parse_feed(rss(*bare), FEED, FEED).books}) == 2

    def test_an_item_that_is_listed_twice_is_one_book(self) -> None:
        assert len(parse_feed(rss(item(1), item(2), item(1)), FEED, FEED).books) == 2

    def test_a_guid_that_stands_for_several_files_names_none_of_them(self) -> None:
        second = item(2).replace("recit-2", "recit-1")
        assert [book.title for book in parse_feed(rss(item(1), second), FEED, FEED).books] == ["Récit 1", "Récit 2"]

    def test_the_same_guid_in_another_feed_is_another_book(self) -> None:
        other = "https://podcasts.example/autre/feed.xml"
        [here], [there] = (parse_feed(rss(item(1)), key, key).books for key in (FEED, other))
        assert here.external_id != there.external_id

    def test_an_item_is_recognised_when_its_url_is_pasted(self) -> None:
        [book] = parse_feed(rss(item(1)), FEED, FEED).books
        target = links.match(book.url)
        assert target is not None
        assert target.kind is TargetKind.AUDIOBOOK
        assert (target.url, target.external_id) == (book.url, book.external_id)


class TestPages:
    def test_the_next_page_is_named(self) -> None:
        page = parse_feed(rss(item(1), channel='<title>x</title><atom:link rel="next" href="?page=2"/>'), FEED, FEED)
        assert page.next_cursor == f"{FEED}?page=2"

    def test_items_of_every_page_are_named_after_the_feed(self) -> None:
        [book] = parse_feed(rss(item(1)), FEED, f"{FEED}?page=2").books
        assert book.url.startswith(f"{FEED}#item=")


class TestAtom:
    def test_entries_with_an_enclosure_are_books(self) -> None:
        body = (
            b'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr"><title>Le phare</title>'
            b"<author><name>Ana Roy</name></author><link rel='next' href='?p=2'/>"
            b"<entry><id>urn:1</id><title type='html'>Un &amp;amp; deux</title>"
            b"<published>2019-03-04T00:00:00Z</published>"
            b"<summary>Bref</summary><link rel='enclosure' type='audio/mpeg' length='5' href='/1.mp3'/></entry></feed>"
        )
        page = parse_feed(body, FEED, FEED)
        [book] = page.books
        assert (page.title, page.next_cursor) == ("Le phare", f"{FEED}?p=2")
        assert book.details is not None
        assert (book.title, book.authors, book.details.description) == ("Un & deux", ("Ana Roy",), "Bref")
        assert (book.details.language, book.details.published_year) == ("fr", 2019)
        assert (book.details.parts[0].url, book.details.parts[0].size) == ("https://podcasts.example/1.mp3", 5)


class TestDocuments:
    def test_blanks_before_the_declaration_are_forgiven(self) -> None:
        assert len(parse_feed(rss(item(1), before="\ufeff\n \r\n"), FEED, FEED).books) == 1

    @pytest.mark.parametrize(
        ("body", "said"),
        [
            (b"", "it is empty"),
            (b"<>", "XML is broken from the start"),
            (b"{}", "JSON of another kind"),
            (b'<opml><body><outline xmlUrl="https://a.example/"/></body></opml>', "no feed but a list of 1 feeds"),
            (rss(item(1))[:-20], "ends in the middle"),
            (b'<?xml version="1.0" encoding="x-nothing"?><rss>\xe9', "'x-nothing', an encoding that is not known"),
            (b"<html><body>Bonjour</body></html>", "a web page"),
            (b"<!doctype html><html lang=fr><p>Bonjour", "a web page"),
            (b"\xef\xbb\xbf<!-- made by hand -->\n<!DOCTYPE HTML PUBLIC '-//W3C//DTD HTML 4.01//EN'>", "a web page"),
            (b"<HTML><BODY>Bonjour<BR></BODY></HTML>", "a web page"),
            (b"<opml/>", "another kind"),
            (b"<rss/>", "another kind"),
            (b"<:/>", r"another kind \(<:>\)"),
        ],
    )
    def test_what_is_no_feed_is_refused_with_a_reason(self, body: bytes, said: str) -> None:
        with pytest.raises(PermanentError, match=said):
            parse_feed(body, FEED, FEED)

    def test_entities_are_not_expanded(self) -> None:
        bomb = '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
        body = (
            f"{bomb}<rss><channel><title>&b;&f;</title><item><title>&b;</title>"
            '<enclosure url="https://audio.example/1.mp3"/></item></channel></rss>'
        )
        page = parse_feed(body.encode(), FEED, FEED)
        shown = f"{page.title} {page.books[0].title}"
        assert "aaa" not in shown
        assert "root" not in shown

    @given(
        st.binary()
        | st.text().map(lambda text: rss(item(1, text)))
        | st.text(st.characters(exclude_characters='<&"', exclude_categories=["Cc", "Cs"])).map(
            lambda text: rss(
                f'<item><title>{text}</title><enclosure url="{text}" length="{text}"/><pubDate>{text}</pubDate>'
                f"<itunes:duration>{text}</itunes:duration></item>",
                channel=f'<language>{text}</language><atom:link rel="next" href="{text}"/>',
            )
        )
    )
    def test_any_bytes_give_a_page_or_a_named_error(self, body: bytes) -> None:
        try:
            page = parse_feed(body, FEED, FEED)
        except OhdioError:
            return
        assert all(book.url.startswith(FEED) for book in page.books)
