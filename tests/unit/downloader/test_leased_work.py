"""What the log tells of work beside the downloads that fails: a line where something is away, else where it failed."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from structlog.testing import capture_logs

from ohdio_core.db.session import Database, make_engine
from ohdio_downloader.leased_work import LeasedWork
from tests.fixtures.workers import wait_until

_FAILED = "it failed, and is tried again"


class Failing(LeasedWork):
    """Fails each time."""

    error: Exception

    def step(self) -> bool:
        raise self.error


@pytest.mark.parametrize(
    ("error", "is_mistake"),
    [
        (OperationalError("SELECT", {}, Exception("it does not answer")), False),
        (PoolExhausted("all connections are in use"), False),
        (ProgrammingError("SELEKT", {}, Exception("syntax error")), True),
    ],
    ids=["away", "busy", "mistake"],
)
def test_that_fails(tmp_path: Path, error: Exception, is_mistake: bool) -> None:
    database = Database(make_engine("postgresql://ohdio@127.0.0.1:1/ohdio", application="test"))
    with capture_logs() as lines:
        failing = Failing(database, tmp_path, "testing")
        failing.error = error
        failing.start()
        wait_until(lambda: lines, 30, "it is told")
        failing.end()
    (first, *_) = lines
    assert (first["event"], first["doing"]) == (_FAILED, "testing")
    assert (first["log_level"], "exc_info" in first) == (("error", True) if is_mistake else ("warning", False))
