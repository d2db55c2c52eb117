"""Feeds that are not what they should be: what can be read of them is, and what cannot is said."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.errors import OhdioError, PermanentError, TransientError
from ohdio_core.sentences import legacy
from ohdio_core.sources.rss.feed import read_feed
from tests.fixtures.effort import seconds_of_work
from tests.unit.sources.rss.documents import FEED, item, parse_feed, rss


def read(chunks: list[bytes] | Iterator[bytes]) -> tuple[list[str], str | None]:
    """The titles that were given, and the error that came after them."""
    titles: list[str] = []
    try:
        for segment in read_feed(chunks, FEED):
            titles += [episode.title for episode in segment.episodes]
    except OhdioError as error:
        return titles, str(error)
    return titles, None


class TestItems:
    @pytest.mark.parametrize(
        "broken",
        [
            item(2, "<link>https://x.example/?a=1&b=2</link>"),
            item(2, "<description>Caf&eacute;&nbsp;noir &unknown; & thé</description>"),
            item(2, "<description>\x0b</description>"),
            item(2, "<description>&#0;</description>"),
            item(2, "<description>a < b</description>"),
            item(2, "<unknown:element>x</unknown:element>"),
            item(2, "<description><b>gras</description>"),
            item(2).removesuffix("</item>"),
            item(2, enclosure="<description><p>x<br></description>")
            .replace("</item>", '<enclosure url="https://audio.example/2.mp3"/></item>'),
        ],
    )  # fmt: skip
    def test_a_broken_one_costs_no_other_one(self, broken: str) -> None:
        assert read([rss(item(1), broken, item(3))]) == (["Récit 1", "Récit 2", "Récit 3"], None)

    @pytest.mark.parametrize(
        "enclosure",
        [
            "<enclosure url=https://audio.example/2.mp3 length=7 type=audio/mpeg />",
            "<enclosure url=https://audio.example/2.mp3/>",
            "<enclosure url=https://audio.example/2.mp3 type=audio/mpeg>",
            '<enclosure url="https://audio.example/2.mp3"length="7"type="audio/mpeg"/>',
            '<enclosure url="https://audio.example/2.mp3" url="https://audio.example/3.mp3"/>',
            "<enclosure url=”https://audio.example/2.mp3” type=“audio/mpeg”/>",
            '<p hidden><a href=https://x.example/ download>a</a></p><enclosure url="https://audio.example/2.mp3"/>',
            "<ENCLOSURE URL='https://audio.example/2.mp3' TYPE='AUDIO/MPEG'/>",
            "<Enclosure Url=https://audio.example/2.mp3 Type=audio/mpeg>",
            '<description>3 < 4, <2 & more</description><enclosure url="https://audio.example/2.mp3"/>',
        ],
    )
    def test_one_in_the_manner_of_html_is_read(self, enclosure: str) -> None:
        books = parse_feed(rss(item(1), item(2, enclosure=enclosure), item(3)), FEED, FEED).books
        addresses = [book.details.parts[0].url for book in books if book.details is not None]
        assert addresses == [f"https://audio.example/{number}.mp3" for number in (1, 2, 3)]

    def test_a_sign_that_begins_no_tag_is_kept(self) -> None:
        assert read([rss(item(1).replace("Récit 1", "Un < deux & trois"))]) == (["Un < deux & trois"], None)

    def test_an_address_with_a_bare_ampersand_is_kept_whole(self) -> None:
        enclosure = '<enclosure url="https://audio.example/a.mp3?b=1&c=2&copy=3"/>'
        [book] = parse_feed(rss(item(1, enclosure=enclosure)), FEED, FEED).books
        assert book.details is not None
        assert book.details.parts[0].url == "https://audio.example/a.mp3?b=1&c=2&copy=3"

    def test_the_entities_of_html_are_read(self) -> None:
        body = rss(item(1).replace("Récit 1", "L&rsquo;&eacute;t&eacute;"))
        assert read([body]) == (["L’été"], None)

    @pytest.mark.parametrize("half", ["&#xD83D;", "&#55357;", "&#x0dfff;"])
    def test_half_a_character_is_left_out(self, half: str) -> None:
        with_slip = rss(item(1).replace("Récit 1", f"Un{half} & deux"))
        assert read([with_slip]) == (["Un & deux"], None)

    def test_what_is_quoted_is_left_as_it_is(self) -> None:
        quoted = "<guid><![CDATA[a&b<item>]]></guid><title><![CDATA[Un & <item> &amp; deux]]></title>"
        with_slip = f"<item>{quoted}<enclosure url='https://audio.example/1.mp3'/><link>a&b</link></item>"
        assert read([rss(with_slip)]) == (["Un & & deux"], None)
        [first], [second] = (
            parse_feed(rss(each), FEED, FEED).books for each in (with_slip, with_slip.replace("<link>a&b</link>", ""))
        )
        assert first.url == second.url

    def test_one_that_cannot_be_read_at_all_is_counted(self) -> None:
        titles, error = read([rss(item(1), "<item><enclosure url=></item>", item(3))])
        assert titles == ["Récit 1", "Récit 3"]
        assert error is not None
        assert error.startswith("1 items of the feed")


class TestDocuments:
    @given(st.integers(0, len(rss(item(1), item(2))) - len("</rss>") - 1))
    def test_one_that_is_cut_gives_what_was_whole_and_says_so(self, length: int) -> None:
        titles, error = read([rss(item(1), item(2))[:length]])
        assert titles == ["Récit 1", "Récit 2"][: len(titles)]
        assert error is not None

    def test_one_that_stops_arriving_gives_what_arrived(self) -> None:
        def chunks() -> Iterator[bytes]:
            yield rss(item(1), item(2))[:-10]
            raise TransientError(legacy("podcasts.example broke the connection."))

        assert read(chunks()) == (["Récit 1", "Récit 2"], "podcasts.example broke the connection.")

    def test_what_follows_its_end_does_not_matter(self) -> None:
        assert read([rss(item(1)) + b"<!-- made in 0.2 s --><script>x&y</script>"]) == (["Récit 1"], None)

    @given(st.integers(1, 40))
    def test_it_may_arrive_in_any_pieces(self, size: int) -> None:
        body = rss(item(1), "<!-- <item> -->", item(2, "<title><![CDATA[</item>]]></title>"), "<item/>", item(3))
        assert read([body[start : start + size] for start in range(0, len(body), size)]) == read([body])

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
    def test_every_form_of_unicode_is_read(self, encoding: str) -> None:
        assert read([rss(item(1)).decode().encode(encoding)]) == (["Récit 1"], None)

    @pytest.mark.parametrize("encoding", ["iso-8859-1", "windows-1252", "ISO-8859-15", "utf-8", "latin1"])
    def test_the_declared_encoding_is_believed(self, encoding: str) -> None:
        body = rss(item(1)).decode().replace('encoding="utf-8"', f'encoding="{encoding}"')
        assert read([body.encode(encoding)]) == (["Récit 1"], None)

    @pytest.mark.parametrize("encoding", ["iso-8859-1", "us-ascii", "windows-1251", "Shift_JIS", "gbk", "x-unknown"])
    def test_utf_8_is_read_as_what_it_is_whatever_it_says(self, encoding: str) -> None:
        body = rss(item(1), item(2).replace("Récit", "Глава — 章")).decode().replace("utf-8", encoding, 1).encode()
        assert read([body]) == (["Récit 1", "Глава — 章 2"], None)
        assert read([body[start : start + 1] for start in range(len(body))]) == read([body])

    @pytest.mark.parametrize(
        ("encoding", "title"),
        [
            ("iso-8859-1", "L’été « À propos »"),
            ("windows-1251", "Рёв моря"),
            ("koi8-r", "Море"),
            ("shift_jis", "海の話 ｱｲｳ"),
            ("gb2312", "小王子"),
            ("euc-kr", "바다"),
        ],
    )
    def test_what_is_no_utf_8_is_what_it_says(self, encoding: str, title: str) -> None:
        written = "cp1252" if encoding == "iso-8859-1" else encoding
        body = rss(item(1).replace("Récit 1", title)).decode().replace("utf-8", encoding, 1).encode(written)
        assert read([body]) == ([title], None)

    def test_a_few_wrong_bytes_make_no_other_document_of_utf_8(self) -> None:
        items = (*(item(number) for number in range(9)), item(9).replace("Récit 9", "L’île"))
        body = rss(*items).replace("L’île".encode(), "L’île".encode("cp1252")).replace(b"utf-8", b"iso-8859-1", 1)
        assert read([body])[0] == [*(f"Récit {number}" for number in range(9)), "L’île"]

    def test_what_the_server_says_counts_where_the_document_says_nothing(self) -> None:
        body = rss(item(1).replace("Récit 1", "Море")).decode().replace(' encoding="utf-8"', "").encode("koi8-r")
        [segment] = read_feed([body], FEED, "application/rss+xml; charset=KOI8-R")
        assert [episode.title for episode in segment.episodes] == ["Море"]

    def test_old_text_in_a_new_document_is_read_all_the_same(self) -> None:
        body = rss(item(1), item(2)).replace("Récit 2".encode(), "L’été".encode("cp1252"))
        assert read([body]) == (["Récit 1", "L’été"], None)

    @pytest.mark.parametrize("encoding", ["rot13", "zlib", "idna", "unicode_escape", "x" * 40])
    def test_an_encoding_that_is_none_is_refused(self, encoding: str) -> None:
        body = rss(item(1)).decode().replace('encoding="utf-8"', f'encoding="{encoding}"').encode("cp1252")
        titles, error = read([body])
        assert titles == []
        assert error is not None
        assert f"written in '{encoding}', an encoding that is not known here" in error


#: What has a meaning in the text of an element, and in no other's.
_MARKS_OF_ELEMENTS = {
    "guid": ("1:",),
    "title": ("(", "&lt;!--"),
    "pubDate": ("1:", "("),
    "author": ("(", "a@"),
    "itunes:duration": ("1:", "1h "),
    "description": ("&lt;html ", "&lt;!--"),
}


class TestBounds:
    @pytest.mark.fuzz
    @pytest.mark.parametrize(
        "unit",
        [
            "<item>", "<item", "<a>", "<![CDATA[", "<!--", "<item><![CDATA[", "&", "<item>&",
            "</item>", "<item/>", "<!DOCTYPE r [", "<rss><channel>", "]]>", "<entry>",
        ],
    )  # fmt: skip
    @pytest.mark.parametrize(
        "head",
        [
            b"<rss><channel>",
            pytest.param(b"<rss><channel><item><enclosure url='/1.mp3'/>", marks=pytest.mark.full),
        ],
    )
    def test_a_megabyte_of_nested_tags_is_read_in_seconds(self, unit: str, head: bytes) -> None:
        body = head + (unit * (2**20 // len(unit))).encode()
        chunks = [body[start : start + 65536] for start in range(0, len(body), 65536)]
        results: list[tuple[list[str], str | None]] = []
        assert seconds_of_work(lambda: results.append(read(chunks)), enough=3) < 3
        assert results[0][1] is not None

    @pytest.mark.fuzz
    @pytest.mark.parametrize("head", [b"<rss><channel>", b"<rss><channel><item><enclosure url='/1.mp3'/>"])
    def test_twenty_thousand_episodes_that_never_end_are_read_in_seconds(self, head: bytes) -> None:
        body = head + b"<item><enclosure>" * 20_000  # each is read as an episode, so that a megabyte would be 60,000
        chunks = [body[start : start + 65536] for start in range(0, len(body), 65536)]
        results: list[tuple[list[str], str | None]] = []
        assert seconds_of_work(lambda: results.append(read(chunks)), enough=3) < 3
        assert results[0][1] is not None

    @pytest.mark.fuzz
    @pytest.mark.parametrize(
        "unit",
        [
            "<item><enclosure url='1.mp3'/></item>",
            "<html ",
            *(
                pytest.param(unit, marks=pytest.mark.full)
                for unit in (
                    "<item><enclosure url='https://x.example/1.mp3'/></item>",
                    "<x/><item><enclosure url='1.mp3'/></item>",
                    "<item>href=</item>",
                    "<?xml ",
                    "<!doctype ",
                )
            ),
        ],
    )
    def test_a_megabyte_of_little_things_is_read_in_seconds(self, unit: str) -> None:
        body = rss(unit * (2**20 // len(unit)))
        assert seconds_of_work(lambda: read([body]), enough=6) < 6

    @pytest.mark.fuzz
    @pytest.mark.parametrize(
        ("element", "text"),
        [
            # Each element with each text is a further combination: what reads one element is fooled by its own marks.
            pytest.param(element, text, marks=[] if is_its_own or text == " " else pytest.mark.full)
            for element, own in _MARKS_OF_ELEMENTS.items()
            for text in (" ", "(", "1:", "1h ", "a@", "&lt;html ", "&lt;!--")
            for is_its_own in [text in own]
        ],
    )
    def test_a_megabyte_in_one_element_is_read_in_seconds(self, element: str, text: str) -> None:
        inside = f"<{element}>1{text * (2**20 // len(text))}1</{element}>"
        assert seconds_of_work(lambda: read([rss(item(1, inside))]), enough=3) < 3

    @pytest.mark.fuzz
    @pytest.mark.parametrize("attribute", ["url", "type", "length"])
    def test_a_megabyte_in_one_attribute_is_read_in_seconds(self, attribute: str) -> None:
        inside = f'<enclosure {attribute}="{" " * 2**19}x{"../" * 2**17}"/>'
        assert seconds_of_work(lambda: read([rss(item(1, inside))]), enough=3) < 3

    @pytest.mark.fuzz
    def test_a_megabyte_of_namespaces_is_not_read_again_for_every_item(self) -> None:
        declarations = " ".join(f"xmlns:a{number}='u{number}'" for number in range(40_000)).encode()
        body = rss(*map(item, range(100))).replace(b"<rss ", b"<rss " + declarations + b" ")
        assert seconds_of_work(lambda: read([body]), enough=3) < 3

    def test_an_item_without_end_is_refused(self) -> None:
        def chunks() -> Iterator[bytes]:
            yield rss(item(1)).removesuffix(b"</channel></rss>")
            yield b"<item><description>"
            while True:
                yield b"la mer " * 10_000

        titles, error = read(chunks())
        assert titles == ["Récit 1"]
        assert error is not None
        assert "more than 4 MiB between one item and the next" in error

    def test_a_page_without_end_is_refused(self) -> None:
        def chunks() -> Iterator[bytes]:
            yield b"<rss><channel>"
            while True:
                yield b"<link>https://x.example/</link>" * 1000

        with pytest.raises(PermanentError, match="more than 4 MiB"):
            list(read_feed(chunks(), FEED))


_TAGS = st.sampled_from(
    [
        "<rss>", "<channel>", "</channel>", "</rss>", "<feed xmlns='http://www.w3.org/2005/Atom'>", "</feed>",
        "<item>", "</item>", "<entry>", "</entry>", "<item/>", "<!--", "-->", "<![CDATA[", "]]>", "<title>", "</title>",
        "&", "&amp;", "&#0;", "&#xD800;", "<enclosure url='/a.mp3'/>", "<enclosure", ">", "<guid>", "</guid>", "<x:y>",
        "</x:y>", "<",
        "<?xml version='1.0'?>", "<!DOCTYPE r [", "xmlns:x='y'", "\0", "é", " ", "<description>", "</description>",
    ]
)  # fmt: skip


@given(st.lists(_TAGS | st.text(max_size=8), max_size=40).map("".join), st.integers(1, 64))
def test_any_soup_of_tags_gives_items_or_a_named_error(soup: str, size: int) -> None:
    body = f"<rss><channel>{soup}".encode(errors="replace")
    titles, error = read([body[start : start + size] for start in range(0, len(body), size)])
    assert error or all(titles)


class TestJson:
    BODY = b'{"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": [%s]}'
    ITEM = b'{"id": "%d", "title": "R %d", "attachments": [{"url": "https://a.example/%d.mp3"}]}'

    def body(self, count: int) -> bytes:
        return self.BODY % b", ".join(self.ITEM % (number, number, number) for number in range(count))

    def test_that_is_cut_gives_what_was_whole_and_says_so(self) -> None:
        titles, error = read([self.body(3)[:-20]])
        assert titles == ["R 0", "R 1"]
        assert error is not None
        assert "ends in the middle" in error

    def test_that_stops_arriving_gives_what_arrived(self) -> None:
        def chunks() -> Iterator[bytes]:
            yield self.body(3)[:-20]
            raise TransientError(legacy("podcasts.example broke the connection."))

        assert read(chunks()) == (["R 0", "R 1"], "podcasts.example broke the connection.")

    @pytest.mark.parametrize("body", [b'{"error": "not here"}', b"{}", b"{" * 5000, b'{"version": 1}'])
    def test_of_another_kind_is_no_feed(self, body: bytes) -> None:
        titles, error = read([body])
        assert titles == []
        assert error == f"{FEED} is not a feed but JSON of another kind. Look for the feed's own link on that site."

    def test_is_given_in_pieces_of_two_hundred(self) -> None:
        assert [len(segment.episodes) for segment in read_feed([self.body(450)], FEED)] == [200, 200, 50]


class TestATagThatIsNotClosed:
    """What follows a description whose HTML is not closed is the item's all the same."""

    def test_costs_no_sign_behind_it(self) -> None:
        slip = "<item><description><p>x</description><title>Un &amp; deux &lt; trois</title>"
        assert read([rss(f"{slip}<enclosure url='https://audio.example/1.mp3'/></item>")]) == (
            ["Un & deux < trois"],
            None,
        )

    def test_costs_no_title_date_or_author_behind_it(self) -> None:
        slip = "<item><description><p>Un<br><b>x</description><title>T</title><dc:date>2001-02-03</dc:date>"
        [segment] = read_feed([rss(f"{slip}<dc:creator>Ana Roy</dc:creator>{item()[6:]}")], FEED)
        [episode] = segment.episodes
        assert (episode.title, episode.authors) == ("T", ("Ana Roy",))
        assert episode.published is not None

    def test_takes_nothing_out_of_elements_of_others(self) -> None:
        slip = (
            '<description><p>x</description><x:y xmlns:x="urn:x"><enclosure url="https://audio.example/no.mp3"/></x:y>'
        )
        [book] = parse_feed(
            rss(item(1, enclosure=f"{slip}<enclosure url='https://audio.example/1.mp3'/>")), FEED, FEED
        ).books
        assert book.details is not None
        assert book.details.parts[0].url == "https://audio.example/1.mp3"
