"""What people are shown while the server of the library's bucket takes connections, and does not answer."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePosixPath

import pytest

from ohdio_api.health.report import HealthReporter
from ohdio_api.queue.service import QueueService
from ohdio_core.domain.owner import OwnerId
from ohdio_core.errors import Postponed
from ohdio_core.library.bucket.address import BucketAddress
from ohdio_core.library.bucket.library import BucketLibrary
from ohdio_core.work.timing import Timing
from tests.fixtures.api import Api
from tests.fixtures.object_store import KEY_ID, SECRET
from tests.fixtures.silent_server import SilentServer, silent_server


@pytest.fixture
def server() -> Iterator[SilentServer]:
    with silent_server() as server:
        yield server


@pytest.fixture
def library(server: SilentServer) -> BucketLibrary:
    return BucketLibrary(BucketAddress("books", "", server.url, None, KEY_ID, SECRET), is_prompt=True)


def test_what_needs_the_database_only_asks_no_bucket(api: Api, server: SilentServer, library: BucketLibrary) -> None:
    assert QueueService(api.engine.database, library, Timing()).stats().disk_free_bytes is None
    assert server.connections() == 0


def test_every_page_says_so_and_waits_for_no_answer(api: Api, server: SilentServer, library: BucketLibrary) -> None:
    health = HealthReporter(api.engine.database, library, Timing(), lambda: False)
    for _ in range(30):
        said = health.report().library_problem
        assert said is not None
        assert "the server cannot be reached" in said
    # One look was under way all the time, perhaps two on a slow machine.
    assert server.connections() <= 2


def test_many_who_want_a_cover_do_not_wait_each(server: SilentServer, library: BucketLibrary) -> None:
    def ask(number: int) -> str:
        with pytest.raises(Postponed) as refused:
            library.cover(PurePosixPath(str(number)), OwnerId("ohdio:7"))
        return str(refused.value)

    with ThreadPoolExecutor(60) as pool:
        said = set(pool.map(ask, range(60)))
    assert len(said) == 1
    assert "s3://books cannot be used: the server cannot be reached" in said.pop()
    assert server.connections() <= 2
