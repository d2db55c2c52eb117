"""Authors in the ways in which feeds name them."""

from __future__ import annotations

import pytest

from tests.unit.sources.rss.documents import FEED, item, parse_feed, rss

_CHANNEL = "<title>Le phare</title><itunes:author>Voix du Large</itunes:author>"


_ATOM = (
    "<atom:author><atom:name>Ana Roy</atom:name></atom:author>"
    "<atom:author><atom:name>Ben Côté</atom:name><atom:email>b@podcasts.example</atom:email></atom:author>"
)
_PERSONS = (
    '<podcast:person role="author">Ana Roy</podcast:person><podcast:person>Zoé Hôte</podcast:person>'
    '<podcast:person role="Author">Ben Côté</podcast:person><itunes:author>Studio</itunes:author>'
)


def authors_of(inside: str, channel: str = _CHANNEL) -> tuple[str, ...]:
    [book] = parse_feed(rss(item(1, inside), channel=channel), FEED, FEED).books
    return book.authors


class TestMailAddresses:
    @pytest.mark.parametrize(
        "author",
        [
            "ana@podcasts.example (Ana Roy)",
            "Ana Roy (ana@podcasts.example)",
            "Ana Roy &lt;ana@podcasts.example&gt;",
            "Ana Roy &amp;lt;ana@podcasts.example&amp;gt;",
            "&quot;Ana Roy&quot; &lt;ana@podcasts.example&gt;",
            "mailto:ana@podcasts.example (Ana Roy)",
            "ana@podcasts.example [Ana Roy]",
            "ana@podcasts.example Ana Roy",
            "ana@podcasts.example - Ana Roy",
            "Ana Roy, ana@podcasts.example",
            "ana@podcasts.example, Ana Roy",
            "ana@podcasts.example / Ana Roy",
            "Ana Roy | ana@podcasts.example",
            "&quot;ana.roy&quot;@podcasts.example (Ana Roy)",
            "&quot;roy; ana, (1)&quot;@podcasts.example (Ana Roy)",
            "ana.&quot;r o y&quot;@podcasts.example (Ana Roy)",
            "ana@[192.0.2.1] (Ana Roy)",
            "Ana Roy &lt;ana@[IPv6:2001:db8::1]&gt;",
            "Ana Roy (ana [at] podcasts [dot] example)",
            "mailto:ana%40podcasts.example (Ana Roy)",
            "ana＠podcasts.example (Ana Roy)",
            "Ana Roy",
        ],
    )
    @pytest.mark.parametrize("element", ["author", "itunes:author", "dc:creator"])
    def test_the_name_beside_one_is_the_author(self, element: str, author: str) -> None:
        assert authors_of(f"<{element}>{author}</{element}>") == ("Ana Roy",)

    @pytest.mark.parametrize(
        "author",
        [
            "ana@podcasts.example",
            "&lt;ana@podcasts.example&gt;",
            "mailto:ana@podcasts.example",
            "ana@podcasts.example ()",
            "ana@podcasts.example (ana@podcasts.example)",
            "ana@podcasts.example, ben@podcasts.example",
            "webmaster@localhost",
            "&quot;ana.roy&quot;@podcasts.example",
            "&quot;ana roy&quot;@localhost",
            "ana@[192.0.2.1]",
            "ana (at) podcasts.example",
            "noreply@blogger.com (Unknown)",
        ],
    )
    def test_one_alone_names_nobody_so_the_channel_does(self, author: str) -> None:
        assert authors_of(f"<author>{author}</author>") == ("Voix du Large",)
        assert authors_of(f"<author>{author}</author>", "<title>Le phare</title>") == ()

    def test_one_alone_hides_no_other_element_that_names_somebody(self) -> None:
        inside = "<itunes:author>post@podcasts.example</itunes:author><author>ana@podcasts.example (Ana Roy)</author>"
        assert authors_of(inside) == ("Ana Roy",)

    @pytest.mark.parametrize("element", ["dc:creator", "itunes:author", 'podcast:person role="author"'])
    @pytest.mark.parametrize("text", ["ana@podcasts.example", "&quot;ana&quot;@x", "ana@[192.0.2.1]", "Unknown"])
    def test_nor_does_one_in_the_place_of_a_name(self, element: str, text: str) -> None:
        assert authors_of(f"<{element}>{text}</{element.partition(' ')[0]}>", "<title>Le phare</title>") == ()

    def test_a_name_may_have_the_same_sign(self) -> None:
        assert authors_of("<itunes:author>Radio@Nuit</itunes:author>") == ("Radio@Nuit",)


class TestSeveralAuthors:
    @pytest.mark.parametrize(
        "inside",
        [
            "<dc:creator>Ana Roy</dc:creator><dc:creator>Ben Côté</dc:creator>",
            "<itunes:author>Ana Roy</itunes:author><itunes:author>Ben Côté</itunes:author>",
            "<author>a@podcasts.example (Ana Roy)</author><author>b@podcasts.example (Ben Côté)</author>",
            "<author>a@podcasts.example (Ana Roy), b@podcasts.example (Ben Côté)</author>",
            "<author>Ana Roy &lt;a@podcasts.example&gt;, Ben Côté &lt;b@podcasts.example&gt;</author>",
            "<itunes:author>Ana Roy; Ben Côté</itunes:author>",
            _ATOM,
            _PERSONS,
            "<dc:creator>Ana Roy</dc:creator><dc:creator>Ben Côté</dc:creator><dc:creator>Ana Roy</dc:creator>",
        ],
    )
    def test_all_are_named(self, inside: str) -> None:
        assert authors_of(inside) == ("Ana Roy", "Ben Côté")

    @pytest.mark.parametrize("name", ["Roy, Ana", "Roy et Côté", "Éditions Roy (Lyon), Inc.", "Tom &amp;amp; Ève"])
    def test_one_name_is_never_cut(self, name: str) -> None:
        assert authors_of(f"<itunes:author>{name}</itunes:author>") == (name.replace("&amp;amp;", "&"),)


class TestNobody:
    CHANNEL = "<title>Le phare</title>"

    def test_is_named_so_the_show_is_where_the_book_stands(self) -> None:
        page = parse_feed(rss(item(1, "<author>a@podcasts.example</author>"), channel=self.CHANNEL), FEED, FEED)
        [details] = [book.details for book in page.books]
        assert details is not None
        assert (details.authors, details.series, details.shelf) == ((), None, ("Le phare",))

    def test_else_stands_there(self) -> None:
        page = parse_feed(
            rss(item(1, "<author>a@podcasts.example (Ana Roy)</author>"), channel=self.CHANNEL), FEED, FEED
        )
        [details] = [book.details for book in page.books]
        assert details is not None
        assert (details.show, details.shelf) == (None, ("Ana Roy",))
