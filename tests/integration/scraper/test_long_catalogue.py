"""Long listings: how fast their books become ready, and what reading them costs in memory; real processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks import long_catalogue
from tests.benchmarks.discovery import Installation, services, standalone
from tests.fixtures.effort import Pace

COUNT = 500
_SLOWEST = 60.0  # books a second of a quiet machine, far below what the benchmark gives
_MOST_GROWTH = 20e6  # bytes


def assert_ready_soon(installation: Installation, url: str) -> None:
    with Pace() as pace:
        figure = installation.discover(url, COUNT)
    (scan,) = installation.api.get("/api/v1/scrapes").json()["items"]
    assert (scan["status"], scan["found"], scan["new"]) == ("completed", COUNT, COUNT)
    assert figure.wall < pace.stretched(COUNT / _SLOWEST)


@pytest.mark.full
def test_books_that_their_listing_describes_are_ready_soon(tmp_path: Path, database_url: str, vhost_url: str) -> None:
    with (
        long_catalogue.offered(COUNT) as environment,
        services(tmp_path, environment, database_url, vhost_url) as installation,
    ):
        assert_ready_soon(installation, long_catalogue.LISTED)


def test_books_that_take_a_request_each_are_ready_soon(tmp_path: Path, database_url: str) -> None:
    with (
        long_catalogue.offered(COUNT) as environment,
        standalone(tmp_path, environment, database_url) as installation,
    ):
        assert_ready_soon(installation, long_catalogue.ASKED)


@pytest.mark.full
@pytest.mark.timeout(300)
def test_the_scraper_does_not_grow_while_it_reads_a_very_long_feed(
    tmp_path: Path, database_url: str, vhost_url: str
) -> None:
    count = 100_000
    with (
        long_catalogue.offered(count) as environment,
        services(tmp_path, environment, database_url, vhost_url, ["ohdio_scraper.worker"]) as installation,
    ):
        figure = installation.scan(long_catalogue.LISTED, count)
    assert figure.growth < _MOST_GROWTH
