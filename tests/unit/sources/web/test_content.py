"""What a page is, and that no page can hurt."""

from __future__ import annotations

import json
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.errors import PermanentError
from ohdio_core.sources.web.content import Content, NothingFound, read_page
from tests.fixtures.effort import seconds_of_work

URL = "https://stories.example/lighthouse"
BOOK = {"@type": "Audiobook", "name": "The Lighthouse", "author": "Maude Ferland"}


def page(html: str) -> Content:
    return read_page(html.encode(), URL)


def script(*values: object) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(value)}</script>' for value in values)


def test_a_page_with_recordings_is_one_book_that_its_head_describes() -> None:
    (book,) = page(
        """<html lang="fr-CA"><head><title>Ignored</title><meta property="og:title" content="Le phare &amp; la brume">
        <meta name="author" content="Maude Ferland"><meta name="description" content="Un gardien.">
        <meta property="og:image" content="/c.jpg"></head><body>
        <audio src="1.mp3"></audio><audio src="2.mp3"></audio>"""
    ).books
    assert book.details.title == "Le phare & la brume"
    assert (book.details.authors, book.details.language) == (("Maude Ferland",), "fr-CA")
    assert (book.details.description, book.details.cover_url) == ("Un gardien.", "https://stories.example/c.jpg")
    assert [part.url for part in book.described().parts] == [
        "https://stories.example/1.mp3",
        "https://stories.example/2.mp3",
    ]


def test_a_book_may_be_described_in_rdfa() -> None:
    (book,) = page(
        """<div vocab="https://schema.org/" typeof="Audiobook"><h1 property="name">Le phare</h1><span property="author"
        typeof="Person"><b property="name">Ana Roy</b></span><i property="schema:readBy">Noé Côté</i>
        <audio property="audio" src="1.mp3"></audio></div>"""
    ).books
    assert (book.details.title, book.details.authors, book.details.narrators) == (
        "Le phare",
        ("Ana Roy",),
        ("Noé Côté",),
    )
    assert [one.url for one in book.audio] == ["https://stories.example/1.mp3"]


@pytest.mark.parametrize(
    "html", ["<title>Les marées, tome 2</title>", script({"@type": "Audiobook", "name": "Les marées, tome 2"})]
)
def test_a_title_says_the_series_and_the_place_in_it(html: str) -> None:
    (book,) = page(f'{html}<audio src="1.mp3"></audio>').books
    assert (book.details.title, book.details.series, book.details.series_position) == (
        "Les marées, tome 2",
        "Les marées",
        "2",
    )


HAND_WRITTEN = """<html lang="fr"><head><title>Le phare, par Ana Roy</title><meta name="author" content="Ana Roy">
<meta property="og:image" content="/c.jpg"><meta name="description" content="Un gardien.">{}</head><body>
<a href="prologue.mp3">Prologue</a><a href="arrivee.mp3">Chapitre 1</a><a href="depart.mp3">Chapitre 2</a>"""


@pytest.mark.parametrize("address", ["https://stories.example/phare/", "https://stories.example/phare.html"])
def test_a_page_of_links_to_its_neighbours_keeps_its_order_its_words_and_what_it_says_of_itself(address: str) -> None:
    (book,) = read_page(HAND_WRITTEN.format("").encode(), address).books
    assert (book.details.title, book.details.authors, book.details.language) == (
        "Le phare, par Ana Roy",
        ("Ana Roy",),
        "fr",
    )
    assert (book.details.description, book.details.cover_url) == ("Un gardien.", "https://stories.example/c.jpg")
    assert [one.title for one in book.audio] == ["Prologue", "Chapitre 1", "Chapitre 2"]


def test_links_are_of_the_place_that_a_page_names_as_its_base() -> None:
    html = HAND_WRITTEN.format('<base href="https://cdn.example/audio/">').encode()
    (book,) = read_page(html, "https://stories.example/phare/").books
    assert book.audio[0].url == "https://cdn.example/audio/prologue.mp3"


def test_the_description_and_the_player_of_one_book_belong_together() -> None:
    (book,) = page(script(BOOK) + '<audio src="1.mp3"></audio>').books
    assert book.details.authors == ("Maude Ferland",)
    assert [one.url for one in book.audio] == ["https://stories.example/1.mp3"]


def test_a_described_book_that_names_the_front_page_and_plays_here_is_of_this_page() -> None:
    (book,) = page(script({**BOOK, "url": "https://stories.example/"}) + '<audio src="1.mp3"></audio>').books
    assert (book.url, book.details.authors) == (None, ("Maude Ferland",))
    assert [one.url for one in book.audio] == ["https://stories.example/1.mp3"]


def test_several_described_books_stay_apart() -> None:
    books = [{**BOOK, "name": name, "audio": f"{name}.mp3"} for name in ("a", "b")]
    assert [book.details.title for book in page(script(*books)).books] == ["a", "b"]


def test_books_with_pages_of_their_own_are_listed() -> None:
    books = [{**BOOK, "name": name, "url": f"/books/{name}"} for name in ("a", "b")]
    assert [book.url for book in page(script({"@type": "ItemList", "itemListElement": books})).books] == [
        "https://stories.example/books/a",
        "https://stories.example/books/b",
    ]


def test_a_book_that_is_offered_here_is_not_named_by_the_sites_front_page() -> None:
    books = [{**BOOK, "name": name, "audio": f"{name}.mp3", "url": "https://stories.example/"} for name in ("a", "b")]
    assert [book.url for book in page(script(*books)).books] == [None, None]
    assert [book.url for book in page(script({**books[0], "url": "https://stories.example/deep"})).books] == [None]


def test_the_front_page_is_no_books_own_page_but_one_named_by_a_query_is() -> None:
    books = [{**BOOK, "name": name, "url": f"https://stories.example/{name}"} for name in ("", "?p=12")]
    assert [book.url for book in page(script(*books)).books] == ["https://stories.example/?p=12"]


FEED = '<link rel="alternate" type="application/rss+xml" href="/feed">'


def test_a_feed_comes_before_a_single_player_which_is_its_newest_episode() -> None:
    assert page(FEED).feeds == ("https://stories.example/feed",)
    content = page(FEED + '<audio src="1.mp3"></audio>')
    assert content.feeds == ("https://stories.example/feed",)
    assert [one.url for book in content.books for one in book.audio] == ["https://stories.example/1.mp3"]


FRONT = "".join(f'<a href="/{name}/">{name}</a>' for name in ("episode-1", "episode-2", "contact"))


@pytest.mark.parametrize("players", [1, 3])
def test_a_podcasts_front_page_leads_to_its_feed_however_many_episodes_it_plays(players: int) -> None:
    audio = "".join(f'<audio src="{number}.mp3"></audio>' for number in range(players))
    content = read_page(f"{FEED}{audio}{FRONT}".encode(), "https://pod.example/")
    assert (content.listing, content.feeds) == (None, ("https://pod.example/feed",))


@pytest.mark.parametrize(
    "html",
    [
        '<audio src="1.mp3"></audio><audio src="2.mp3"></audio>',
        script({"@type": "AudioObject", "contentUrl": "1.mp3"}),
        script(BOOK) + '<audio src="1.mp3"></audio>',
        '<meta property="article:published_time" content="2026-01-02"><audio src="1.mp3"></audio>',
        '<body class="post-template-default single single-post"><audio src="1.mp3"></audio>',
    ],
    ids=["several", "described", "a described book", "an article", "a post"],
)
def test_a_feed_does_not_count_beside_what_the_page_is_about(html: str) -> None:
    content = page(FEED + html)
    assert content.feeds == ()
    assert len(content.books) == 1


def test_a_signed_address_is_not_kept() -> None:
    (book,) = page('<audio src="1.mp3?Expires=5&Signature=x"></audio>').books
    assert [part.url for part in book.described().parts] == [None]


def test_the_encoding_is_the_one_that_is_named() -> None:
    body = '<meta charset="windows-1252"><title>Été</title><audio src="a.mp3"></audio>'.encode("cp1252")
    assert read_page(body, URL).books[0].details.title == "Été"
    assert read_page(body[29:], URL, "text/html; charset=ISO-8859-1").books[0].details.title == "Été"
    assert read_page("<title>Été</title><audio src=a.mp3>".encode(), URL).books[0].details.title == "Été"
    assert read_page("<title>Été</title><audio src=a.mp3>".encode(), URL, "text/html; charset=x-none").books


def test_nothing_is_said_with_what_is_looked_for() -> None:
    with pytest.raises(NothingFound, match=r"offers no audio .* no schema.org description of a recording, no player"):
        page("<p>Bonjour</p>")
    with pytest.raises(NothingFound, match="describes “The Lighthouse”, but offers no audio"):
        page(script(BOOK))


tags = st.sampled_from(
    [
        "<audio src=a.mp3>", "<a href=b.mp3>", '<script type="application/ld+json">', "</script>", "<title>Index of /",
        '<div itemscope itemtype="https://schema.org/Audiobook">', "<i itemprop=name>", "<base href='http://['>",
        '{"@type": "Audiobook", "name": ', '{"@id": "#a"}', "]", "}",
        "<link rel=alternate type=application/rss+xml href=x>",
        "<a href='x/'>", '"', "&#0;", "<meta property=og:audio content='//'>",
    ]
)  # fmt: skip
NAMES = [
    "@type", "@id", "@graph", "name", "author", "audio", "hasPart", "contentUrl", "url", "duration", "image",
    "position", "inLanguage", "datePublished", "contentSize", "numberOfPages", "isPartOf", "webFeed",
    "workExample", "exampleOfWork", "bookFormat", "encodingFormat",
]  # fmt: skip
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("a.mp3"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(NAMES),
            inner
            | st.sampled_from(
                ["Audiobook", "AudioObject", "PodcastSeries", "Book", "AudiobookFormat", "a.mp3", "https://x.example/a"]
            ),
            max_size=6,
        )
    ),
    max_leaves=30,
)


def readable(body: bytes) -> None:
    try:
        content = read_page(body, URL)
    except PermanentError:
        return
    for book in content.books:
        assert book.details.title
        book.described()


_JSON_LD = '<script type="application/ld+json">'
#: What a page can be full of: how it begins, what follows again and again ("{}" is a number), how it ends.
FLAT = {
    "small books": (f"{_JSON_LD}[", '{"@type":"Audiobook"},', "0]"),
    "books": (
        f"{_JSON_LD}[",
        f'{{"@type":"Audiobook","name":"P{{}}","audio":"{{}}.mp3","abstract":"{300 * "y"}"}},',
        "0]",
    ),
    "namesakes": (
        f"{_JSON_LD}[",
        f'{{"@type":"Audiobook","author":"{{}}","audio":"{{}}.mp3","x":"{300 * "y"}"}},',
        "0]",
    ),
    "items": ("", '<p itemscope itemtype="https://schema.org/Audiobook"><b itemprop="name">x</b></p>', ""),
    "recordings": (f"{_JSON_LD}[", '{"@type":"AudioObject","contentUrl":"{}.mp3"},', "0]"),
    "parts": (f'{_JSON_LD}{{"@type":"Audiobook","audio":[', '"{}.mp3",', "0]}"),
    "editions": (f'{_JSON_LD}{{"@type":"Book","author":["x","y"],"workExample":[', '{"@type":"Audiobook"},', "0]}"),
    "authors": (f'{_JSON_LD}{{"@type":"Book","workExample":[{{"@type":"Audiobook"}}],"author":[', '"{}",', "0]}"),
    "references": (
        f'{_JSON_LD}[{{"@id":"#a","audio":["a.mp3"]}},',
        '{"@type":"Audiobook","hasPart":{"@id":"#a"}},',
        "0]",
    ),
    "duration": (f'{_JSON_LD}{{"@type":"Audiobook","audio":"a.mp3","duration":"', ",", 'x"}'),
    "description": (f'{_JSON_LD}{{"@type":"Audiobook","audio":"a.mp3","description":"', "<html ", '"}'),
    "unclosed texts": (f"{_JSON_LD}[", r"\"", ",]"),
    "commas": (f"{_JSON_LD}[", ", ", "]"),
    "wrapping": (_JSON_LD, "<!--/*", ""),
    "title": ('<audio src="a.mp3"><meta property="og:title" content="', "<html ", '">'),
    "players": ("", '<audio src="{}.mp3"></audio>', ""),
    "sources": ("<audio>" * 200, "<source src={}.mp3></source>", ""),
    "links in players": ("<audio>" * 200, "<a href={}.mp3>x</a>", ""),
    "files": ("", "<a href={}.mp3>{}.mp3</a>", ""),
    "listed files": ("<title>Index of /</title>", "<a href={}.mp3>x</a> 2026-01-02 03:04 12345678", ""),
    "queries": ("", "<a href=a.mp3?{}>x</a>" + 40 * "y", ""),
    "links": ("", "<a href=/{}>x</a>", ""),
    "blank addresses": ('<a href="', ".mp3 ", 'x">'),
    "words": ("<a href=a.mp3>", "en ", ""),
    "playlists": ("", "<a href={}.m3u>", ""),
    "streams": ("", "<a href={}.m3u8>", ""),
    "relations": ("", "<link rel=next href=>", ""),
    "feeds": ("", "<link rel=alternate href={}.xml>", ""),
}


class TestAnyPage:
    @given(st.binary() | st.lists(tags | st.text()).map(lambda pieces: "".join(pieces).encode()))
    def test_is_read_or_a_named_error(self, body: bytes) -> None:
        readable(body)

    @given(values)
    def test_with_any_description_is_read_or_a_named_error(self, value: object) -> None:
        readable(script(value).encode())
        readable(script({"@type": "Audiobook", "name": value, "audio": value, "author": value}).encode())

    @pytest.mark.parametrize("body", [b"", b"\x00" * 1000, b"<", b"<!--"])
    def test_without_a_tag_offers_nothing(self, body: bytes) -> None:
        with pytest.raises(PermanentError):
            read_page(body, URL)

    @pytest.mark.fuzz
    @pytest.mark.parametrize(
        "piece",
        [
            b"<div>", b"<p>", b"<a href=x.mp3>", b"<audio src=a.mp3>", b"<table>", b"<script type=application/ld+json>",
            b"<b itemscope itemtype=https://schema.org/Audiobook itemprop=hasPart>", b"<b itemprop=name>x",
            b'{"@type":"Audiobook","hasPart":',
        ],
    )  # fmt: skip
    def test_of_a_megabyte_of_nested_tags_takes_no_time(self, piece: bytes) -> None:
        body = piece * (1_000_000 // len(piece))

        def read() -> None:
            readable(body)
            readable(b'<script type="application/ld+json">' + body)

        assert seconds_of_work(read, enough=6) < 6

    @pytest.mark.fuzz
    @pytest.mark.parametrize("name", FLAT)
    def test_of_a_megabyte_of_the_same_takes_no_time(self, name: str) -> None:
        start, piece, end = FLAT[name]
        pieces = (piece.replace("{}", str(number)) for number in range(1_000_000 // len(piece)))
        body = f"{start}{''.join(pieces)}{end}".encode()
        assert seconds_of_work(partial(readable, body), enough=3) < 3
