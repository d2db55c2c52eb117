from __future__ import annotations

import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES128
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from ohdio_core.errors import PermanentError, TransientError
from ohdio_core.sources.http import SiteClient
from tests.integration.downloader.faulty_origin import FaultyOrigin, Serving
from tests.integration.downloader.hls import SEGMENTS, WHOLE, Fetcher, playlist, serve_segments
from tests.sites.audio import AudioFactory
from tests.unit.downloader.sound import repacked

KEY = bytes(range(16))


@pytest.fixture
def fetch(client: SiteClient, target: Path) -> Fetcher:
    return Fetcher(client, target)


def encrypted(data: bytes, iv: bytes) -> bytes:
    padder = PKCS7(128).padder()
    encryptor = Cipher(AES128(KEY), CBC(iv)).encryptor()
    return encryptor.update(padder.update(data) + padder.finalize()) + encryptor.finalize()


class TestPlaylists:
    def test_segments_are_joined_in_order(self, fetch: Fetcher, faulty: FaultyOrigin, target: Path) -> None:
        fetched = fetch(serve_segments(faulty))
        assert target.read_bytes() == WHOLE
        assert (fetched.path, fetched.size) == (target, len(WHOLE))
        assert sorted(target.parent.iterdir()) == [target, target.with_name("part.pieces")]

    def test_the_best_audio_of_a_master_playlist_is_taken(
        self, fetch: Fetcher, faulty: FaultyOrigin, target: Path
    ) -> None:
        serve_segments(faulty)
        master = playlist(
            '#EXT-X-STREAM-INF:BANDWIDTH=64000,CODECS="mp4a.40.2"',
            "poor.m3u8",
            '#EXT-X-STREAM-INF:BANDWIDTH=128000,CODECS="mp4a.40.2"',
            "list.m3u8",
            '#EXT-X-STREAM-INF:BANDWIDTH=900000,CODECS="avc1.4d401f,mp4a.40.2",RESOLUTION=640x360',
            "film.m3u8",
            end=False,
        )
        fetch(faulty.serve("/master.m3u8", master))
        assert target.read_bytes() == WHOLE

    def test_the_default_rendition_of_the_best_variant_is_taken(
        self, fetch: Fetcher, faulty: FaultyOrigin, target: Path
    ) -> None:
        serve_segments(faulty)
        master = playlist(
            '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="Commentary",URI="talk.m3u8"',
            '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="Reading",DEFAULT=YES,URI="list.m3u8"',
            '#EXT-X-STREAM-INF:BANDWIDTH=900000,CODECS="avc1.4d401f,mp4a.40.2",AUDIO="sound"',
            "film.m3u8",
            end=False,
        )
        fetch(faulty.serve("/master.m3u8", master))
        assert target.read_bytes() == WHOLE

    def test_byte_ranges_follow_one_another(self, fetch: Fetcher, faulty: FaultyOrigin, target: Path) -> None:
        faulty.serve("/all.ts", Serving(WHOLE))
        lines = ["#EXTINF:4.0,", f"#EXT-X-BYTERANGE:{len(SEGMENTS[0])}@0", "all.ts"]
        for data in SEGMENTS[1:]:
            lines += ["#EXTINF:4.0,", f"#EXT-X-BYTERANGE:{len(data)}", "all.ts"]
        fetch(faulty.serve("/list.m3u8", playlist(*lines)))
        assert target.read_bytes() == WHOLE
        assert faulty.sent() < len(WHOLE) + 2000

    def test_byte_ranges_that_the_server_does_not_know_are_an_error(self, fetch: Fetcher, faulty: FaultyOrigin) -> None:
        faulty.serve("/all.ts", Serving(WHOLE, has_ranges=False))
        url = faulty.serve("/list.m3u8", playlist("#EXTINF:4,", "#EXT-X-BYTERANGE:1000@1000", "all.ts"))
        assert "byte ranges" in str(fetch.expect(PermanentError, url))

    def test_the_initialisation_section_comes_first_and_once(
        self, fetch: Fetcher, faulty: FaultyOrigin, target: Path
    ) -> None:
        faulty.serve("/init.mp4", Serving(b"\0\0\0\x08ftyp"))
        serve_segments(faulty)
        url = faulty.serve(
            "/list.m3u8",
            playlist('#EXT-X-MAP:URI="init.mp4"', "#EXTINF:4,", "0.ts", "#EXT-X-DISCONTINUITY", "#EXTINF:4,", "1.ts"),
        )
        fetch(url)
        assert target.read_bytes() == b"\0\0\0\x08ftyp" + SEGMENTS[0] + SEGMENTS[1]

    @pytest.mark.parametrize(
        ("lines", "sentence"),
        [
            (['#EXT-X-KEY:METHOD=SAMPLE-AES,URI="k"', "#EXTINF:4,", "0.ts"], "protection is never removed"),
            (
                ['#EXT-X-KEY:METHOD=AES-128,URI="k",KEYFORMAT="com.apple.streamingkeydelivery"', "#EXTINF:4,", "0.ts"],
                "protection is never removed",
            ),
            ([], "is empty"),
            (["#EXTINF:4,", "#EXT-X-BYTERANGE:many", "0.ts"], "cannot be read"),
            (["#EXTINF:long,", "0.ts"], "cannot be read"),
        ],
    )
    def test_what_cannot_be_fetched_is_said(
        self, fetch: Fetcher, faulty: FaultyOrigin, lines: list[str], sentence: str
    ) -> None:
        assert sentence in str(fetch.expect(PermanentError, faulty.serve("/list.m3u8", playlist(*lines))))

    def test_a_live_broadcast_is_refused(self, fetch: Fetcher, faulty: FaultyOrigin) -> None:
        url = faulty.serve("/list.m3u8", playlist("#EXTINF:4,", "0.ts", end=False))
        assert "live broadcast" in str(fetch.expect(PermanentError, url))

    def test_a_page_is_no_playlist(self, fetch: Fetcher, faulty: FaultyOrigin) -> None:
        url = faulty.serve("/list.m3u8", Serving(b"<html></html>", content_type="text/html"))
        assert "other than an HLS playlist" in str(fetch.expect(PermanentError, url))

    def test_a_playlist_without_bounds_is_refused(self, fetch: Fetcher, faulty: FaultyOrigin) -> None:
        fetch.expect(PermanentError, faulty.serve("/list.m3u8", playlist("#" * 9_000_000)))

    def test_more_segments_than_a_day_has_seconds_are_refused(self, fetch: Fetcher, faulty: FaultyOrigin) -> None:
        url = faulty.serve("/list.m3u8", playlist(*["#EXTINF:1,\n0.ts"] * 100_001))
        assert "more than 100,000" in str(fetch.expect(PermanentError, url))

    def test_masters_that_lead_to_masters_are_refused(self, fetch: Fetcher, faulty: FaultyOrigin) -> None:
        url = faulty.serve("/loop.m3u8", playlist("#EXT-X-STREAM-INF:BANDWIDTH=1", "loop.m3u8", end=False))
        assert "other playlists only" in str(fetch.expect(PermanentError, url))


class TestEncryption:
    def test_with_an_initialisation_vector(self, fetch: Fetcher, faulty: FaultyOrigin, target: Path) -> None:
        iv = bytes(range(100, 116))
        serve_segments(faulty, [encrypted(data, iv) for data in SEGMENTS])
        faulty.serve("/a.key", Serving(KEY))
        lines = [f'#EXT-X-KEY:METHOD=AES-128,URI="a.key",IV=0x{iv.hex()}']
        for number in range(5):
            lines += ["#EXTINF:4,", f"{number}.ts"]
        fetch(faulty.serve("/list.m3u8", playlist(*lines)))
        assert target.read_bytes() == WHOLE
        assert len(faulty.requests("/a.key")) == 1

    def test_by_the_sequence_number_and_switched_off(self, fetch: Fetcher, faulty: FaultyOrigin, target: Path) -> None:
        serve_segments(faulty, [encrypted(SEGMENTS[0], (7).to_bytes(16, "big")), SEGMENTS[1]])
        faulty.serve("/a.key", Serving(KEY))
        url = faulty.serve(
            "/list.m3u8",
            playlist(
                "#EXT-X-MEDIA-SEQUENCE:7",
                '#EXT-X-KEY:METHOD=AES-128,URI="a.key"',
                "#EXTINF:4,",
                "0.ts",
                "#EXT-X-KEY:METHOD=NONE",
                "#EXTINF:4,",
                "1.ts",
            ),
        )
        fetch(url)
        assert target.read_bytes() == SEGMENTS[0] + SEGMENTS[1]

    def test_with_a_wrong_key_nothing_is_kept(self, fetch: Fetcher, faulty: FaultyOrigin, target: Path) -> None:
        serve_segments(faulty, [encrypted(SEGMENTS[0], bytes(16))])
        faulty.serve("/a.key", Serving(b"x" * 16))
        url = faulty.serve("/list.m3u8", playlist('#EXT-X-KEY:METHOD=AES-128,URI="a.key"', "#EXTINF:4,", "0.ts"))
        assert "cannot be decrypted" in str(fetch.expect(TransientError, url))
        assert target.with_name("part.partial").stat().st_size == 0

    @pytest.mark.parametrize(
        "data",
        [
            "data:text/plain;base64," + base64.b64encode(KEY).decode(),
            "data:;charset=UTF-8;base64," + base64.b64encode(KEY).decode().rstrip("="),
            "data:application/octet-stream," + "".join(f"%{byte:02X}" for byte in KEY),
        ],
        ids=["base64", "base64 without padding", "escaped"],
    )
    def test_with_a_key_in_the_playlist_itself(
        self, fetch: Fetcher, faulty: FaultyOrigin, target: Path, data: str
    ) -> None:
        iv = bytes(range(100, 116))
        serve_segments(faulty, [encrypted(SEGMENTS[0], iv)])
        key = f'#EXT-X-KEY:METHOD=AES-128,URI="{data}",IV=0x{iv.hex()}'
        fetch(faulty.serve("/list.m3u8", playlist(key, "#EXTINF:4,", "0.ts")))
        assert target.read_bytes() == SEGMENTS[0]

    @pytest.mark.parametrize("data", ["data:", "data:;base64,AAAA", "data:;base64,A", "data:,short"])
    def test_with_a_key_in_the_playlist_that_is_none(self, fetch: Fetcher, faulty: FaultyOrigin, data: str) -> None:
        serve_segments(faulty)
        url = faulty.serve("/list.m3u8", playlist(f'#EXT-X-KEY:METHOD=AES-128,URI="{data}"', "#EXTINF:4,", "0.ts"))
        assert "wrong length" in str(fetch.expect(PermanentError, url))

    def test_with_a_key_of_a_wrong_length(self, fetch: Fetcher, faulty: FaultyOrigin) -> None:
        serve_segments(faulty)
        faulty.serve("/a.key", Serving(b"short"))
        url = faulty.serve("/list.m3u8", playlist('#EXT-X-KEY:METHOD=AES-128,URI="a.key"', "#EXTINF:4,", "0.ts"))
        assert "wrong length" in str(fetch.expect(PermanentError, url))


COMMON_ENCRYPTION = {
    "encryption_scheme": "cenc-aes-ctr",
    "encryption_key": "00" * 15 + "03",
    "encryption_kid": "00" * 15 + "04",
}


class TestProtectedFragments:
    @pytest.mark.parametrize(
        ("before", "movflags"),
        [
            (b"", "frag_keyframe+empty_moov"),
            (b"", "disable_chpl"),
            (b"\0\0\0\x10styp" + bytes(8), "frag_keyframe+empty_moov"),
            (b"\0\0\0\x0cpdin" + bytes(4), "frag_keyframe+empty_moov"),
        ],
        ids=["index first", "index at the end", "behind another box", "behind a box of an unknown kind"],
    )
    @pytest.mark.parametrize("place", [0, 1])
    def test_that_bring_their_own_index_are_refused_at_once(
        self, fetch: Fetcher, faulty: FaultyOrigin, audio: AudioFactory, *, before: bytes, movflags: str, place: int
    ) -> None:
        protected = before + repacked(audio.mp4("book", 2), "mp4", {**COMMON_ENCRYPTION, "movflags": movflags})
        plain = repacked(audio.mp4("book", 2), "mp4", {"movflags": "frag_keyframe+empty_moov"})
        segments = [plain, plain, plain, plain]
        segments[place] = protected
        error = fetch.expect(PermanentError, serve_segments(faulty, segments))
        assert "is protected" in str(error)
        assert len(faulty.requests(f"/{2 * place + 1}.ts")) == 0


class TestInitialisationSections:
    def test_without_end_are_refused_before_they_are_kept(
        self, fetch: Fetcher, faulty: FaultyOrigin, target: Path
    ) -> None:
        serve_segments(faulty)
        faulty.serve("/init.mp4", Serving(b"\0\0\0\x08ftyp" * 3_000_000))
        url = faulty.serve("/list.m3u8", playlist('#EXT-X-MAP:URI="init.mp4"', "#EXTINF:4,", "0.ts"))
        assert "initialisation section of more than 8 MB" in str(fetch.expect(PermanentError, url))
        assert target.with_name("part.partial").stat().st_size == 0
        assert len(faulty.requests("/init.mp4")) == 1

    @pytest.mark.parametrize("is_encrypted", [True, False])
    def test_that_come_byte_by_byte_are_known_as_plain_or_not(
        self, fetch: Fetcher, faulty: FaultyOrigin, target: Path, *, is_encrypted: bool
    ) -> None:
        iv, init = bytes(range(100, 116)), b"\0\0\0\x10ftypisom\0\0\0\0"
        serve_segments(faulty, [encrypted(SEGMENTS[0], iv)])
        faulty.serve("/a.key", Serving(KEY))
        faulty.serve("/init.mp4", Serving(encrypted(init, iv) if is_encrypted else init, drip=0.02))
        key = f'#EXT-X-KEY:METHOD=AES-128,URI="a.key",IV=0x{iv.hex()}'
        fetch(faulty.serve("/list.m3u8", playlist(key, '#EXT-X-MAP:URI="init.mp4"', "#EXTINF:4,", "0.ts")))
        assert target.read_bytes() == init + SEGMENTS[0]
