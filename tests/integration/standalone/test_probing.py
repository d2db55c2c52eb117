"""What a link is taken for, and what sound is there, by its first bytes."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from ohdio.probing import Findings, Medium, probe
from ohdio_core.errors import PermanentError
from ohdio_core.sources.http import ClientSettings, HttpClientFactory
from ohdio_core.sources.registry import SourceRegistry
from tests.fixtures.command import Command
from tests.integration.sources.origin import Origin, scripted_origin, send
from tests.sites.audio import AudioFactory, HlsVariant
from tests.sites.catalogue import Catalogue, MediaForm, invent_book
from tests.sites.client import SimOrigin
from tests.unit.downloader.sound import encoded, repacked
from tests.unit.sources.ohdio.answers import validation
from tests.unit.sources.rss.documents import item, rss

FILE = "https://stories.example/tale.mp3"
PROTECTED = {
    "encryption_scheme": "cenc-aes-ctr",
    "encryption_key": "00" * 15 + "01",
    "encryption_kid": "00" * 15 + "02",
}


@pytest.fixture(scope="module")
def audio(tmp_path_factory: pytest.TempPathFactory) -> AudioFactory:
    return AudioFactory(tmp_path_factory.mktemp("recordings"))


@pytest.fixture
def site() -> Iterator[Origin]:
    with scripted_origin() as running:
        yield running


@pytest.fixture
def clients(site: Origin) -> Iterator[HttpClientFactory]:
    hosts = ("stories.example", "services.radio-canada.ca", "rcavmedias-download.akamaized.net")
    factory = HttpClientFactory(ClientSettings(host_overrides=dict.fromkeys(hosts, site.url)))
    yield factory
    factory.close()


def by_ranges(body: bytes, sent: list[int] | None = None) -> Callable[[BaseHTTPRequestHandler], None]:
    """Answer as a media server does; what was asked for of it is noted in ``sent``."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", handler.headers.get("Range", ""))
        if asked is None:
            send(handler, body)
            return
        first = int(asked[1])
        piece = body[first : int(asked[2]) + 1 if asked[2] else None]
        if sent is not None:
            sent.append(len(piece))
        fields = {"Content-Range": f"bytes {first}-{first + len(piece) - 1}/{len(body)}", "Content-Type": "audio/mpeg"}
        send(handler, piece, 206, fields)

    return reply


def found(link: str, clients: HttpClientFactory, seconds: float = 30.0) -> Findings:
    return probe(link, SourceRegistry(), clients, seconds=seconds)


def medium(link: str, clients: HttpClientFactory) -> Medium:
    """The medium behind a link that can be read."""
    findings = found(link, clients)
    assert findings.error is None
    assert findings.medium is not None
    return findings.medium


class TestAFile:
    def test_is_judged_by_its_first_bytes(self, site: Origin, clients: HttpClientFactory, audio: AudioFactory) -> None:
        body, sent = audio.mp3("tale", 600), list[int]()
        site.answers["/tale.mp3"] = by_ranges(body, sent)
        told = medium(FILE, clients)
        assert (told.kind, told.container, told.codec) == ("http", "mp3", "mp3")
        assert (told.sample_rate, told.channels, told.bit_rate) == (32_000, 1, 64_000)
        assert told.duration_seconds == pytest.approx(600, abs=1)
        assert told.is_duration_estimated
        assert (told.size, told.has_length, told.has_ranges) == (len(body), True, True)
        assert told.is_protected is False
        assert sum(sent) < len(body) / 4
        assert [seen for seen in site.requests if "range" not in seen.headers and seen.path == "/tale.mp3"] == []

    def test_with_its_index_at_the_end_tells_its_length(
        self, site: Origin, clients: HttpClientFactory, audio: AudioFactory
    ) -> None:
        body, sent = repacked(audio.mp4("tale", 600), "mp4"), list[int]()
        assert body.index(b"moov") > len(body) / 2
        site.answers["/tale.m4a"] = by_ranges(body, sent)
        told = medium("https://stories.example/tale.m4a", clients)
        assert (told.codec, told.is_duration_estimated) == ("aac", False)
        assert told.duration_seconds == pytest.approx(600, abs=1)
        assert sum(sent) < len(body) / 2

    def test_behind_a_large_picture_is_found(
        self, site: Origin, clients: HttpClientFactory, audio: AudioFactory
    ) -> None:
        picture = b"APIC" + (900_000).to_bytes(4, "big") + b"\0\0\0image/jpeg\0\3\0" + b"\x55" * (900_000 - 14)
        size = len(picture)
        tag = b"ID3\3\0\0" + bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0)) + picture
        site.answers["/tale.mp3"] = by_ranges(tag + audio.mp3("tale", 30))
        assert medium(FILE, clients).codec == "mp3"

    def test_of_a_site_without_pieces_and_lengths_is_still_sound(
        self, site: Origin, clients: HttpClientFactory, audio: AudioFactory
    ) -> None:
        def reply(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            handler.send_header("Connection", "close")
            handler.end_headers()
            handler.wfile.write(encoded(audio.mp3("tale", 10), "libopus", "ogg"))

        site.answers["/tale.mp3"] = reply
        told = medium(FILE, clients)
        assert (told.codec, told.size, told.has_length, told.has_ranges) == ("opus", None, False, False)

    def test_that_is_protected_is_said_to_be(
        self, site: Origin, clients: HttpClientFactory, audio: AudioFactory
    ) -> None:
        site.answers["/tale.m4a"] = by_ranges(repacked(audio.mp4("tale", 20), "mp4", PROTECTED))
        told = found("https://stories.example/tale.m4a", clients)
        assert told.medium is not None
        assert told.medium.is_protected
        assert "stories.example is protected (DRM)" in str(told.error)

    def test_that_is_a_page_or_nothing_or_noise_is_no_sound(self, site: Origin, clients: HttpClientFactory) -> None:
        for body, why in (
            (b"<!doctype html><p>Log in", "sent a web page or a message instead of audio"),
            (b"", "sends an empty file"),
            (bytes(range(256)) * 40, "Of what stories.example sends, it is no audio that can be read."),
        ):
            site.answer("/tale.mp3", body)
            assert why in str(found(FILE, clients).error)

    def test_is_not_waited_for_without_end(self, site: Origin, clients: HttpClientFactory) -> None:
        is_over = threading.Event()
        site.answers["/tale.mp3"] = lambda _: (is_over.wait(60), None)[1]
        try:
            told = found(FILE, clients, seconds=0.3)
        finally:
            is_over.set()
        assert str(told.error) == "The site did not tell all within 0.3 seconds."


class TestAPlaylist:
    @pytest.mark.parametrize("variant", HlsVariant)
    def test_is_told_of_with_its_first_segment(
        self, site: Origin, clients: HttpClientFactory, audio: AudioFactory, variant: HlsVariant
    ) -> None:
        files = audio.hls("tale", 22, variant)
        for name, body in files.files.items():
            site.answers[f"/hls/{name}"] = by_ranges(body)
        told = medium(f"https://stories.example/hls/{files.master}", clients)
        assert (told.kind, told.codec, told.sample_rate, told.segments) == ("hls", "aac", 32_000, 6)
        assert told.duration_seconds == pytest.approx(22, abs=0.2)
        assert told.bit_rate is not None
        assert 30_000 < told.bit_rate < 100_000
        assert told.encryption == ("AES-128" if variant is HlsVariant.AES_128 else None)
        assert len([seen for seen in site.requests if seen.path.endswith((".ts", "1.m4s"))]) <= 2

    def test_behind_the_name_of_a_file_is_known(
        self, site: Origin, clients: HttpClientFactory, audio: AudioFactory
    ) -> None:
        files = audio.hls("tale", 8, HlsVariant.PLAIN).files
        for name, body in files.items():
            site.answers[f"/{name}"] = by_ranges(body)
        site.answers["/tale.mp3"] = by_ranges(files["audio.m3u8"])
        assert medium(FILE, clients).kind == "hls"

    def test_that_is_protected_is_said_to_be(self, site: Origin, clients: HttpClientFactory) -> None:
        key = 'METHOD=SAMPLE-AES,URI="skd://7",KEYFORMAT="com.apple.streamingkeydelivery"'
        site.answer("/a.m3u8", f"#EXTM3U\n#EXT-X-KEY:{key}\n#EXTINF:4,\n1.ts\n#EXT-X-ENDLIST\n".encode())
        told = found("https://stories.example/a.m3u8", clients)
        assert told.medium is not None
        assert told.medium.is_protected
        assert "FairPlay" in str(told.error)


class TestALink:
    def test_of_a_feed_is_a_listing_whose_first_book_is_looked_at(
        self, site: Origin, clients: HttpClientFactory
    ) -> None:
        site.answer("/feed.xml", rss(item(1), item(2)))
        told = found("https://stories.example/feed.xml", clients)
        assert (told.kind, told.source, told.url) == ("category", "rss", "https://stories.example/feed.xml")
        assert told.listing is not None
        assert (told.listing.title, told.listing.books, told.listing.is_whole) == ("Le phare", 2, True)
        assert told.book is not None
        assert (told.book.title, len(told.book.parts)) == ("Récit 1", 1)
        assert told.medium is not None  # where its sound would be, which is on another host
        assert told.error is not None

    def test_that_is_none_is_refused(self, clients: HttpClientFactory) -> None:
        with pytest.raises(PermanentError):
            found("the lighthouse", clients)

    def test_shows_no_secret_of_an_address(self, site: Origin, clients: HttpClientFactory, audio: AudioFactory) -> None:
        site.answers["/tale.mp3"] = by_ranges(audio.mp3("tale", 5))
        assert medium(f"{FILE}?token=hush", clients).address == FILE


class TestTheNumberOfARecording:
    def test_leads_to_what_it_is(self, site: Origin, clients: HttpClientFactory, audio: AudioFactory) -> None:
        site.answer("/media/validation/v2/", validation("https://rcavmedias-download.akamaized.net/mp4/a/b.mp4"))
        site.answers["/mp4/a/b.mp4"] = by_ranges(audio.mp4("tale", 12))
        told = found(" 8765432 ", clients)
        assert (told.kind, told.source, told.external_id, told.error) == ("medium", "ohdio", "8765432", None)
        assert told.medium is not None
        assert (told.medium.codec, told.book) == ("aac", None)

    def test_that_there_is_none_of_is_a_sentence(self, clients: HttpClientFactory) -> None:
        told = found("8765432", clients)
        assert told.medium is None
        assert "404 Not Found" in str(told.error)


class TestTheCommand:
    def test_tells_of_a_book_its_parts_and_its_sound_without_a_running_ohdio(
        self, new_ohdio: Command, origin: SimOrigin
    ) -> None:
        book = invent_book(4711, parts=3, seconds=8, form=MediaForm.HLS)
        origin.offer(Catalogue(books=(book,)))
        done = new_ohdio.run("probe", f"https://ici.radio-canada.ca/ohdio{book.path}")
        assert done.returncode == 0
        assert book.title in done.stdout
        facts = dict(re.findall(r"^  (\w[\w ]*?)  +(\S.*)$", done.stdout, re.MULTILINE))
        assert (facts["taken for"], facts["id"], facts["protected"]) == ("a book", "4711", "no")
        assert "3 parts" in done.stdout
        assert facts["codec"] == "aac, 32 kHz, mono"
        assert facts["kind"].startswith("an HLS playlist of ")
        assert not new_ohdio.library.exists()
        assert not new_ohdio.data.exists()

    def test_prints_json_of_a_medium(self, ohdio: Command, origin: SimOrigin) -> None:
        book = invent_book(4711, parts=1, seconds=8)
        origin.offer(Catalogue(books=(book,)))
        done = ohdio.run("probe", book.parts[0].media_id, "--json")
        told = json.loads(done.stdout)
        assert (done.returncode, told["kind"], told["error"]) == (0, "medium", None)
        assert told["medium"]["codec"] == "mp3"

    def test_ends_with_1_for_what_cannot_be_read_and_with_2_for_what_is_no_link(self, ohdio: Command) -> None:
        gone = ohdio.run("probe", "https://ici.radio-canada.ca/ohdio/livres-audio/9/perdue")
        assert (gone.returncode, "taken for  a book" in gone.stdout) == (1, True)
        assert gone.stderr
        refused = ohdio.run("probe", "https://open.spotify.com/show/4")
        assert (refused.returncode, refused.stdout) == (2, "")
        assert "ohdio never removes protection" in refused.stderr
