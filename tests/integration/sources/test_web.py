"""Web pages over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from ohdio_core.domain.audiobook import BookRef, ListingPage, Media, MediaKind, TargetKind
from ohdio_core.errors import NotFound, PermanentError, TransientError
from ohdio_core.sources.http import ClientSettings, HttpClientFactory, SiteClient
from ohdio_core.sources.web import WebSource
from tests.integration.sources.origin import Origin
from tests.unit.sources.rss.documents import item, rss

SOURCE = WebSource()
SITE = "https://stories.example"


@pytest.fixture
def http(origin: Origin) -> Iterator[SiteClient]:
    factory = HttpClientFactory(ClientSettings(host_overrides={"stories.example": origin.url}))
    yield factory.site("stories.example")
    factory.close()


def answer(origin: Origin, path: str, body: str | bytes, content_type: str = "text/html") -> None:
    data = body.encode() if isinstance(body, str) else body
    origin.answer(path, data, headers={"Content-Type": content_type})


def pages(path: str, http: SiteClient, cursor: str | None = None) -> list[ListingPage]:
    target = SOURCE.match(SITE + path)
    assert target is not None
    assert target.kind is TargetKind.CATEGORY
    return list(SOURCE.discover(target, http, cursor))


def books(path: str, http: SiteClient) -> list[BookRef]:
    return [book for page in pages(path, http) for book in page.books]


def media_of(ref: BookRef, http: SiteClient) -> list[Media]:
    return [SOURCE.resolve(ref, part, http) for part in SOURCE.describe(ref, http).parts]


def two_books(base: str = "") -> str:
    return "".join(
        f'<div itemscope itemtype="https://schema.org/Audiobook"><b itemprop="name">{name}</b>'
        f'<a itemprop="audio" href="{base}{name}.mp3">x</a></div>'
        for name in "ab"
    )


class TestAPage:
    def test_with_a_player_is_one_book_under_its_own_address(self, origin: Origin, http: SiteClient) -> None:
        answer(origin, "/phare", "<title>Le phare</title><audio src='1.mp3'></audio><audio src='2.m3u8'></audio>")
        (book,) = books("/phare", http)
        assert (book.title, book.url, book.source) == ("Le phare", f"{SITE}/phare", "web")
        assert [(media.url, media.kind) for media in media_of(book, http)] == [
            (f"{SITE}/1.mp3", MediaKind.HTTP),
            (f"{SITE}/2.m3u8", MediaKind.HLS),
        ]
        assert len(origin.requests) == 1

    def test_is_described_again_from_its_address_alone(self, origin: Origin, http: SiteClient) -> None:
        answer(origin, "/phare", "<title>Le phare</title><audio src='1.mp3'></audio>")
        (book,) = books("/phare", http)
        assert SOURCE.describe(BookRef("web", book.url, book.external_id), http) == book.details

    def test_with_signed_addresses_is_asked_again_before_each_download(self, origin: Origin, http: SiteClient) -> None:
        html = "<title>x</title><audio src='1.mp3?expires={0}'></audio><audio src='2.mp3?expires={0}'></audio>"
        answer(origin, "/phare", html.format(1))
        (book,) = books("/phare", http)
        answer(origin, "/phare", html.format(2))
        assert [media.url for media in media_of(book, http)] == [f"{SITE}/1.mp3?expires=2", f"{SITE}/2.mp3?expires=2"]

    def test_whose_recording_is_gone_says_so(self, origin: Origin, http: SiteClient) -> None:
        answer(origin, "/phare", "<audio src='1.mp3?expires=1'></audio>")
        (book,) = books("/phare", http)
        answer(origin, "/phare", "<audio src='9.mp3?expires=1'></audio>")
        with pytest.raises(NotFound, match="does not offer the recording"):
            media_of(book, http)

    def test_with_several_books_gives_each_a_stable_address(self, origin: Origin, http: SiteClient) -> None:
        answer(origin, "/all", two_books())
        first, second = books("/all", http)
        assert first.url != second.url
        assert SOURCE.match(second.url) == SOURCE.match(f" {second.url} ")
        again = SOURCE.describe(BookRef("web", second.url, second.external_id), http)
        assert again == second.details
        assert [media.url for media in media_of(second, http)] == [f"{SITE}/b.mp3"]

    @pytest.mark.parametrize("scheme", ["http", "https"])
    def test_with_several_books_knows_them_as_they_were_stored(
        self, origin: Origin, http: SiteClient, scheme: str
    ) -> None:
        answer(origin, "/all", two_books("http://stories.example/"))
        page = f"{scheme}://stories.example/all"
        # Hashes of http://stories.example/a.mp3 and b.mp3: never to be others, whatever ids are made of.
        stored = [f"{page}#book=4204dbc9f09bd470", f"{page}#book=41ed76e0ee3eeefd"]
        target = SOURCE.match(page)
        assert target is not None
        (found,) = SOURCE.discover(target, http)
        assert [book.url for book in found.books] == stored
        assert [SOURCE.describe(BookRef("web", url, url), http).title for url in stored] == ["a", "b"]

    def test_with_several_books_names_the_same_by_http_and_by_https(self, origin: Origin, http: SiteClient) -> None:
        answer(origin, "/all", two_books())
        by_http, by_https = (
            [book for page in SOURCE.discover(target, http) for book in page.books]
            for target in (SOURCE.match(f"{scheme}://stories.example/all") for scheme in ("http", "https"))
            if target is not None
        )
        assert [book.external_id for book in by_http] == [book.external_id for book in by_https]
        assert len({book.external_id for book in by_http}) == 2
        assert by_http[0].url != by_https[0].url
        # Wherever the book was found, it is there by the other scheme, too.
        moved = BookRef("web", by_https[1].url, by_http[1].external_id)
        assert SOURCE.describe(moved, http) == by_https[1].details

    def test_that_names_a_feed_lists_what_the_feed_lists(self, origin: Origin, http: SiteClient) -> None:
        link = '<link rel="alternate" type="application/rss+xml" href="{}">'
        answer(origin, "/show", link.format("/gone.xml") + link.format("/show.xml"))
        answer(origin, "/show.xml", rss(item(1), item(2)), "application/rss+xml")
        found = books("/show", http)
        assert [book.source for book in found] == ["rss", "rss"]
        assert found[0].url.startswith(f"{SITE}/show.xml#item=")

    def test_that_names_a_feed_of_pages_is_read_on_from_the_cursor(self, origin: Origin, http: SiteClient) -> None:
        answer(origin, "/show", '<link rel="alternate" type="application/rss+xml" href="/show.xml">')
        channel = '<title>x</title><atom:link rel="next" href="/more.xml"/>'
        answer(origin, "/show.xml", rss(item(1), channel=channel), "application/rss+xml")
        answer(origin, "/more.xml", rss(item(2)), "application/rss+xml")
        whole = pages("/show", http)
        assert sum(len(page.books) for page in whole) == 2
        cursor = next(page.next_cursor for page in whole if page.next_cursor is not None)
        assert [book.url for page in pages("/show", http, cursor) for book in page.books] == [whole[-1].books[-1].url]

    def test_that_is_a_feed_without_saying_so_is_read_as_one(self, origin: Origin, http: SiteClient) -> None:
        answer(origin, "/show", rss(item(1)), "text/xml")
        assert [book.source for book in books("/show", http)] == ["rss"]

    def test_that_is_a_feed_is_named_by_what_was_added_wherever_it_redirects(
        self, origin: Origin, http: SiteClient
    ) -> None:
        origin.answer("/show", status=302, headers={"Location": "/session/7/show"})
        answer(origin, "/session/7/show", rss(item(1)), "text/xml")
        assert [book.url.partition("#")[0] for book in books("/show", http)] == [f"{SITE}/show"]

    def test_with_one_player_and_a_feed_lists_what_the_feed_lists(self, origin: Origin, http: SiteClient) -> None:
        link = '<link rel="alternate" type="application/rss+xml" href="/show.xml">'
        answer(origin, "/show", f"{link}<audio src='2.mp3'></audio>")
        answer(origin, "/show.xml", rss(item(1), item(2)), "application/rss+xml")
        assert [book.source for book in books("/show", http)] == ["rss", "rss"]

    def test_with_one_player_and_a_feed_without_recordings_is_one_book(self, origin: Origin, http: SiteClient) -> None:
        link = '<link rel="alternate" type="application/rss+xml" href="/news.xml">'
        answer(origin, "/show", f"<title>Le phare</title>{link}<audio src='2.mp3'></audio>")
        answer(origin, "/news.xml", rss(), "application/rss+xml")
        (book,) = books("/show", http)
        assert (book.source, book.url) == ("web", f"{SITE}/show")
        assert [media.url for media in media_of(book, http)] == [f"{SITE}/2.mp3"]

    def test_that_links_to_a_playlist_names_it(self, origin: Origin, http: SiteClient) -> None:
        answer(origin, "/show", '<a href="/all.m3u">x</a>')
        answer(origin, "/all.m3u", "#EXTINF:5,Un\n1.mp3\n#EXTINF:6,Deux\n2.mp3", "audio/x-mpegurl")
        (book,) = books("/show", http)
        details = SOURCE.describe(book, http)
        assert [part.title for part in details.parts] == ["Un", "Deux"]
        assert details.duration is not None
        assert details.duration.total_seconds() == 11

    @pytest.mark.parametrize(
        "html", ["<title>Le phare</title><a href=/all.m3u8>x</a>", "<title>Index of /</title><a href=all.m3u8>x"]
    )
    def test_whose_only_link_is_an_m3u8_has_what_is_in_it(self, origin: Origin, http: SiteClient, html: str) -> None:
        answer(origin, "/", html)
        answer(origin, "/all.m3u8", "#EXTM3U\n#EXTINF:5,Un\n1.mp3\n#EXTINF:6,Deux\n2.mp3")
        (book,) = books("/", http)
        assert [(media.url, media.kind) for media in media_of(book, http)] == [
            (f"{SITE}/1.mp3", MediaKind.HTTP),
            (f"{SITE}/2.mp3", MediaKind.HTTP),
        ]
        answer(origin, "/all.m3u8", "#EXTM3U\n#EXT-X-VERSION:3\n")
        assert [(media.url, media.kind) for media in media_of(book, http)] == [(f"{SITE}/all.m3u8", MediaKind.HLS)]

    def test_that_only_leads_to_another_is_that(self, origin: Origin, http: SiteClient) -> None:
        answer(origin, "/moved", '<meta http-equiv="refresh" content="0; url=/books/?a=1&amp;b=2">')
        answer(origin, "/books/?a=1&b=2", '<title>La mer</title><audio src="1.mp3"></audio>')
        [book] = books("/moved", http)
        assert (book.title, book.url) == ("La mer", f"{SITE}/moved")
        assert book.details is not None
        assert book.details.parts[0].url == "https://stories.example/books/1.mp3"

    def test_that_is_a_recording_without_saying_so_is_a_book(self, origin: Origin, http: SiteClient) -> None:
        answer(origin, "/listen", b"\xff\xfb" * 1000, "audio/mpeg")
        (book,) = books("/listen", http)
        assert [media.url for media in media_of(book, http)] == [f"{SITE}/listen"]

    def test_that_is_a_feed_sent_as_html_is_read_as_one(self, origin: Origin, http: SiteClient) -> None:
        answer(origin, "/podcast", b'<?xml version="1.0"?>\n<!-- <b> -->\n' + rss(item(1)))
        assert [book.source for book in books("/podcast", http)] == ["rss"]

    @pytest.mark.parametrize("html", ["<!DOCTYPE html><html>", "<html><!-- <rss> -->", "<p>"])
    def test_in_html_that_speaks_of_feeds_is_none(self, origin: Origin, http: SiteClient, html: str) -> None:
        answer(origin, "/podcast", f"{html}<rss ><title>Le phare</title><audio src=1.mp3></audio>")
        assert [book.source for book in books("/podcast", http)] == ["web"]

    @pytest.mark.parametrize(
        ("content_type", "start"),
        [
            ("application/ogg", b""),
            ("application/octet-stream", b"ID3\4\0\0\0\0\0\0\0\0"),
            ("application/octet-stream", b"\0\0\0\x20ftypM4B "),
            ("binary/octet-stream", b"OggS\0\2\0\0\0\0\0\0"),
            ("application/force-download", b"fLaC\0\0\0\x22\0\0\0\0"),
            ("text/plain", b"RIFF\0\0\0\0WAVE"),
            ("", b"\xff\xfb\x90\0\0\0\0\0\0\0\0\0"),
        ],
    )
    def test_that_is_a_recording_by_its_first_bytes_is_a_book(
        self, origin: Origin, http: SiteClient, content_type: str, start: bytes
    ) -> None:
        answer(origin, "/dl/1", start + bytes(17 << 20), content_type)
        (book,) = books("/dl/1", http)
        assert [media.url for media in media_of(book, http)] == [f"{SITE}/dl/1"]

    def test_that_is_a_live_broadcast_is_refused(self, origin: Origin, http: SiteClient) -> None:
        def broadcast(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            handler.send_header("Content-Type", "audio/mpeg")
            handler.send_header("icy-name", "Radio Phare")
            handler.end_headers()
            handler.close_connection = True

        origin.answers["/live"] = broadcast
        with pytest.raises(PermanentError, match=r"stories\.example sends a live broadcast that never ends"):
            pages("/live", http)

    def test_whose_server_says_icy_of_a_file_is_a_book(self, origin: Origin, http: SiteClient) -> None:
        origin.answer("/listen", b"\xff\xfb" * 1000, headers={"Content-Type": "audio/mpeg", "icy-name": "Radio Phare"})
        assert len(books("/listen", http)) == 1

    def test_without_a_recording_says_what_is_looked_for(self, origin: Origin, http: SiteClient) -> None:
        answer(origin, "/empty", "<p>Bonjour</p>")
        with pytest.raises(PermanentError, match=r"offers no audio .* schema.org .* ohdio\[ytdlp\]"):
            pages("/empty", http)

    @pytest.mark.parametrize(("status", "error"), [(404, NotFound), (500, TransientError), (403, PermanentError)])
    def test_that_cannot_be_had_is_a_clear_error(
        self, origin: Origin, http: SiteClient, status: int, error: type[Exception]
    ) -> None:
        origin.answer("/x", b"no", status)
        with pytest.raises(error, match=rf"stories\.example answered {status}"):
            pages("/x", http)

    def test_that_is_a_film_or_too_large_is_refused(self, origin: Origin, http: SiteClient) -> None:
        answer(origin, "/film", b"x", "video/mp4")
        with pytest.raises(PermanentError, match="neither a page nor a sound file"):
            pages("/film", http)
        answer(origin, "/large", b" " * (17 << 20))
        with pytest.raises(PermanentError, match="more than 16 MiB"):
            pages("/large", http)


class TestAFile:
    @pytest.mark.parametrize(
        ("path", "body", "expected"),
        [
            ("/Le_phare.mp3?v=1", "", [("/Le_phare.mp3?v=1", MediaKind.HTTP)]),
            ("/master.m3u8", "#EXTM3U\n#EXT-X-VERSION:3\n", [("/master.m3u8", MediaKind.HLS)]),
            ("/list.m3u8", "#EXTM3U\na.mp3\nb.mp3", [("/a.mp3", MediaKind.HTTP), ("/b.mp3", MediaKind.HTTP)]),
            ("/list.pls", "[playlist]\nFile1=a.mp3", [("/a.mp3", MediaKind.HTTP)]),
        ],
    )
    def test_is_a_book_by_itself(
        self, origin: Origin, http: SiteClient, path: str, body: str, expected: list[tuple[str, MediaKind]]
    ) -> None:
        answer(origin, path, body, "text/plain")
        target = SOURCE.match(SITE + path)
        assert target is not None
        assert target.kind is TargetKind.AUDIOBOOK
        media = media_of(BookRef("web", target.url, target.external_id), http)
        assert [(one.url.removeprefix(SITE), one.kind) for one in media] == expected


def listing(*names: str) -> str:
    return "<title>Index of /</title><a href='../'>../</a>" + "".join(f'<a href="{name}">{name}</a>' for name in names)


class TestADirectory:
    @pytest.fixture(autouse=True)
    def _library(self, origin: Origin) -> None:
        answer(origin, "/audio/", listing("Anna/", "Bruno/", "loose.mp3", "readme.txt"))
        answer(origin, "/audio/Anna/", listing("Le%20phare/", "La%20brume/"))
        answer(origin, "/audio/Anna/Le%20phare/", listing("Chapter%2010.mp3", "Chapter%202.mp3", "cover.jpg"))
        answer(origin, "/audio/Anna/La%20brume/", listing("CD1/", "CD2/"))
        answer(origin, "/audio/Anna/La%20brume/CD1/", listing("01.mp3", "02.mp3"))
        answer(origin, "/audio/Anna/La%20brume/CD2/", listing("01.mp3"))

    def test_is_walked_and_every_directory_with_recordings_is_a_book(self, http: SiteClient) -> None:
        found = {book.title: book for book in books("/audio/", http)}
        assert set(found) == {"audio", "Le phare", "La brume"}
        phare = found["Le phare"].details
        assert phare is not None
        assert [part.title for part in phare.parts] == ["Chapter 2", "Chapter 10"]
        assert phare.cover_url == f"{SITE}/audio/Anna/Le%20phare/cover.jpg"

    @pytest.mark.parametrize(
        ("location", "name"),
        [("/audio/Anna/Le%20phare/", "/audio/Anna/Le%20phare/"), ("/mirror/7/", "/audio/Anna/Le%20phare")],
        ids=["the slash is added", "elsewhere"],
    )
    def test_is_named_by_what_was_added_but_for_its_slash(
        self, origin: Origin, http: SiteClient, location: str, name: str
    ) -> None:
        origin.answer("/audio/Anna/Le%20phare", status=301, headers={"Location": location})
        answer(origin, "/mirror/7/", listing("1.mp3"))
        (book,) = books("/audio/Anna/Le%20phare", http)
        assert book.url == SITE + name
        assert [media.url.rpartition("/")[0] + "/" for media in media_of(book, http)][:1] == [SITE + location]

    def test_discs_are_one_book(self, http: SiteClient) -> None:
        (book,) = books("/audio/Anna/La%20brume/", http)
        assert [media.url.removeprefix(book.url) for media in media_of(book, http)] == [
            "CD1/01.mp3",
            "CD1/02.mp3",
            "CD2/01.mp3",
        ]

    def test_what_was_removed_meanwhile_does_not_stop_the_walk(self, origin: Origin, http: SiteClient) -> None:
        assert "/audio/Bruno/" not in origin.answers
        assert len(books("/audio/", http)) == 3

    def test_the_page_in_place_of_a_directory_is_a_book_too(self, origin: Origin, http: SiteClient) -> None:
        html = "<title>Les marées</title><meta name=author content='Ana Roy'><a href=b.mp3>Un</a><a href=a.mp3>Deux</a>"
        answer(origin, "/audio/Bruno/", html)
        found = {book.title: book for book in books("/audio/", http)}
        assert set(found) == {"audio", "Le phare", "La brume", "Les marées"}
        tides = found["Les marées"]
        assert (tides.url, tides.authors) == (f"{SITE}/audio/Bruno/", ("Ana Roy",))
        assert SOURCE.describe(BookRef("web", tides.url, tides.external_id), http) == tides.details

    def test_a_disc_may_be_a_page(self, origin: Origin, http: SiteClient) -> None:
        answer(origin, "/audio/Anna/La%20brume/CD2/", "<title>CD 2</title><audio src=x.mp3></audio>")
        (book,) = books("/audio/Anna/La%20brume/", http)
        assert media_of(book, http)[-1].url.removeprefix(book.url) == "CD2/x.mp3"

    def test_a_cursor_goes_on_where_it_stopped(self, origin: Origin, http: SiteClient) -> None:
        walked = pages("/audio/", http)
        for number, page in enumerate(walked[:-1], 1):
            assert page.next_cursor is not None
            asked = len(origin.requests)
            rest = pages("/audio/", http, page.next_cursor)
            assert [one.books for one in rest] == [one.books for one in walked[number:]]
            assert len(origin.requests) - asked == len(walked) - number

    def test_the_listing_is_described_again_from_its_address_alone(self, http: SiteClient) -> None:
        found = {book.title: book for book in books("/audio/", http)}["Le phare"]
        assert SOURCE.describe(BookRef("web", found.url, found.external_id), http) == found.details


def test_each_host_is_paced_by_itself() -> None:
    assert SOURCE.site_key(f"{SITE}/x") == "stories.example"
