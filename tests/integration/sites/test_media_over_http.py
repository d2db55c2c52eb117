"""Media files as clients see them; where curl knows better, curl is asked."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.integration.sites.conftest import Fetch
from tests.sites import hosts
from tests.sites.catalogue import invent_category
from tests.sites.client import SimOrigin
from tests.sites.faults import Fault
from tests.sites.media import media_path

CATALOGUE = invent_category(1)
BOOK = CATALOGUE.books[0]
PATH = media_path(BOOK, 0)


@pytest.fixture(autouse=True)
def on_offer(origin: SimOrigin) -> None:
    origin.offer(CATALOGUE)


@pytest.fixture
def whole(fetch: Fetch) -> bytes:
    return fetch(hosts.DOWNLOADS, PATH).content


def curl(origin: SimOrigin, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = ["curl", "--silent", "--show-error", "--max-time", "10", "--header", f"Host: {hosts.DOWNLOADS}"]
    return subprocess.run([*command, *arguments, origin.url + PATH], capture_output=True, check=False)


def test_a_whole_file_says_how_it_can_be_asked_for_again(fetch: Fetch) -> None:
    response = fetch(hosts.DOWNLOADS, PATH)

    assert response.status_code == 200
    assert int(response.headers["Content-Length"]) == len(response.content)
    assert response.headers["Accept-Ranges"] == "bytes"
    assert response.headers["Content-Type"] == "audio/mpeg"
    assert {"etag", "last-modified"} <= response.headers.keys()


def test_head_gives_the_headers_of_get_without_a_body(origin: SimOrigin, whole: bytes) -> None:
    head = curl(origin, "--head").stdout.decode().lower()
    get = curl(origin, "--dump-header", "-", "--output", "/dev/null").stdout.decode().lower()

    assert head == get
    assert f"content-length: {len(whole)}" in head


@pytest.mark.parametrize("asked", ["0-0", "100-199", "60000-", "-500"])
def test_curl_gets_the_range_that_it_asks_for(origin: SimOrigin, whole: bytes, asked: str) -> None:
    first, last = asked.split("-")
    expected = whole[int(first) : int(last) + 1 if last else None] if first else whole[-int(last) :]

    assert curl(origin, "--range", asked).stdout == expected


def test_a_range_names_its_place_in_the_file(fetch: Fetch, whole: bytes) -> None:
    response = fetch(hosts.DOWNLOADS, PATH, {"Range": "bytes=100-199"})

    assert response.status_code == 206
    assert response.headers["Content-Range"] == f"bytes 100-199/{len(whole)}"
    assert response.content == whole[100:200]


def test_a_range_after_the_end_is_refused_with_the_size(fetch: Fetch, whole: bytes) -> None:
    response = fetch(hosts.DOWNLOADS, PATH, {"Range": f"bytes={len(whole)}-"})

    assert response.status_code == 416
    assert response.headers["Content-Range"] == f"bytes */{len(whole)}"


@pytest.mark.parametrize("validator", ["ETag", "Last-Modified"])
def test_if_range_with_the_same_version_gives_the_rest(fetch: Fetch, validator: str) -> None:
    known = fetch(hosts.DOWNLOADS, PATH).headers[validator]

    assert fetch(hosts.DOWNLOADS, PATH, {"Range": "bytes=100-", "If-Range": known}).status_code == 206


@pytest.mark.parametrize("validator", ['"another"', "Mon, 01 Jan 2024 00:00:00 GMT"])
def test_if_range_with_another_version_gives_the_whole_file(fetch: Fetch, whole: bytes, validator: str) -> None:
    response = fetch(hosts.DOWNLOADS, PATH, {"Range": "bytes=100-", "If-Range": validator})

    assert (response.status_code, response.content) == (200, whole)


def test_curl_continues_a_file_that_was_cut(origin: SimOrigin, whole: bytes, tmp_path: Path) -> None:
    origin.fail(BOOK, Fault.cut(20_000, times=1))
    target = str(tmp_path / "book.mp3")

    first = curl(origin, "--output", target)
    second = curl(origin, "--output", target, "--continue-at", "-")

    assert (first.returncode, second.returncode) == (18, 0)  # 18: a partial file
    assert (tmp_path / "book.mp3").read_bytes() == whole
    assert [exchange.bytes for exchange in origin.exchanges()[-2:]] == [20_000, len(whole) - 20_000]


def test_a_medium_that_does_not_exist_is_404(fetch: Fetch) -> None:
    assert fetch(hosts.DOWNLOADS, "/mp3/00000000-0000-0000-0000-000000000000/x.mp3").status_code == 404
