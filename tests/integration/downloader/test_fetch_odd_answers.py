"""Answers in shapes that nobody asked for, whose bytes are sound all the same."""

from __future__ import annotations

import gzip
import random
import zlib
from datetime import timedelta
from pathlib import Path

import brotli
import pytest

from ohdio_core.domain.audiobook import Media, MediaKind
from ohdio_core.errors import OhdioError, PermanentError, TransientError
from ohdio_core.sources.http import SiteClient
from ohdio_downloader.fetch.media import fetch as fetch_medium
from ohdio_downloader.fetch.protocol import Fetched, FetchLimits, Proof
from ohdio_downloader.fetch.refusal import AccessRefused, is_playlist
from tests.fakes.download_control import FakeControl
from tests.integration.downloader.faulty_origin import FaultyOrigin, Serving

DATA = b"ID3\x04\x00\x00\x00\x00\x00\x00" + random.Random("odd").randbytes(400_000)
CUT = 150_000
SEGMENTS = [b"G" + random.Random(f"piece {number}").randbytes(30_000) for number in range(4)]


def deflated(data: bytes, window: int) -> bytes:
    packer = zlib.compressobj(wbits=window)
    return packer.compress(data) + packer.flush()


PACKED = {
    "gzip": gzip.compress(DATA),
    "x-gzip": gzip.compress(DATA[:1000]) + gzip.compress(DATA[1000:]) + bytes(100),
    "deflate": deflated(DATA, zlib.MAX_WBITS),
    "Deflate": deflated(DATA, -zlib.MAX_WBITS),
    "br": brotli.compress(DATA, quality=1),
    "gzip, br": brotli.compress(gzip.compress(DATA), quality=1),
    "gzip, gzip": gzip.compress(DATA),
    "aws-chunked,gzip": gzip.compress(DATA),
}


class Fetcher:
    def __init__(self, client: SiteClient, target: Path) -> None:
        self._client = client
        self._target = target

    def __call__(self, url: str) -> Fetched:
        limits = FetchLimits(stall=timedelta(seconds=30))
        return fetch_medium(Media(url, MediaKind.HTTP), self._target, self._client, FakeControl(), limits)

    def expect(self, error: type[OhdioError], url: str) -> str:
        with pytest.raises(error) as caught:
            self(url)
        assert not self._target.exists()
        return str(caught.value)


@pytest.fixture
def fetch(client: SiteClient, target: Path) -> Fetcher:
    return Fetcher(client, target)


def packed(coding: str, body: bytes | None = None) -> Serving:
    return Serving(PACKED[coding] if body is None else body, headers={"Content-Encoding": coding})


class TestCompressed:
    @pytest.mark.parametrize("coding", PACKED)
    def test_it_is_undone(self, fetch: Fetcher, faulty: FaultyOrigin, target: Path, coding: str) -> None:
        fetched = fetch(faulty.serve("/a.mp3", packed(coding)))
        assert target.read_bytes() == DATA
        assert (fetched.size, fetched.proof) == (len(DATA), Proof.LENGTH)

    @pytest.mark.parametrize(
        "word", ["aws-chunked", "UTF-8", "binary", "none", "identity", "8bit", "", "gzip", "br", "deflate", "zstd"]
    )
    def test_a_word_that_the_bytes_do_not_bear_out_is_ignored(
        self, fetch: Fetcher, faulty: FaultyOrigin, target: Path, word: str
    ) -> None:
        fetch(faulty.serve("/a.mp3", packed(word, DATA)))
        assert target.read_bytes() == DATA

    def test_plain_sound_under_a_word_that_is_none_goes_on_where_it_stopped(
        self, fetch: Fetcher, faulty: FaultyOrigin, target: Path
    ) -> None:
        whole = packed("aws-chunked", DATA)
        url = faulty.serve("/a.mp3", whole.but(cut_after=CUT), whole)
        fetch.expect(TransientError, url)
        fetch(url)
        assert target.read_bytes() == DATA
        assert faulty.sent() == len(DATA)

    @pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
    def test_what_was_cut_starts_again_as_no_range_of_it_is_one_of_the_sound(
        self, fetch: Fetcher, faulty: FaultyOrigin, target: Path, coding: str
    ) -> None:
        url = faulty.serve("/a.mp3", packed(coding).but(cut_after=CUT), packed(coding))
        fetch.expect(TransientError, url)
        fetch(url)
        assert target.read_bytes() == DATA
        assert [seen.range for seen in faulty.seen] == [None, None]

    def test_a_file_that_is_compressed_from_now_on_starts_again(
        self, fetch: Fetcher, faulty: FaultyOrigin, target: Path
    ) -> None:
        url = faulty.serve("/a.mp3", Serving(DATA, cut_after=CUT), packed("gzip").but(etag='"one"'))
        fetch.expect(TransientError, url)
        fetch(url)
        assert target.read_bytes() == DATA

    def test_the_end_of_what_is_compressed_must_come(self, fetch: Fetcher, faulty: FaultyOrigin) -> None:
        url = faulty.serve("/a.mp3", packed("gzip", PACKED["gzip"][:-5]))
        assert "in the middle" in fetch.expect(TransientError, url)

    @pytest.mark.parametrize("pack", [gzip.compress, brotli.compress])
    def test_what_would_fill_the_disk_is_refused_and_not_kept(
        self, fetch: Fetcher, faulty: FaultyOrigin, target: Path, pack: object
    ) -> None:
        assert callable(pack)
        coding = "br" if pack is brotli.compress else "gzip"
        url = faulty.serve("/a.mp3", packed(coding, pack(bytes(100 * 1024 * 1024))))
        assert "100-fold" in fetch.expect(PermanentError, url)
        assert target.with_name("part.partial").stat().st_size == 0

    def test_what_cannot_be_undone_is_named(self, fetch: Fetcher, faulty: FaultyOrigin) -> None:
        url = faulty.serve("/a.mp3", packed("zstd", b"\x28\xb5\x2f\xfd" + DATA))
        assert "zstd" in fetch.expect(PermanentError, url)


class TestUnaskedRanges:
    def test_all_of_the_file_is_the_file(self, fetch: Fetcher, faulty: FaultyOrigin, target: Path) -> None:
        fetched = fetch(faulty.serve("/a.mp3", Serving(DATA, status=206)))
        assert target.read_bytes() == DATA
        assert fetched.proof is Proof.LENGTH

    def test_it_is_where_a_piece_was_asked_for_too(self, fetch: Fetcher, faulty: FaultyOrigin, target: Path) -> None:
        always = Serving(DATA, status=206)
        url = faulty.serve("/a.mp3", always.but(cut_after=CUT), always)
        fetch.expect(TransientError, url)
        fetch(url)
        assert target.read_bytes() == DATA
        assert len(faulty.seen) == 2

    def test_a_piece_is_not(self, fetch: Fetcher, faulty: FaultyOrigin) -> None:
        url = faulty.serve("/a.mp3", Serving(DATA, status=206, range_shift=1))
        assert "a piece of the audio file" in fetch.expect(TransientError, url)


class TestPlaylists:
    def serve(self, faulty: FaultyOrigin, content_type: str, begin: str = "", *, broken: int | None = None) -> str:
        lines = [f"{begin}#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:3"]
        for number, data in enumerate(SEGMENTS):
            segment = Serving(data, content_type="video/mp2t")
            plan = (segment.but(status=503),) * 3 if number == broken else ()
            faulty.serve(f"/hidden/{number}.ts", *plan, segment)
            lines += ["#EXTINF:3.0,", f"{number}.ts"]
        body = "\n".join([*lines, "#EXT-X-ENDLIST", ""]).encode()
        return faulty.serve("/hidden/talk.mp3", Serving(body, content_type=content_type))

    @pytest.mark.parametrize("content_type", ["audio/mpeg", "application/vnd.apple.mpegurl", "text/plain"])
    def test_one_behind_the_name_or_type_of_a_file_is_read_as_one(
        self, fetch: Fetcher, faulty: FaultyOrigin, target: Path, content_type: str
    ) -> None:
        fetch(self.serve(faulty, content_type))
        assert target.read_bytes() == b"".join(SEGMENTS)
        assert target.with_name("part.pieces").exists()  # so it is joined and measured as a playlist is
        assert not list(target.parent.glob("*.partial"))

    def test_what_came_of_it_is_not_fetched_again(self, fetch: Fetcher, faulty: FaultyOrigin, target: Path) -> None:
        url = self.serve(faulty, "audio/mpeg", broken=2)
        fetch.expect(TransientError, url)
        fetch(url)
        assert target.read_bytes() == b"".join(SEGMENTS)
        assert [len(faulty.requests(f"/hidden/{number}.ts")) for number in range(3)] == [1, 1, 4]

    def test_what_is_left_of_one_says_nothing_of_the_plain_file_that_stands_there_next(
        self, fetch: Fetcher, faulty: FaultyOrigin, target: Path
    ) -> None:
        fetch(self.serve(faulty, "audio/mpeg"))
        target.rename(target.with_name("part.partial"))  # as a kill leaves it between the last two steps
        fetch(faulty.serve("/hidden/talk.mp3", Serving(DATA)))
        assert target.read_bytes() == DATA
        assert [path.name for path in target.parent.iterdir()] == ["part"]

    def test_a_compressed_one_is_read_too(self, fetch: Fetcher, faulty: FaultyOrigin, target: Path) -> None:
        url = self.serve(faulty, "audio/mpeg")
        lines = "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n0.ts\n#EXT-X-ENDLIST\n"
        faulty.serve("/hidden/talk.mp3", packed("gzip", gzip.compress(lines.encode())))
        fetch(url)
        assert target.read_bytes() == SEGMENTS[0]

    @pytest.mark.parametrize(
        ("head", "expected"),
        [
            (b"#EXTM3U\n", True),
            (b"\xef\xbb\xbf#EXTM3U\r\n#EXTINF:1,", True),
            (b"\n# made by hand\n\n  #EXTM3U\n", True),
            (b"#EXTM3UX\n", False),
            (b"# only a comment\n#EXTINF:1,\n", False),
            (b"ID3\x04 #EXTM3U", False),
            (b"\n" * 511, False),
        ],
    )
    def test_one_is_known_by_its_first_tag(self, head: bytes, expected: bool) -> None:
        assert is_playlist(head) is expected


def test_a_refusal_names_what_a_person_can_set(fetch: Fetcher, faulty: FaultyOrigin) -> None:
    assert "OHDIO_USER_AGENT" in fetch.expect(AccessRefused, faulty.serve("/a.mp3", Serving(status=403)))
    assert "OHDIO_USER_AGENT" not in fetch.expect(AccessRefused, faulty.serve("/a.mp3", Serving(status=401)))
