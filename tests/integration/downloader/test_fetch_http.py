from __future__ import annotations

import hashlib
import random
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from ohdio_core.domain.audiobook import Media, MediaKind
from ohdio_core.errors import NotFound, OhdioError, PermanentError, Postponed, Throttled, TransientError
from ohdio_core.sources.http import SiteClient
from ohdio_downloader.fetch.http import fetch_http
from ohdio_downloader.fetch.protocol import Fetched, FetchLimits
from ohdio_downloader.fetch.refusal import AccessRefused
from tests.fakes.download_control import FakeControl, Stopped
from tests.fixtures.nginx import Nginx
from tests.fixtures.workers import wait_until
from tests.integration.downloader.faulty_origin import FaultyOrigin, Serving

#: Begins as an MP3 does; fetching does not look further.
DATA = b"ID3\x04\x00\x00\x00\x00\x00\x00" + random.Random("fetch").randbytes(700_000)
OTHER = b"ID3\x04\x00\x00\x00\x00\x00\x00" + random.Random("other").randbytes(700_000)
CUT = 300_000


_CHECKOUT = Path(__file__).parents[3]

_FETCH_ALONE = """
import pathlib, sys
from ohdio_core.domain.audiobook import Media, MediaKind
from ohdio_core.sources.http import HttpClientFactory, ClientSettings
from ohdio_downloader.fetch.http import fetch_http
from ohdio_downloader.fetch.protocol import FetchLimits
from tests.fakes.download_control import FakeControl

client = HttpClientFactory(ClientSettings(allow_private_addresses=True)).site("tests")
media = Media(sys.argv[1], MediaKind.HTTP)
fetch_http(media, pathlib.Path(sys.argv[2]), client, FakeControl(), FetchLimits())
"""


class Fetcher:
    def __init__(self, client: SiteClient, target: Path) -> None:
        self._client = client
        self._target = target

    def __call__(
        self,
        url: str,
        *,
        control: FakeControl | None = None,
        stall: float = 30,
        floor: int = 0,
        size: int | None = None,
        checksum: tuple[str, str] | None = None,
    ) -> Fetched:
        media = Media(
            url, MediaKind.HTTP, headers={"X-Test": "1"}, size=size, is_size_exact=size is not None, checksum=checksum
        )
        limits = FetchLimits(stall=timedelta(seconds=stall), free_space_floor=floor)
        return fetch_http(media, self._target, self._client, control or FakeControl(), limits)

    def expect(self, error: type[OhdioError], url: str, **options: object) -> OhdioError:
        with pytest.raises(error) as caught:
            self(url, **options)  # type: ignore[arg-type]  # the options above, by name
        assert not self._target.exists()
        return caught.value


@pytest.fixture
def fetch(client: SiteClient, target: Path) -> Fetcher:
    return Fetcher(client, target)


def kept(target: Path) -> int:
    """How many bytes wait for the next run."""
    return target.with_name("part.partial").stat().st_size


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


class TestResume:
    def test_after_a_cut_fetches_only_what_is_missing(self, fetch: Fetcher, faulty: FaultyOrigin, target: Path) -> None:
        whole = Serving(DATA)
        url = faulty.serve("/a", whole.but(cut_after=CUT), whole)
        fetch.expect(TransientError, url)
        assert kept(target) == CUT
        fetch(url)
        assert target.read_bytes() == DATA
        assert faulty.sent() == len(DATA)
        assert (faulty.seen[1].range, faulty.seen[1].if_range) == (f"bytes={CUT}-", '"one"')

    def test_after_a_stop_fetches_only_what_is_missing(
        self, fetch: Fetcher, nginx: Nginx, control: FakeControl, target: Path
    ) -> None:
        url = nginx.put("slow/stopped.mp3", DATA)
        control.stop_at = 100_000
        with pytest.raises(Stopped):
            fetch(url, control=control)
        had = kept(target)
        fetch(url)
        assert target.read_bytes() == DATA
        assert (206, len(DATA) - had) in nginx.served("slow/stopped.mp3", requests=2)

    def test_after_a_kill_fetches_only_what_is_missing(self, fetch: Fetcher, nginx: Nginx, target: Path) -> None:
        url = nginx.put("slow/killed.mp3", DATA)
        victim = subprocess.Popen([sys.executable, "-c", _FETCH_ALONE, url, str(target)], cwd=_CHECKOUT)
        wait_until(
            lambda: target.with_name("part.partial").exists() and kept(target) >= 100_000, 20, "a part of it has come"
        )
        assert victim.poll() is None
        victim.kill()
        victim.wait()
        had = kept(target)
        fetch(url)
        assert target.read_bytes() == DATA
        assert (206, len(DATA) - had) in nginx.served("slow/killed.mp3", requests=2)

    def test_ignores_a_new_signature(self, fetch: Fetcher, faulty: FaultyOrigin) -> None:
        whole = Serving(DATA)
        url = faulty.serve("/a", whole.but(cut_after=CUT), whole)
        fetch.expect(TransientError, f"{url}?token=1")
        fetch(f"{url}?token=2")
        assert faulty.sent() == len(DATA)

    def test_by_date_where_there_is_no_etag(self, fetch: Fetcher, faulty: FaultyOrigin) -> None:
        whole = Serving(DATA, etag=None, last_modified="Mon, 02 Jan 2023 10:00:00 GMT")
        url = faulty.serve("/a", whole.but(cut_after=CUT), whole)
        fetch.expect(TransientError, url)
        fetch(url)
        assert faulty.sent() == len(DATA)
        assert faulty.seen[1].if_range == "Mon, 02 Jan 2023 10:00:00 GMT"

    def test_a_weak_etag_is_no_validator(self, fetch: Fetcher, faulty: FaultyOrigin) -> None:
        whole = Serving(DATA, etag='W/"one"')
        url = faulty.serve("/a", whole.but(cut_after=CUT), whole)
        fetch.expect(TransientError, url)
        fetch(url)
        assert faulty.seen[1].if_range is None

    def test_without_validators_compares_the_last_bytes(
        self, fetch: Fetcher, faulty: FaultyOrigin, target: Path
    ) -> None:
        whole = Serving(DATA, etag=None)
        url = faulty.serve("/a", whole.but(cut_after=CUT), whole)
        fetch.expect(TransientError, url)
        fetch(url)
        assert target.read_bytes() == DATA
        assert faulty.sent() == len(DATA) + 64 * 1024

    def test_without_validators_notices_another_file(self, fetch: Fetcher, faulty: FaultyOrigin, target: Path) -> None:
        url = faulty.serve("/a", Serving(DATA, etag=None, cut_after=CUT), Serving(OTHER, etag=None))
        fetch.expect(TransientError, url)
        fetch(url)
        assert target.read_bytes() == OTHER

    def test_starts_again_when_the_etag_changed(self, fetch: Fetcher, faulty: FaultyOrigin, target: Path) -> None:
        url = faulty.serve("/a", Serving(DATA, cut_after=CUT), Serving(OTHER, etag='"two"'))
        fetch.expect(TransientError, url)
        fetch(url)
        assert target.read_bytes() == OTHER
        assert len(faulty.seen) == 2

    def test_starts_again_when_the_server_ignores_if_range(
        self, fetch: Fetcher, faulty: FaultyOrigin, target: Path
    ) -> None:
        # The changed file is sent as a 206 although If-Range names the old one.
        liar = Serving(OTHER, etag='"one"', headers={"Last-Modified": "Tue, 03 Jan 2023 10:00:00 GMT"})
        first = Serving(DATA, last_modified="Mon, 02 Jan 2023 10:00:00 GMT", cut_after=CUT)
        url = faulty.serve("/a", first, liar)
        fetch.expect(TransientError, url)
        fetch(url)
        assert target.read_bytes() == OTHER

    def test_starts_again_when_the_size_changed(self, fetch: Fetcher, faulty: FaultyOrigin, target: Path) -> None:
        url = faulty.serve("/a", Serving(DATA, cut_after=CUT), Serving(OTHER + b"more"))
        fetch.expect(TransientError, url)
        fetch(url)
        assert target.read_bytes() == OTHER + b"more"

    def test_starts_again_where_ranges_are_not_known(self, fetch: Fetcher, faulty: FaultyOrigin, target: Path) -> None:
        whole = Serving(DATA, has_ranges=False)
        url = faulty.serve("/a", whole.but(cut_after=CUT), whole)
        fetch.expect(TransientError, url)
        fetch(url)
        assert target.read_bytes() == DATA
        assert [seen.sent for seen in faulty.seen] == [CUT, len(DATA)]

    @pytest.mark.parametrize("shift", [-1, 1])
    def test_starts_again_on_a_wrong_content_range(
        self, fetch: Fetcher, faulty: FaultyOrigin, target: Path, shift: int
    ) -> None:
        whole = Serving(DATA)
        url = faulty.serve("/a", whole.but(cut_after=CUT), whole.but(range_shift=shift), whole)
        fetch.expect(TransientError, url)
        fetch(url)
        assert target.read_bytes() == DATA
        assert faulty.seen[2].range is None

    def test_starts_again_on_416(self, fetch: Fetcher, faulty: FaultyOrigin, target: Path) -> None:
        whole = Serving(DATA)
        url = faulty.serve("/a", whole.but(cut_after=CUT), whole.but(is_416=True), whole)
        fetch.expect(TransientError, url)
        fetch(url)
        assert target.read_bytes() == DATA

    def test_accepts_416_for_a_file_that_is_whole(self, fetch: Fetcher, faulty: FaultyOrigin, target: Path) -> None:
        # The first answer names no length, so only the server can say that nothing is missing.
        whole = Serving(DATA)
        url = faulty.serve("/a", whole.but(has_length=False, cut_after=len(DATA)), whole)
        target.with_name("part.partial").write_bytes(DATA)
        target.with_name("part.state").write_text(
            f'{{"resource": "{url}", "etag": "\\"one\\"", "last_modified": null, "total": null, "content_type": null}}'
        )
        faulty.serve("/a", whole)
        fetch(url)
        assert target.read_bytes() == DATA
        assert faulty.sent() == 0

    def test_asks_nobody_when_all_bytes_are_there(self, fetch: Fetcher, faulty: FaultyOrigin, target: Path) -> None:
        whole = Serving(DATA)
        url = faulty.serve("/a", whole.but(cut_after=CUT), whole)
        fetch.expect(TransientError, url)
        target.with_name("part.partial").write_bytes(DATA)
        fetch(url)
        assert len(faulty.seen) == 1

    def test_trusts_the_size_of_the_file_alone(self, fetch: Fetcher, faulty: FaultyOrigin, target: Path) -> None:
        whole = Serving(DATA)
        url = faulty.serve("/a", whole.but(cut_after=CUT), whole)
        fetch.expect(TransientError, url)
        with target.with_name("part.partial").open("r+b") as file:
            file.truncate(CUT // 2)
        fetch(url)
        assert target.read_bytes() == DATA
        assert faulty.seen[1].range == f"bytes={CUT // 2}-"

    def test_does_not_trust_a_file_without_its_state(self, fetch: Fetcher, faulty: FaultyOrigin, target: Path) -> None:
        target.with_name("part.partial").write_bytes(OTHER[:CUT])
        fetch(faulty.serve("/a", Serving(DATA)))
        assert target.read_bytes() == DATA

    def test_of_another_address_starts_again(self, fetch: Fetcher, faulty: FaultyOrigin, target: Path) -> None:
        fetch.expect(TransientError, faulty.serve("/a", Serving(DATA, cut_after=CUT)))
        fetch(faulty.serve("/b", Serving(OTHER)))
        assert target.read_bytes() == OTHER
        assert faulty.seen[1].range is None

    def test_of_a_file_that_changes_forever_ends_in_a_sentence(self, fetch: Fetcher, faulty: FaultyOrigin) -> None:
        url = faulty.serve("/a", Serving(DATA, cut_after=CUT), Serving(status=206, data=DATA, range_shift=1))
        fetch.expect(TransientError, url)
        error = fetch.expect(TransientError, url)
        assert "a piece of the audio file where the whole was asked for" in str(error)


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
