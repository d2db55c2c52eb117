"""The segments of one playlist, several at once."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ohdio_core.errors import Throttled, TransientError
from ohdio_core.sources.http import SiteClient
from tests.fakes.download_control import FakeControl, Stopped
from tests.fixtures.workers import wait_until
from tests.integration.downloader.faulty_origin import FaultyOrigin, Serving
from tests.integration.downloader.hls import Fetcher, serve_segments
from tests.integration.downloader.playlists import Tone
from tests.integration.downloader.shelf import Shelf

SEGMENTS = [random.Random(number).randbytes(20_000) for number in range(12)]
#: More than may wait in memory for those before it.
LARGE = random.Random("large").randbytes(3 * 1024**2)


@pytest.fixture
def fetch(client: SiteClient, target: Path) -> Fetcher:
    return Fetcher(client, target)


def are_asked_for(faulty: FaultyOrigin, *numbers: int) -> bool:
    return all(faulty.requests(f"/{number}.ts") for number in numbers)


def test_four_are_fetched_at_once_and_joined_in_their_order(fetch: Fetcher, faulty: FaultyOrigin, target: Path) -> None:
    url = serve_segments(faulty, SEGMENTS)
    opened = threading.Event()
    faulty.serve("/5.ts", Serving(SEGMENTS[5], gate=opened))
    with ThreadPoolExecutor(1) as pool:
        fetching = pool.submit(fetch, url)
        try:
            wait_until(lambda: are_asked_for(faulty, 5, 6, 7, 8), within=30, what="four segments to be asked for")
            assert not are_asked_for(faulty, 9)
        finally:
            opened.set()
        fetching.result()
    assert target.read_bytes() == b"".join(SEGMENTS)
    assert all(len(faulty.requests(f"/{number}.ts")) == 1 for number in range(12))


def test_one_that_is_larger_than_what_may_wait_comes_whole_however_slow_those_before_it(
    fetch: Fetcher, faulty: FaultyOrigin, target: Path
) -> None:
    segments = [SEGMENTS[0], SEGMENTS[1], LARGE, LARGE[::-1]]
    url = serve_segments(faulty, segments)
    faulty.serve("/1.ts", Serving(SEGMENTS[1], drip=0.1, piece=1_000))
    fetch(url, stall=0.5)
    assert target.read_bytes() == b"".join(segments)
    assert [len(faulty.requests(f"/{number}.ts")) for number in range(4)] == [1, 1, 1, 1]


def test_a_stop_ends_all_of_them(fetch: Fetcher, faulty: FaultyOrigin, control: FakeControl, target: Path) -> None:
    url = serve_segments(faulty, SEGMENTS)
    for number in (4, 5, 6):
        faulty.serve(f"/{number}.ts", Serving(SEGMENTS[number], is_silent_after=10_000))
    with ThreadPoolExecutor(1) as pool:
        fetching = pool.submit(fetch, url, control=control)
        wait_until(lambda: are_asked_for(faulty, 4, 5, 6), within=30, what="the silent ones to be asked for")
        control.stop()
        with pytest.raises(Stopped):
            fetching.result()
        assert not [each for each in threading.enumerate() if each.name.startswith("segments")]
    assert target.with_name("part.partial").read_bytes() == b"".join(SEGMENTS[:4])


def test_none_after_one_that_cannot_be_had_begins(fetch: Fetcher, faulty: FaultyOrigin, target: Path) -> None:
    url = serve_segments(faulty, SEGMENTS)
    opened = threading.Event()
    faulty.serve("/4.ts", Serving(SEGMENTS[4], gate=opened))
    faulty.serve("/6.ts", Serving(status=500))
    with ThreadPoolExecutor(1) as pool:
        fetching = pool.submit(fetch.expect, TransientError, url)
        try:
            wait_until(lambda: len(faulty.requests("/6.ts")) == 3, within=30, what="the sixth to be given up")
        finally:
            opened.set()
        fetching.result()
    assert target.with_name("part.partial").read_bytes() == b"".join(SEGMENTS[:6])
    assert not are_asked_for(faulty, 9)


def test_a_site_that_asks_for_fewer_requests_is_asked_one_by_one_from_then_on(shelf: Shelf, tmp_path: Path) -> None:
    url = shelf.serve(*(Tone(pitch, is_marked=False) for pitch in range(300, 1200, 100)))
    origin, opened = shelf.origin, threading.Event()
    whole = origin.serving("/1/2")
    origin.serve("/1/2", Serving(status=429), whole)
    with pytest.raises(Throttled):
        shelf.collect(url, tmp_path)
    origin.serve("/1/4", origin.serving("/1/4").but(gate=opened))
    asked = len(origin.requests("/1/5"))
    with ThreadPoolExecutor(1) as pool:
        collecting = pool.submit(shelf.collect, url, tmp_path)
        try:
            wait_until(lambda: origin.requests("/1/4"), within=30, what="the fourth to be asked for")
            assert len(origin.requests("/1/5")) == asked
        finally:
            opened.set()
        assert collecting.result().exists()
