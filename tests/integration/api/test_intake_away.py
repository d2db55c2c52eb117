"""Links that come at once while the database says nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy.exc import OperationalError

from ohdio_api.submissions.books import BookIntake
from ohdio_api.submissions.recognition import WantedAs, recognise
from ohdio_core.db.session import Database, make_engine
from ohdio_core.library.folder import FolderLibrary
from ohdio_core.schemas.submissions import Wishes
from ohdio_core.sources.registry import SourceRegistry
from tests.fixtures.silent_server import silent_server
from tests.fixtures.workers import wait_until

_REQUESTS = 8


def test_wait_for_it_once_whether_alone_or_together(tmp_path: Path) -> None:
    links = [
        recognise(SourceRegistry(), f"https://librivox.org/the-lamp-{number}-by-ann-whitfield/", WantedAs.BOOKS)
        for number in range(_REQUESTS)
    ]
    with silent_server() as server, ThreadPoolExecutor(_REQUESTS) as pool:
        url = server.url.replace("http:", "postgresql:") + "/ohdio"
        database = Database(make_engine(url, application="test", pool_size=2 * _REQUESTS))
        intake = BookIntake(database, FolderLibrary(tmp_path))
        waits = [
            pool.submit(intake.add, {(link.target.source, link.target.external_id): link}, Wishes(), uuid4())
            for link in links
        ]
        wait_until(lambda: server.connections() > 1, 30, "the first has begun, and one beside it, with the others")

        def are_sent_away() -> bool:
            server.close()
            return all(each.done() for each in waits)

        wait_until(are_sent_away, 60, "all are answered")
        for each in waits:
            with pytest.raises(OperationalError):
                each.result()
        assert server.connections() <= _REQUESTS
        database.close()
