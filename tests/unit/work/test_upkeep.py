"""What the log tells of tidying up: when it begins to fail and how, in a line where something is only away."""

from __future__ import annotations

import errno
import os
import threading
from datetime import timedelta

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from ohdio_core.errors import Postponed
from ohdio_core.sentences import sentence
from ohdio_core.work.upkeep import Upkeep

_AWAY = Postponed(sentence("test.away", "The bucket s3://books does not answer."))
_STALE = OSError(errno.ESTALE, os.strerror(errno.ESTALE), "/library/.ohdio")
_FAILED = "tidying up failed; it is tried again later"


def told(ends: list[Exception | None]) -> list[EventDict]:
    """Return what the log tells while a chore ends so, one time after the other."""
    is_over, left = threading.Event(), iter(ends)

    def chore() -> None:
        try:
            end = next(left)
        except StopIteration:
            is_over.set()
            return
        if end is not None:
            raise end

    with capture_logs() as lines:
        upkeep = Upkeep(chore, every=timedelta(0))
        upkeep.start()
        assert is_over.wait(60)
        upkeep.end()
    return lines


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (_AWAY, "The bucket s3://books does not answer."),
        (_STALE, "/library/.ohdio: Stale file handle"),
    ],
    ids=["bucket", "share"],
)
def test_what_is_away_is_named_in_one_line_once(error: Exception, reason: str) -> None:
    failed, works = told([error, error, None])
    assert failed == {"event": _FAILED, "reason": reason, "log_level": "warning"}
    assert works["event"] == "tidying up works again"


def test_what_nobody_expected_has_its_traceback_though_something_was_away_before() -> None:
    mistake = KeyError("kept")
    away, unexpected, _ = told([_AWAY, mistake, mistake, None])
    assert "exc_info" not in away
    assert unexpected["exc_info"] is mistake
