"""Days and times that the command says are those of whoever reads them."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from ohdio_core.restore import _here
from tests.fixtures.api import Api
from tests.integration.api.filed_books import filed
from tests.integration.command.running import ohdio

#: There it is the next day when it is noon in Greenwich.
FAR = {"TZ": "Pacific/Kiritimati"}


def test_of_a_book_that_waits_of_the_trash_and_of_feeds(api: Api) -> None:
    (waits,) = api.engine.titled("Le phare")
    api.engine.execute("UPDATE queue_items SET next_attempt_at = '2099-01-01 12:00+00' WHERE id = :id", id=waits)
    assert "2099-01-02 02:00:00" in ohdio(api, "show", str(waits), locale=FAR).stdout

    book, _ = filed(api)
    ohdio(api, "feeds", "make", "--book", "Sailing")
    api.engine.execute("UPDATE listening_feeds SET made_at = '2026-01-01 12:00+00', used_at = '2026-02-01 12:00+00'")
    assert ohdio(api, "feeds", locale=FAR).stdout.split()[-2:] == ["2026-01-02", "2026-02-02"]

    api.http.delete(f"/audiobooks/{book}").raise_for_status()
    api.engine.execute("UPDATE trashed_books SET trashed_at = '2099-01-01 12:00+00'")
    assert "2099-01-09" in ohdio(api, "library", "--trash", locale=FAR).stdout


@pytest.fixture
def _far(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", FAR["TZ"])
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("_far")
def test_of_a_backup() -> None:
    assert _here("2026-01-01T12:00:00+00:00") == "2026-01-02 02:00:00"
    assert _here("once upon a time") == "once upon a time"
