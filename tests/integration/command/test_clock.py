"""Days and times that the command says are those of whoever reads them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ohdio_core.restore import _here
from tests.fixtures.api import Api
from tests.integration.api.filed_books import filed
from tests.integration.command.running import ohdio
from tests.integration.command.test_language import FRENCH

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


def test_of_the_download_hours(api: Api) -> None:
    """Until when a book waits for them is told by the clock of the API elsewhere."""
    (waits,) = api.engine.titled("Le phare")
    begin = (datetime.now(UTC) + timedelta(hours=3)).replace(second=0, microsecond=0)
    api.engine.execute("UPDATE queue_control SET hours_from = :begin, hours_until = NULL", begin=begin)
    there, here = f"{begin.astimezone():%H:%M}", f"{begin.astimezone(ZoneInfo(FAR['TZ'])):%H:%M}"
    said = f"outside of the download hours, until {here}"
    for command in (("status",), ("show", str(waits)), ("queue",)):
        done = ohdio(api, *command, code=1 if command == ("status",) else 0, locale=FAR)
        assert said in " ".join(done.stdout.split()), command
    french = here.replace(":", "\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}")
    told = ohdio(api, "show", str(waits), locale={**FAR, **FRENCH}).stdout
    assert f"en dehors des heures de téléchargement, jusqu’à {french}" in told
    assert api.item(waits)["wait_reason"] == f"outside of the download hours, until {there}"
    api.engine.execute("UPDATE queue_control SET hours_from = NULL, hours_until = NULL")


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
