"""yt-dlp itself, in its process and behind its proxy, against a server on this machine."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from ohdio_core.domain.audiobook import BookRef, MediaKind, Target, TargetKind
from ohdio_core.errors import NotFound, PermanentError, TransientError
from ohdio_core.sources.http import Abort, ClientSettings, HttpClientFactory, SiteClient, StreamClosed
from ohdio_core.sources.web import WebSource
from ohdio_core.sources.ytdlp.process import extract
from ohdio_core.sources.ytdlp.source import YtdlpSource
from tests.integration.sources.origin import Origin

SITE = "https://player.example"
# A player that is set up by a script: nothing that our own reading finds.
PLAYER = """<html><head><title>Le phare</title></head><body><div id="p"></div><script>
jwplayer("p").setup({playlist: [%s]});</script></body></html>"""
HLS = b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\na.aac\n#EXT-X-ENDLIST\n"


def one(name: str) -> str:
    return f'{{title: "{name}", mediaid: "{name}", sources: [{{file: "/{name}.m3u8", type: "hls"}}]}}'


@pytest.fixture
def settings(origin: Origin) -> ClientSettings:
    return ClientSettings(host_overrides={"player.example": origin.url})


@pytest.fixture
def http(settings: ClientSettings) -> Iterator[SiteClient]:
    factory = HttpClientFactory(settings)
    yield factory.site("player.example")
    factory.close()


def target(path: str) -> Target:
    return Target(TargetKind.CATEGORY, "ytdlp", SITE + path, SITE + path)


def page(origin: Origin, path: str, body: str) -> None:
    origin.answer(path, body.encode(), headers={"Content-Type": "text/html"})


class TestAPageThatOnlyYtdlpReads:
    @pytest.fixture(autouse=True)
    def _site(self, origin: Origin) -> None:
        for name in ("un", "deux"):
            origin.answer(f"/{name}.m3u8", HLS, headers={"Content-Type": "application/vnd.apple.mpegurl"})
        page(origin, "/story", PLAYER % one("un"))
        page(origin, "/stories", PLAYER % f"{one('un')}, {one('deux')}")

    def test_is_read_after_the_web_source_found_nothing(self, settings: ClientSettings, http: SiteClient) -> None:
        source = YtdlpSource(settings)
        (found,) = WebSource(last_resort=source).discover(target("/story"), http)
        (book,) = found.books
        assert book.source == "ytdlp"
        (part,) = source.describe(book, http).parts
        media = source.resolve(book, part, http)
        assert media.kind is MediaKind.HLS
        assert media.url.partition("://")[2] == "player.example/un.m3u8"

    def test_with_a_list_of_nothing_is_an_error(
        self, origin: Origin, settings: ClientSettings, http: SiteClient
    ) -> None:
        feed = b'<?xml version="1.0"?><rss version="2.0"><channel><title>Le phare</title></channel></rss>'
        origin.answer("/none", feed, headers={"Content-Type": "application/rss+xml"})
        with pytest.raises(PermanentError, match="finds no recording"):
            list(YtdlpSource(settings).discover(target("/none"), http))

    def test_with_several_recordings_gives_each_an_address(self, settings: ClientSettings, http: SiteClient) -> None:
        source = YtdlpSource(settings)
        (found,) = source.discover(target("/stories"), http)
        assert len({book.url for book in found.books}) == 2
        second = found.books[1]
        again = BookRef("ytdlp", second.url, second.external_id)
        (part,) = source.describe(again, http).parts
        assert source.resolve(again, part, http).url.endswith("/deux.m3u8")

    def test_with_a_plain_player_gives_its_file(
        self, origin: Origin, settings: ClientSettings, http: SiteClient
    ) -> None:
        page(origin, "/plain", "<title>Le phare</title><video><source src='/phare.mp4' type='video/mp4'></video>")
        source = YtdlpSource(settings)
        (found,) = source.discover(target("/plain"), http)
        (book,) = found.books
        assert book.title == "Le phare (1)"  # as yt-dlp names the first of a page
        media = source.resolve(book, source.describe(book, http).parts[0], http)
        assert (media.kind, media.url.partition("://")[2]) == (MediaKind.HTTP, "player.example/phare.mp4")

    def test_that_offers_nothing_is_a_clear_error(
        self, origin: Origin, settings: ClientSettings, http: SiteClient
    ) -> None:
        page(origin, "/empty", "<html><body>Bonjour</body></html>")
        with pytest.raises(PermanentError, match="yt-dlp finds nothing there either"):
            list(WebSource(last_resort=YtdlpSource(settings)).discover(target("/empty"), http))

    @pytest.mark.parametrize(("status", "error"), [(404, NotFound), (500, TransientError)])
    def test_that_fails_is_told_apart(
        self, origin: Origin, settings: ClientSettings, http: SiteClient, status: int, error: type[Exception]
    ) -> None:
        origin.answer("/failing", b"no", status)
        with pytest.raises(error, match="yt-dlp cannot read"):
            extract(f"{SITE}/failing", http, settings)


class TestItsBounds:
    def test_a_private_address_is_refused(self, origin: Origin) -> None:
        guarded = ClientSettings()
        factory = HttpClientFactory(guarded)
        page(origin, "/inside", PLAYER % one("un"))
        with pytest.raises(PermanentError, match="not on the public Internet"):
            extract(f"{origin.url}/inside", factory.site("x"), guarded)
        factory.close()
        assert origin.requests == []

    def test_a_page_that_leads_inside_is_not_followed(
        self, origin: Origin, settings: ClientSettings, http: SiteClient
    ) -> None:
        origin.answer("/story", b"", 302, {"Location": f"{origin.url}/inside"})
        page(origin, "/inside", PLAYER % one("un"))
        with pytest.raises(PermanentError, match="not on the public Internet"):
            extract(f"{SITE}/story", http, settings)
        assert [seen.path for seen in origin.requests if seen.path == "/inside"] == []

    def test_a_private_address_is_read_where_the_operator_allows_it(self, origin: Origin) -> None:
        allowed = ClientSettings(allow_private_addresses=True)
        factory = HttpClientFactory(allowed)
        page(origin, "/inside", PLAYER % one("un"))
        origin.answer("/un.m3u8", HLS)
        assert extract(f"{origin.url}/inside", factory.site("x"), allowed)["formats"]
        factory.close()

    def test_a_site_that_keeps_it_waiting_is_given_up(
        self, origin: Origin, settings: ClientSettings, http: SiteClient, gate: threading.Event
    ) -> None:
        origin.answers["/slow"] = lambda _: _wait(gate)
        began = time.monotonic()
        with pytest.raises(TransientError, match="did not finish"):
            extract(f"{SITE}/slow", http, settings, seconds=2)
        assert time.monotonic() - began < 60  # the site keeps it waiting for longer

    def test_stopping_the_work_ends_the_process(
        self, origin: Origin, settings: ClientSettings, gate: threading.Event
    ) -> None:
        abort = Abort()
        factory = HttpClientFactory(settings)

        def stop(handler: BaseHTTPRequestHandler) -> None:
            del handler
            abort.trigger()
            _wait(gate)

        origin.answers["/slow"] = stop
        with pytest.raises(StreamClosed):
            extract(f"{SITE}/slow", factory.site("x", abort), settings)
        factory.close()

    def test_none_of_our_secrets_reach_it(
        self, origin: Origin, settings: ClientSettings, http: SiteClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DATABASE_URL", "postgresql://someone:secret@db.example/x")
        seen: list[bytes] = []

        def look(handler: BaseHTTPRequestHandler) -> None:
            seen.extend(_environments("ohdio_core.sources.ytdlp.extract"))
            handler.send_error(404)

        origin.answers["/look"] = look
        with pytest.raises(NotFound):
            extract(f"{SITE}/look", http, settings)
        assert seen
        assert not any(b"DATABASE_URL" in environment for environment in seen)


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Held back until the test ends."""
    opened = threading.Event()
    yield opened
    opened.set()


def _wait(gate: threading.Event) -> None:
    gate.wait(90)


def _environments(module: str) -> list[bytes]:
    """The environments of our child processes that run a module."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            line = (process / "cmdline").read_bytes()
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
            if module.encode() in line and parent == os.getpid():
                found.append((process / "environ").read_bytes())
        except (OSError, ValueError):
            continue  # it has ended meanwhile
    return found


def test_the_answer_is_a_summary_and_no_more(origin: Origin, settings: ClientSettings, http: SiteClient) -> None:
    page(origin, "/story", PLAYER % one("un"))
    origin.answer("/un.m3u8", HLS)
    answer = extract(f"{SITE}/story", http, settings)
    assert "http_headers" not in json.dumps(answer)
    assert answer["has_drm"] is False
