"""What people are shown and can do while the server of the library's bucket takes long, or does not answer."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePosixPath

import psycopg
import pytest

from ohdio_api.audiobooks.service import AudiobookService
from ohdio_api.health.report import HealthReporter
from ohdio_api.queue.service import QueueService
from ohdio_core.composition.chosen_library import library_of, require_library
from ohdio_core.composition.library import library_now
from ohdio_core.domain.book_form import BookForm
from ohdio_core.domain.owner import OwnerId
from ohdio_core.errors import Postponed
from ohdio_core.library.bucket import library as bucket_library
from ohdio_core.library.bucket.address import BucketAddress
from ohdio_core.library.bucket.library import BucketLibrary
from ohdio_core.library.folder import FolderLibrary
from ohdio_core.library.known import record_library
from ohdio_core.library_settings import LibrarySettings
from ohdio_core.live_settings import SettingsNow
from ohdio_core.sources.registry import SourceRegistry
from ohdio_core.work.timing import Timing
from tests.fixtures.api import Api
from tests.fixtures.object_store import KEY_ID, SECRET
from tests.fixtures.silent_server import SilentServer, silent_server
from tests.integration.api.test_converting import filed_as


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


def test_a_worker_that_looks_for_many_books_does_not_wait_for_each(server: SilentServer) -> None:
    library = BucketLibrary(BucketAddress("books", "", server.url, None, KEY_ID, SECRET))
    assert all(library.may_hold(str(number), OwnerId("ohdio:7")) for number in range(30))
    assert server.connections() <= 2


def test_a_start_goes_on_and_expects_the_library_that_the_database_knows(
    api: Api, server: SilentServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket_library, "_PATIENCE_AT_START", 0.2)
    settings = LibrarySettings.model_validate(
        {
            "LIBRARY_URL": "s3://books",
            "AWS_ENDPOINT_URL": server.url,
            "AWS_ACCESS_KEY_ID": KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET,
        }
    )
    with api.engine.database.unit_of_work() as work:
        record_library(work, library_of(settings))
    require_library(settings)
    library = library_now(api.engine.database, SettingsNow(settings))
    assert server.connections() <= 2  # no request was sent a second time
    assert "the server cannot be reached" in str(library.problem())
    assert isinstance(library, BucketLibrary)
    assert library._mark.must_be_there


class SlowLibrary(FolderLibrary):
    """A library that takes longer to say whether it has a book than a transaction may rest."""

    postgres: str

    def may_hold(self, library_path: str, owner_id: OwnerId) -> bool:
        with psycopg.connect(self.postgres) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
                "AND application_name = 'ohdio-test' AND state = 'idle in transaction'"
            )
        return super().may_hold(library_path, owner_id)


def test_a_book_is_edited_and_converted_however_long_it_takes_to_look_for_its_files(api: Api) -> None:
    (item,) = api.engine.items(1)
    book = filed_as(api, item, "1.mp3")
    library = SlowLibrary(api.library_dir)
    library.postgres = api.engine.url.replace("postgresql+psycopg:", "postgresql:")
    books = AudiobookService(api.engine.database, SourceRegistry(), library)
    converting = books.convert(book, BookForm.M4B).conversion
    assert converting is not None
    assert converting.state == "waiting"
    assert books.edit(book, {"title": "The Lamp"}, revision=books.get(book).revision).title == "The Lamp"
