from __future__ import annotations

import gzip
from datetime import timedelta
from pathlib import Path

import pytest

from ohdio_core.errors import NotFound, PermanentError, Postponed, Throttled, TransientError
from ohdio_core.sources.http import SiteClient
from tests.fakes.download_control import FakeControl, Stopped
from tests.fixtures.nginx import Nginx
from tests.integration.downloader.faulty_origin import FaultyOrigin, Serving
from tests.integration.downloader.hls import SEGMENTS, WHOLE, Fetcher, serve_segments
from tests.sites.audio import AudioFactory, HlsVariant


@pytest.fixture
def fetch(client: SiteClient, target: Path) -> Fetcher:
    return Fetcher(client, target)


class TestFaults:
    def test_a_cut_segment_is_fetched_again_at_once(self, fetch: Fetcher, faulty: FaultyOrigin, target: Path) -> None:
        url = serve_segments(faulty)
        whole = Serving(SEGMENTS[2])
        faulty.serve("/2.ts", whole.but(cut_after=100), whole.but(status=503), whole)
        fetch(url)
        assert target.read_bytes() == WHOLE

    def test_a_segment_that_keeps_failing_is_waited_out(
        self, fetch: Fetcher, faulty: FaultyOrigin, target: Path
    ) -> None:
        url = serve_segments(faulty)
        faulty.serve("/2.ts", Serving(status=500))
        fetch.expect(TransientError, url)
        assert len(faulty.requests("/2.ts")) == 3
        assert target.with_name("part.partial").read_bytes() == SEGMENTS[0] + SEGMENTS[1]

    def test_a_resume_fetches_no_segment_before_the_missing_one(
        self, fetch: Fetcher, faulty: FaultyOrigin, target: Path
    ) -> None:
        url = serve_segments(faulty)
        faulty.serve("/2.ts", Serving(status=500))
        fetch.expect(TransientError, url)
        serve_segments(faulty, query="?signed=again")
        fetch(url)
        assert target.read_bytes() == WHOLE
        assert [len(faulty.requests(f"/{number}.ts")) for number in range(3)] == [1, 1, 4]

    def test_a_changed_playlist_starts_again(self, fetch: Fetcher, faulty: FaultyOrigin, target: Path) -> None:
        url = serve_segments(faulty)
        faulty.serve("/2.ts", Serving(status=500))
        fetch.expect(TransientError, url)
        serve_segments(faulty, SEGMENTS[::-1][:4])
        fetch(url)
        assert target.read_bytes() == b"".join(SEGMENTS[::-1][:4])

    def test_a_file_shorter_than_the_journal_says_is_believed(
        self, fetch: Fetcher, faulty: FaultyOrigin, target: Path
    ) -> None:
        url = serve_segments(faulty)
        faulty.serve("/3.ts", Serving(status=500))
        fetch.expect(TransientError, url)
        with target.with_name("part.partial").open("r+b") as file:
            file.truncate(len(SEGMENTS[0]) + 5)
        serve_segments(faulty)
        fetch(url)
        assert target.read_bytes() == WHOLE
        assert len(faulty.requests("/0.ts")) == 1

    def test_a_missing_segment_is_gone_for_good(self, fetch: Fetcher, faulty: FaultyOrigin) -> None:
        url = serve_segments(faulty)
        faulty.serve("/2.ts", Serving(status=404))
        fetch.expect(NotFound, url)
        assert len(faulty.requests("/2.ts")) == 1

    def test_a_site_that_asks_to_slow_down_is_not_asked_again(self, fetch: Fetcher, faulty: FaultyOrigin) -> None:
        url = serve_segments(faulty)
        faulty.serve("/2.ts", Serving(status=429, headers={"Retry-After": "9"}))
        error = fetch.expect(Throttled, url)
        assert isinstance(error, Throttled)
        assert error.retry_after == timedelta(seconds=9)
        assert len(faulty.requests("/2.ts")) == 1

    def test_a_page_instead_of_a_segment(self, fetch: Fetcher, faulty: FaultyOrigin, target: Path) -> None:
        url = serve_segments(faulty)
        faulty.serve("/1.ts", Serving(b"<html>Expired</html>", content_type="text/html"))
        fetch.expect(PermanentError, url)
        assert target.with_name("part.partial").read_bytes() == SEGMENTS[0]

    def test_an_empty_segment(self, fetch: Fetcher, faulty: FaultyOrigin) -> None:
        url = serve_segments(faulty)
        faulty.serve("/1.ts", Serving(b""))
        assert "empty segment" in str(fetch.expect(TransientError, url))

    def test_a_compressed_segment_is_undone(self, fetch: Fetcher, faulty: FaultyOrigin, target: Path) -> None:
        url = serve_segments(faulty)
        faulty.serve("/1.ts", Serving(gzip.compress(SEGMENTS[1]), headers={"Content-Encoding": "gzip"}))
        faulty.serve("/2.ts", Serving(SEGMENTS[2], headers={"Content-Encoding": "binary"}))
        fetch(url)
        assert target.read_bytes() == WHOLE

    def test_a_segment_that_cannot_be_decompressed(self, fetch: Fetcher, faulty: FaultyOrigin) -> None:
        url = serve_segments(faulty)
        faulty.serve("/1.ts", Serving(SEGMENTS[1], headers={"Content-Encoding": "zstd"}))
        assert "zstd" in str(fetch.expect(PermanentError, url))

    @pytest.mark.timeout(60)
    def test_a_silent_segment(self, fetch: Fetcher, faulty: FaultyOrigin) -> None:
        url = serve_segments(faulty)
        faulty.serve("/1.ts", Serving(SEGMENTS[1], is_silent_after=10))
        assert "stopped sending" in str(fetch.expect(TransientError, url, stall=0.2))

    def test_a_stop_keeps_whole_segments(
        self, fetch: Fetcher, faulty: FaultyOrigin, control: FakeControl, target: Path
    ) -> None:
        url = serve_segments(faulty)
        control.stop_at = len(SEGMENTS[0] + SEGMENTS[1])
        with pytest.raises(Stopped):
            fetch(url, control=control)
        assert target.with_name("part.partial").read_bytes() == SEGMENTS[0] + SEGMENTS[1]

    def test_a_full_disk(self, fetch: Fetcher, faulty: FaultyOrigin) -> None:
        assert "free space" in str(fetch.expect(Postponed, serve_segments(faulty), floor=1 << 60))

    def test_progress_guesses_the_whole_from_what_came(
        self, fetch: Fetcher, faulty: FaultyOrigin, control: FakeControl
    ) -> None:
        fetch(serve_segments(faulty), control=control)
        assert control.progress[0] == (len(SEGMENTS[0]), len(WHOLE))
        assert control.progress[-1] == (len(WHOLE), len(WHOLE))


@pytest.mark.parametrize("variant", HlsVariant)
def test_real_streams_from_a_real_server(
    fetch: Fetcher, nginx: Nginx, audio: AudioFactory, target: Path, variant: HlsVariant
) -> None:
    made = audio.hls("stream", 14, variant)
    for name, data in made.files.items():
        nginx.put(f"{variant}/{name}", data)
    fetch(f"{nginx.url}/{variant}/{made.master}")
    plain = [data for name, data in sorted(made.files.items()) if name.endswith((".ts", ".m4s"))]
    expected = b"".join([data for name, data in made.files.items() if name.endswith(".mp4")] + plain)
    if variant is HlsVariant.AES_128:
        assert len(expected) - 16 * len(plain) <= target.stat().st_size < len(expected)
    else:
        assert target.read_bytes() == expected
