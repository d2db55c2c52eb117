"""Looks at a bucket that are made beside."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from ohdio_core.errors import Postponed
from ohdio_core.library.bucket import latest_look
from ohdio_core.library.bucket.latest_look import LatestLook
from ohdio_core.sentences import Sentence
from tests.fixtures.workers import wait_until

SILENT, WRONG = (Postponed(Sentence(f"test.{name}", name, {})) for name in ("silent", "wrong"))


class Server:
    """A server that answers, or does not, as a test says."""

    def __init__(self) -> None:
        self.answers = threading.Event()
        self.problem: Postponed | None = None
        self.asked = 0
        self.answers.set()

    def ask(self) -> None:
        self.asked += 1
        self.answers.wait()
        if self.problem is not None:
            raise self.problem


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(latest_look, "_PATIENCE", 0.2)
    server = Server()
    yield server
    server.answers.set()


def test_what_was_seen_a_moment_ago_is_not_asked_for_again(server: Server) -> None:
    server.problem = WRONG
    look = LatestLook(server.ask, lambda: SILENT)
    assert [look.problem() for _ in range(9)] == [WRONG] * 9
    assert server.asked == 1


def test_a_server_that_does_not_answer_is_asked_once_by_all_and_found_again(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(latest_look, "_CURRENT", 0.0)
    look = LatestLook(server.ask, lambda: SILENT)
    wait_until(lambda: look.problem() is None, 5, "it is well")
    server.answers.clear()
    asked = server.asked
    assert [look.problem() for _ in range(9)] == [SILENT] * 9
    assert server.asked == asked + 1
    server.answers.set()
    wait_until(lambda: look.problem() is None, 5, "it is well again")


def test_nobody_waits_once_more_for_a_server_that_was_away(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latest_look, "_CURRENT", 0.0)
    server.problem = WRONG
    look = LatestLook(server.ask, lambda: SILENT)
    wait_until(lambda: look.problem() is WRONG, 5, "it is away")
    server.answers.clear()
    assert look.problem() is WRONG
    monkeypatch.setattr(latest_look, "_REMEMBERED", 0.0)
    assert look.problem() is SILENT


def test_a_look_that_fails_unexpectedly_is_not_the_last(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latest_look, "_CURRENT", 0.0)
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    look = LatestLook(iter([None]).__next__, lambda: SILENT)
    assert look.problem() is None
    assert look.problem() is SILENT
    look._look = server.ask
    wait_until(lambda: look.problem() is None, 5, "it is well")
