from __future__ import annotations

import hashlib
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from ohdio_core.errors import NotFound, PermanentError, Postponed, Throttled, TransientError
from ohdio_core.sources.http import SiteClient
from ohdio_downloader.fetch.refusal import AccessRefused
from tests.fakes.download_control import FakeControl, Stopped
from tests.fixtures.nginx import Nginx
from tests.integration.downloader.faulty_origin import FaultyOrigin, Serving
from tests.integration.downloader.http_fetch import CUT, DATA, Fetcher, kept


@pytest.fixture
def fetch(client: SiteClient, target: Path) -> Fetcher:
    return Fetcher(client, target)


class TestWholeFile:
    def test_arrives_as_it_is(self, fetch: Fetcher, nginx: Nginx, target: Path) -> None:
        fetched = fetch(nginx.put("whole.mp3", DATA))
        assert target.read_bytes() == DATA
        assert (fetched.path, fetched.size, fetched.content_type) == (target, len(DATA), "audio/mpeg")

    def test_leaves_nothing_else_behind(self, fetch: Fetcher, nginx: Nginx, target: Path) -> None:
        fetch(nginx.put("alone.mp3", DATA))
        assert list(target.parent.iterdir()) == [target]

    def test_reports_progress_up_to_the_end(self, fetch: Fetcher, nginx: Nginx, control: FakeControl) -> None:
        fetch(nginx.put("progress.mp3", DATA), control=control)
        done = [done for done, _ in control.progress]
        assert done == sorted(done)
        assert control.progress[-1] == (len(DATA), len(DATA))

    def test_of_unknown_length_is_taken_to_the_end(self, fetch: Fetcher, faulty: FaultyOrigin, target: Path) -> None:
        fetch(faulty.serve("/a", Serving(DATA, has_length=False)))
        assert target.read_bytes() == DATA

    def test_with_the_promised_checksum_is_accepted(self, fetch: Fetcher, faulty: FaultyOrigin, target: Path) -> None:
        digest = hashlib.md5(DATA, usedforsecurity=False).hexdigest()
        fetch(faulty.serve("/a", Serving(DATA)), checksum=("md5", digest.upper()))
        assert target.read_bytes() == DATA

    def test_with_another_checksum_is_thrown_away(self, fetch: Fetcher, faulty: FaultyOrigin, target: Path) -> None:
        error = fetch.expect(TransientError, faulty.serve("/a", Serving(DATA)), checksum=("sha1", "0" * 40))
        assert "sha1 checksum is wrong" in str(error)
        assert kept(target) == 0

    def test_of_another_size_than_promised_is_refused(self, fetch: Fetcher, faulty: FaultyOrigin) -> None:
        error = fetch.expect(TransientError, faulty.serve("/a", Serving(DATA)), size=len(DATA) + 1)
        assert "promised" in str(error)

    def test_without_a_length_that_ends_too_early_is_not_complete(
        self, fetch: Fetcher, faulty: FaultyOrigin, target: Path
    ) -> None:
        fetch.expect(TransientError, faulty.serve("/a", Serving(DATA[:CUT], has_length=False)), size=len(DATA))
        assert kept(target) == CUT

    def test_longer_than_promised_is_thrown_away(self, fetch: Fetcher, faulty: FaultyOrigin, target: Path) -> None:
        url = faulty.serve("/a", Serving(DATA, has_length=False))
        assert "sent more than" in str(fetch.expect(TransientError, url, size=len(DATA) - 1))
        assert kept(target) == 0

    def test_ends_where_its_length_says(self, fetch: Fetcher, faulty: FaultyOrigin, target: Path) -> None:
        fetch(faulty.serve("/a", Serving(DATA, extra=b"and something that nobody asked for")))
        assert target.read_bytes() == DATA


class TestRefusals:
    @pytest.mark.parametrize("status", [404, 410])
    def test_gone(self, fetch: Fetcher, faulty: FaultyOrigin, status: int) -> None:
        fetch.expect(NotFound, faulty.serve("/a", Serving(status=status)))

    @pytest.mark.parametrize("status", [401, 403])
    def test_forbidden(self, fetch: Fetcher, faulty: FaultyOrigin, status: int) -> None:
        error = fetch.expect(AccessRefused, faulty.serve("/a", Serving(status=status)))
        assert "may have expired" in str(error)

    def test_too_many_requests_costs_no_attempt(self, fetch: Fetcher, faulty: FaultyOrigin) -> None:
        error = fetch.expect(Throttled, faulty.serve("/a", Serving(status=429, headers={"Retry-After": "17"})))
        assert isinstance(error, Throttled)
        assert error.retry_after == timedelta(seconds=17)

    @pytest.mark.parametrize("status", [500, 502, 503, 504])
    def test_trouble_on_the_site_is_tried_again(self, fetch: Fetcher, faulty: FaultyOrigin, status: int) -> None:
        error = fetch.expect(TransientError, faulty.serve("/a", Serving(status=status, headers={"Retry-After": "3"})))
        assert isinstance(error, TransientError)
        assert not isinstance(error, Postponed)
        assert error.retry_after == timedelta(seconds=3)

    @pytest.mark.parametrize("status", [204, 400, 418])
    def test_other_statuses_are_permanent(self, fetch: Fetcher, faulty: FaultyOrigin, status: int) -> None:
        fetch.expect(PermanentError, faulty.serve("/a", Serving(status=status)))

    @pytest.mark.parametrize(
        ("body", "content_type"),
        [
            (b"<!DOCTYPE html><html><body>Please sign in</body></html>", "text/html"),
            (b"\n\n <html>" + b"x" * 5000, "audio/mpeg"),
            (b'{"error": "expired"}', "application/json"),
            (b"\xef\xbb\xbf<?xml version='1.0'?><Error/>", "application/octet-stream"),
            (b"Sorry, this recording is not here.", "text/plain; charset=utf-8"),
        ],
    )
    def test_a_page_instead_of_audio(
        self, fetch: Fetcher, faulty: FaultyOrigin, target: Path, body: bytes, content_type: str
    ) -> None:
        error = fetch.expect(PermanentError, faulty.serve("/a", Serving(body, content_type=content_type)))
        assert "instead of audio" in str(error)
        assert kept(target) == 0

    def test_audio_with_a_wrong_content_type_is_audio(self, fetch: Fetcher, faulty: FaultyOrigin, target: Path) -> None:
        fetch(faulty.serve("/a", Serving(DATA, content_type="text/plain")))
        assert target.read_bytes() == DATA

    def test_an_empty_file(self, fetch: Fetcher, faulty: FaultyOrigin) -> None:
        assert "empty file" in str(fetch.expect(TransientError, faulty.serve("/a", Serving(b""))))

    def test_a_broadcast_without_an_end_is_not_even_read(self, fetch: Fetcher, faulty: FaultyOrigin) -> None:
        station = Serving(DATA, headers={"icy-name": "Radio Phare"}, has_length=False)
        assert "a live broadcast that never ends" in str(fetch.expect(PermanentError, faulty.serve("/a", station)))

    def test_but_a_file_from_a_station_s_server_is_fetched(
        self, fetch: Fetcher, faulty: FaultyOrigin, target: Path
    ) -> None:
        fetch(faulty.serve("/a", Serving(DATA, headers={"icy-name": "Radio Phare"})))
        assert target.read_bytes() == DATA

    def test_a_secret_in_the_address_stays_out_of_the_sentence(self, fetch: Fetcher, faulty: FaultyOrigin) -> None:
        url = faulty.serve("/a", Serving(DATA, cut_after=CUT))
        assert "hush" not in str(fetch.expect(TransientError, f"{url}?token=hush"))


class TestStalls:
    @pytest.mark.timeout(60)
    def test_silence(self, fetch: Fetcher, faulty: FaultyOrigin, target: Path) -> None:
        url = faulty.serve("/a", Serving(DATA, is_silent_after=CUT))
        error = fetch.expect(TransientError, url, stall=0.3)
        assert "stopped sending" in str(error)
        assert kept(target) == CUT

    @pytest.mark.timeout(60)
    def test_a_slow_drip(self, fetch: Fetcher, faulty: FaultyOrigin) -> None:
        url = faulty.serve("/a", Serving(DATA, drip=0.02))
        assert "stopped sending" in str(fetch.expect(TransientError, url, stall=0.5))

    def test_a_slow_but_steady_file_is_not_stalled(self, fetch: Fetcher, nginx: Nginx, target: Path) -> None:
        fetch(nginx.put("slow/steady.mp3", DATA), stall=1)
        assert target.read_bytes() == DATA

    def test_a_stop_ends_a_silent_read(self, fetch: Fetcher, faulty: FaultyOrigin, control: FakeControl) -> None:
        url = faulty.serve("/a", Serving(DATA, is_silent_after=CUT))
        threading.Timer(0.3, control.stop).start()
        with pytest.raises(Stopped):  # long before the silence itself would be an error
            fetch(url, control=control, stall=60)


class TestFreeSpace:
    def test_too_little_for_the_file_and_the_reserve(self, fetch: Fetcher, faulty: FaultyOrigin, target: Path) -> None:
        error = fetch.expect(Postponed, faulty.serve("/a", Serving(DATA)), floor=1 << 60)
        assert "WORK_DIR" in str(error)
        assert "MIN_DISK_SPACE_MB" in str(error)
        assert str(target.parent) not in str(error)
        assert "are free" in str(error)

    def test_is_asked_before_the_first_byte_is_kept(self, fetch: Fetcher, faulty: FaultyOrigin, target: Path) -> None:
        fetch.expect(Postponed, faulty.serve("/a", Serving(DATA)), floor=1 << 60)
        assert kept(target) == 0
