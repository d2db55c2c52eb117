"""Addresses of one page that are called alike: one recording or several, by what the site answers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from ohdio_core.domain.audiobook import BookRef
from ohdio_core.errors import Postponed
from ohdio_core.sentences import Sentence, legacy
from ohdio_core.sources.http import ClientSettings, HttpClientFactory, SiteClient
from ohdio_core.sources.web import WebSource
from tests.integration.sources.origin import Origin, send

SOURCE = WebSource()
PAGE = "https://stories.example/wool"
FORMS = (
    '<audio><source src="a.mp3"></audio><a href="a.mp3?ref=download" title="Wool">Download</a>'
    '<a href="a.mp3?ref=new_window" target="_blank">Play in new window</a>'
)


@pytest.fixture
def http(origin: Origin) -> Iterator[SiteClient]:
    factory = HttpClientFactory(
        ClientSettings(host_overrides={"stories.example": origin.url, "cdn.example": origin.url})
    )
    yield factory.site("stories.example")
    factory.close()


def sound(seed: int, size: int = 200_000) -> bytes:
    return random.Random(seed).randbytes(size)


def serve(
    origin: Origin, path: str, body: bytes, *, ranges: bool = True, etag: str | None = None, sized: bool = True
) -> None:
    """Answer as a server does that knows ranges and sizes, or does not."""
    fields = {"Content-Type": "audio/mpeg", **({} if etag is None else {"ETag": etag})}

    def reply(handler: BaseHTTPRequestHandler) -> None:
        asked = handler.headers.get("Range")
        if ranges and asked is not None:
            first, last = map(int, asked.removeprefix("bytes=").split("-"))
            piece = body[first : last + 1]
            where = f"bytes {first}-{first + len(piece) - 1}/{len(body)}"
            send(handler, piece, 206, {**fields, "Content-Range": where})
        elif sized:
            send(handler, body, 200, fields)
        else:
            handler.send_response(200)
            for name, value in {**fields, "Connection": "close"}.items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(body)
            handler.close_connection = True

    origin.answers[path] = reply


def found(origin: Origin, http: SiteClient, html: str) -> list[str]:
    """The addresses of the recordings of a page's only book, below the site."""
    page = f"<title>Wool</title><body class=single>{html}".encode()
    origin.answer("/wool", page, headers={"Content-Type": "text/html"})
    target = SOURCE.match(PAGE)
    assert target is not None
    [book] = [book for page in SOURCE.discover(target, http) for book in page.books]
    details = SOURCE.describe(book, http)
    assert SOURCE.describe(BookRef("web", book.url, book.external_id), http).parts == details.parts
    return [str(part.url).removeprefix("https://stories.example/") for part in details.parts]


class TestOneRecording:
    def test_to_play_to_download_and_in_a_new_window_is_one(self, origin: Origin, http: SiteClient) -> None:
        serve(origin, "/a.mp3", sound(1))
        assert found(origin, http, FORMS) == ["a.mp3"]

    def test_is_called_by_its_words_and_not_by_its_file(self, origin: Origin, http: SiteClient) -> None:
        serve(origin, "/a.mp3", sound(1))
        origin.answer("/wool", FORMS.encode(), headers={"Content-Type": "text/html"})
        [part] = SOURCE.describe(BookRef("web", PAGE, "x"), http).parts
        assert part.title == "Wool"

    def test_may_be_reached_by_other_paths_that_lead_to_one_place(self, origin: Origin, http: SiteClient) -> None:
        serve(origin, "/files/a.mp3", sound(1))
        for path in ("/player/a.mp3", "/download/a.mp3"):
            origin.answer(path, b"", 302, {"Location": "https://cdn.example/files/a.mp3"})
        html = (
            '<audio src="/player/a.mp3?_=1"></audio><a href="/download/a.mp3?ref=download">Download</a>'
            '<a href="/download/a.mp3?ref=new_window">Play</a>'
        )
        assert found(origin, http, html) == ["player/a.mp3"]

    @pytest.mark.parametrize(
        ("size", "served"),
        [
            (900_000, {"ranges": False}),
            (900_000, {"ranges": False, "etag": '"5f-1"'}),
            (20_000, {"ranges": False}),
            (20_000, {}),
        ],
        ids=["no ranges", "no ranges but an ETag", "short, no ranges", "short"],
    )
    def test_is_told_by_whatever_the_server_knows(
        self, origin: Origin, http: SiteClient, size: int, served: dict[str, object]
    ) -> None:
        serve(origin, "/a.mp3", sound(1, size), **served)  # type: ignore[arg-type]  # each fits its parameter
        assert found(origin, http, FORMS) == ["a.mp3"]

    def test_beside_a_feed_that_it_is_the_newest_of_gives_way_to_the_feed(
        self, origin: Origin, http: SiteClient
    ) -> None:
        serve(origin, "/a.mp3", sound(1))
        feed = '<link rel="alternate" type="application/rss+xml" href="/show.xml">'
        item = '<item><title>{0}</title><guid>{0}</guid><enclosure url="/{0}.mp3" type="audio/mpeg"/></item>'
        items = "".join(map(item.format, "ab"))
        origin.answer(
            "/show.xml",
            f"<rss><channel><title>Wool</title>{items}</channel></rss>".encode(),
            headers={"Content-Type": "application/rss+xml"},
        )
        origin.answer("/wool", f"{feed}{FORMS}".encode(), headers={"Content-Type": "text/html"})
        target = SOURCE.match(PAGE)
        assert target is not None
        assert [book.title for page in SOURCE.discover(target, http) for book in page.books] == ["a", "b"]


class TestSeveralRecordings:
    def test_that_a_query_names_stay_several(self, origin: Origin, http: SiteClient) -> None:
        for number in (1, 2):
            serve(origin, f"/play?id={number}", sound(number))
        html = '<audio src="play?id=1"></audio><audio src="play?id=2"></audio>'
        assert found(origin, http, html) == ["play?id=1", "play?id=2"]

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (sound(1), sound(1)[:100_000] + sound(2)[100_000:]),
            (sound(1), sound(2)[:100_000] + sound(1)[100_000:]),
            (sound(1), sound(1) + b"more"),
            (sound(1, 500), sound(2, 500)),
        ],
        ids=["another end", "another beginning", "longer", "short"],
    )
    def test_of_one_size_or_one_beginning_stay_several(
        self, origin: Origin, http: SiteClient, one: bytes, other: bytes
    ) -> None:
        serve(origin, "/a.mp3?v=1", one, etag='"same-for-all"')
        serve(origin, "/a.mp3?v=2", other, etag='"same-for-all"')
        assert found(origin, http, '<a href="a.mp3?v=1">One</a><a href="a.mp3?v=2">Two</a>') == [
            "a.mp3?v=1",
            "a.mp3?v=2",
        ]

    def test_may_be_what_the_site_tells_nothing_of(self, origin: Origin, http: SiteClient) -> None:
        serve(origin, "/a.mp3", sound(1), ranges=False, sized=False)
        assert len(found(origin, http, FORMS)) == 3

    @pytest.mark.parametrize("refusal", [(404, "text/plain"), (200, "text/html")], ids=["status", "page"])
    def test_may_be_what_the_site_refuses(self, origin: Origin, http: SiteClient, refusal: tuple[int, str]) -> None:
        status, content_type = refusal
        origin.answer("/a.mp3", b"<p>Not now", status, {"Content-Type": content_type})
        assert len(found(origin, http, FORMS)) == 3


class TestRequests:
    def asked(self, origin: Origin) -> int:
        return sum(seen.path != "/wool" for seen in origin.requests)

    def test_are_made_only_where_addresses_are_called_alike(self, origin: Origin, http: SiteClient) -> None:
        html = '<a href="a.mp3">One</a><a href="b.mp3?ref=download">Two</a><audio src="play?id=1"></audio>'
        assert len(found(origin, http, html)) == 3
        assert self.asked(origin) == 0

    def test_end_where_the_query_names_every_recording(self, origin: Origin, http: SiteClient) -> None:
        for number in range(30):
            serve(origin, f"/a.mp3?id={number}", sound(number, 1000))
        html = "".join(f'<a href="a.mp3?id={number}">Chapter {number}</a>' for number in range(30))
        origin.answer("/wool", html.encode(), headers={"Content-Type": "text/html"})
        assert len(SOURCE.describe(BookRef("web", PAGE, "x"), http).parts) == 30
        assert self.asked(origin) <= 12

    def test_of_the_first_chapters_tell_the_forms_of_the_others(self, origin: Origin, http: SiteClient) -> None:
        for number in range(50):
            serve(origin, f"/{number}.mp3", sound(number, 1000))
        html = "".join(
            f'<a href="{number}.mp3">Chapter {number}</a><a href="{number}.mp3?ref=download">Download</a>'
            for number in range(50)
        )
        origin.answer("/wool", html.encode(), headers={"Content-Type": "text/html"})
        parts = SOURCE.describe(BookRef("web", PAGE, "x"), http).parts
        assert [part.title for part in parts] == [f"Chapter {number}" for number in range(50)]
        assert self.asked(origin) <= 40

    def test_are_none_when_a_signed_recording_is_asked_for_again(self, origin: Origin, http: SiteClient) -> None:
        for path in ("/a.mp3", "/b.mp3"):
            serve(origin, path, sound(ord(path[1])))
        html = (
            '<a href="a.mp3?token={0}">One</a><a href="a.mp3?ref=download&token={0}">Download</a>'
            '<a href="b.mp3?token={0}">Two</a>'
        )
        origin.answer("/wool", html.format(1).encode(), headers={"Content-Type": "text/html"})
        ref = BookRef("web", PAGE, "x")
        parts = SOURCE.describe(ref, http).parts
        assert len(parts) == 2
        before = self.asked(origin)
        origin.answer("/wool", html.format(2).encode(), headers={"Content-Type": "text/html"})
        assert [SOURCE.resolve(ref, part, http).url.rpartition("/")[2] for part in parts] == [
            "a.mp3?token=2",
            "b.mp3?token=2",
        ]
        assert self.asked(origin) == before

    def test_are_paced_as_those_for_pages(self, origin: Origin) -> None:
        class Busy:
            """Admits one request."""

            def __init__(self) -> None:
                self.turns: list[str] = []

            def take_turn(self, key: str) -> None:
                self.turns.append(key)
                if len(self.turns) > 1:
                    raise Postponed(legacy("It is not this site's turn."))

            def close(self, key: str, duration: object, reason: Sentence) -> None:
                raise AssertionError((key, duration, reason))

        politeness = Busy()
        factory = HttpClientFactory(ClientSettings(allow_private_addresses=True), politeness)
        origin.answer("/wool", FORMS.encode(), headers={"Content-Type": "text/html"})
        with pytest.raises(Postponed):
            SOURCE.describe(BookRef("web", f"{origin.url}/wool", "x"), factory.site("stories"))
        factory.close()
        assert politeness.turns == ["stories", "stories"]
