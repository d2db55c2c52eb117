from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from ohdio_core.errors import TransientError
from ohdio_core.sources.http import SiteClient
from tests.fakes.download_control import FakeControl, Stopped
from tests.fixtures.nginx import Nginx
from tests.fixtures.workers import wait_until
from tests.integration.downloader.faulty_origin import FaultyOrigin, Serving
from tests.integration.downloader.http_fetch import CUT, DATA, Fetcher, kept

OTHER = b"ID3\x04\x00\x00\x00\x00\x00\x00" + random.Random("other").randbytes(700_000)


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


@pytest.fixture
def fetch(client: SiteClient, target: Path) -> Fetcher:
    return Fetcher(client, target)


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
